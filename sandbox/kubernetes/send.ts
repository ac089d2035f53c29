import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";

/**
 * Sends an object as it is. The client's own models lose what they don't know: members that begin with `x-kubernetes-`, a
 * network policy's `from`, a limit range's `default`.
 * @param path with the query, such as `/api/v1/nodes/fake-1?force=true`
 */
export async function send(
  config: KubeConfig,
  method: "POST" | "PATCH",
  path: string,
  object: object,
  contentType = "application/json",
): Promise<{ readonly status: number; readonly body: string }> {
  const options: RequestOptions = { method, headers: { "content-type": contentType } };
  await config.applyToHTTPSOptions(options);
  const sent = request(`${config.getCurrentCluster()?.server ?? ""}${path}`, options);
  const answered = once(sent, "response") as Promise<[IncomingMessage]>;
  sent.end(JSON.stringify(object));
  const [response] = await answered;
  return { status: response.statusCode ?? 0, body: await text(response) };
}
