import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { statusMessage } from "../../../components/kubernetes/api-client.ts";
import { type Carrier, JSON_BODY, read } from "./request.ts";

/** A Service of a cluster, and its port. */
export interface ClusterService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** The Service that an address names which only the cluster knows: `http://api.shop.svc.cluster.local`; undefined for any other. */
export function clusterService(address: string): ClusterService | undefined {
  const url = URL.parse(address);
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(url?.hostname ?? "") ?? [];
  if (url?.protocol !== "http:" || name === undefined || namespace === undefined) return undefined;
  return { name, namespace, port: url.port === "" ? 80 : Number(url.port) };
}

/**
 * Through the cluster's API server, which leads to one of the Service's pods: nobody outside reaches these by themselves. The
 * server keeps the credentials that it is asked with to itself. Who releases needs the verbs get and create on services/proxy.
 */
export function throughApiServer(config: KubeConfig, { namespace, name, port }: ClusterService): Carrier {
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/$/, "");
  const proxy = `${server}/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy`;
  return async ({ path, body, signal }) => {
    const options: RequestOptions = {
      method: body === undefined ? "GET" : "POST",
      signal,
      headers: body === undefined ? {} : { ...JSON_BODY, "content-length": Buffer.byteLength(body) },
    };
    await config.applyToHTTPSOptions(options);
    const sent = request(`${proxy}${path}`, options);
    const answered = once(sent, "response", { signal }) as Promise<[IncomingMessage]>;
    sent.end(body);
    const [response] = await answered;
    const { statusCode: status = 0 } = response;
    const text = await read(response);
    const refused = refusal(status, text);
    if (refused !== undefined) throw new Error(refused);
    return { status, body: text };
  };
}

/** What the API server itself answered, where it did in the pods' place: it speaks of them as `Status`. */
function refusal(status: number, text: string): string | undefined {
  if (![401, 403, 404, 500, 502, 503].includes(status) || !/^\{\s*"kind":\s*"Status"/.test(text))
    return undefined;
  const help = status === 403 ? ". Who releases needs the verbs get and create on services/proxy" : "";
  return `the cluster's API server answers ${status} ${statusMessage(text)}${help}`;
}
