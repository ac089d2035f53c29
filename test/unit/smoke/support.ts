import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { answerApi } from "../../../sandbox/images/demo/api.ts";
import { sealerOf } from "../../../sandbox/images/demo/sealed.ts";

/** A request that a backend got. */
interface Seen {
  /** Method and path, ids as `:id`. */
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers instead of the healthy backend. */
export type Misbehaviour = (response: ServerResponse, seen: Seen) => void;

/** A small backend of EthixAI's in this process. */
export interface Backend {
  readonly url: URL;
  readonly seen: Seen[];
  /** From now on this route answers like that. */
  misbehave(route: string, answer: Misbehaviour): void;
  close(): Promise<void>;
}

/** Answers with a status and a body: text as it is, anything else as JSON. */
export function answers(
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Misbehaviour {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, headers).end(text);
}

/** Starts one that does all right, by the demo image's handler of the API. */
export async function startBackend(): Promise<Backend> {
  const seals = sealerOf("backend");
  const seen: Seen[] = [];
  const wrong = new Map<string, Misbehaviour>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const path = (request.url ?? "").replace(/^(\/api\/(?!auth)\w+)\/.+$/, "$1/:id");
    const now = { route: `${request.method} ${path}`, headers: request.headers, body: body.toString("utf8") };
    seen.push(now);
    const misbehave = wrong.get(now.route);
    if (misbehave) return misbehave(response, now);
    if (path.startsWith("/health/")) return answers(200)(response, now);
    if (path === "/metrics") return answers(200, "up 1\n", { "content-type": "text/plain" })(response, now);
    const { url, method, headers } = request;
    const again = Object.assign(Readable.from([body]), {
      url,
      method,
      headers,
    }) as unknown as IncomingMessage;
    const answer = await answerApi(again, seals);
    if (answer?.body === undefined) response.writeHead(answer?.status ?? 404).end();
    else answers(answer.status, answer.body)(response, now);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    misbehave: (route, answer) => void wrong.set(route, answer),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
