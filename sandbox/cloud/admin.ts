import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CloudError, type CloudErrorCode, type CloudStatus } from "./api.ts";
import type { Cloud } from "./cloud.ts";
import { parseServiceInput, parseTrafficChange } from "./schema.ts";

const STATUS: Record<CloudErrorCode, number> = {
  invalid: 400,
  "not-found": 404,
  conflict: 409,
  superseded: 409,
  "not-ready": 422,
  internal: 500,
};

/** Largest request body, in bytes: Secret Manager takes 64 KiB payloads, services are far smaller than this. */
const BODY_LIMIT = 1_000_000;

/** What the admin API is served with. */
export interface AdminOptions {
  readonly cloud: Cloud;
  readonly token: string;
  /** Without the counts, which it adds. */
  readonly identity: Pick<CloudStatus, "url" | "pid" | "startedAt">;
  /** Called after the answer to a stop request. */
  stop(): void;
}

/**
 * The admin API, for {@link CloudClient}:
 * `GET /v1/status`, `POST /v1/stop`, `GET /v1/services`, `GET|PUT|PATCH|DELETE /v1/services/ID`, `GET /v1/secrets`,
 * `GET|PUT|DELETE /v1/secrets/ID`, each with `authorization: Bearer TOKEN`, ids percent-encoded; and `GET /metrics`
 * for whoever is on this machine.
 */
export function createAdmin(options: () => AdminOptions): Server {
  const server = createServer((request, response) => {
    void answer(options(), request, response);
  });
  server.requestTimeout = 0;
  return server;
}

async function answer(
  options: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const call = `${request.method} ${pathname}`;
    // A web page can make a browser call any name that resolves to 127.0.0.1: only the address itself is served.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) return send(response, 403);
    if (call === "GET /metrics") {
      const text = await options.cloud.metrics.text();
      response.writeHead(200, { "content-type": options.cloud.metrics.contentType }).end(text);
      return;
    }
    if (!isAuthorized(request, options.token)) return send(response, 401);
    const result = await dispatch(options, request, pathname);
    send(response, 200, result);
    if (call === "POST /v1/stop") response.once("close", options.stop);
  } catch (error) {
    const known = error instanceof CloudError;
    send(response, known ? STATUS[error.code] : 500, {
      error: { code: known ? error.code : "internal", message: (error as Error).message },
    });
  }
}

async function dispatch(
  { cloud, identity }: AdminOptions,
  request: IncomingMessage,
  pathname: string,
): Promise<unknown> {
  const [version, collection, ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
  const id = rest.join("/");
  switch (version === "v1" ? `${request.method} ${collection}${id === "" ? "" : "/ID"}` : "") {
    case "POST stop":
      return {};
    case "GET status":
      return {
        ...identity,
        restoring: cloud.restoring,
        services: cloud.list().length,
        secrets: cloud.secrets.size,
        instances: cloud.instances,
      } satisfies CloudStatus;
    case "GET services":
      return cloud.list();
    case "GET services/ID":
      return cloud.get(id) ?? null;
    case "PUT services/ID": {
      const input = parseServiceInput(await readJson(request));
      if (input.id !== id)
        throw new CloudError("invalid", `The address says "${id}", the service "${input.id}".`);
      return await cloud.put(input);
    }
    case "PATCH services/ID":
      return await cloud.share(id, parseTrafficChange(await readJson(request)));
    case "DELETE services/ID":
      await cloud.delete(id);
      return {};
    case "GET secrets":
      return cloud.secrets.list();
    case "GET secrets/ID": {
      const payload = cloud.secrets.get(id);
      return payload === undefined ? null : { payload: Buffer.from(payload).toString("base64") };
    }
    case "PUT secrets/ID": {
      const body = (await readJson(request)) as { owner?: unknown; payload?: unknown } | null;
      if (typeof body?.owner !== "string" || typeof body.payload !== "string") {
        throw new CloudError("invalid", "A secret version needs an owner and a payload in base64.");
      }
      await cloud.secrets.put(id, body.owner, Buffer.from(body.payload, "base64"));
      return {};
    }
    case "DELETE secrets/ID":
      await cloud.secrets.delete(id);
      return {};
    default:
      throw new CloudError("not-found", `The admin API has no ${request.method} ${pathname.slice(0, 100)}.`);
  }
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new CloudError("invalid", `The request is larger than ${BODY_LIMIT} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new CloudError("invalid", "The request's body is no JSON.");
  }
}

function send(response: ServerResponse, status: number, body: unknown = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
