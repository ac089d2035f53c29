import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { protos, ServicesClient } from "@google-cloud/run";
import { OAuth2Client } from "google-auth-library";

interface Target {
  type: string;
  revision?: string;
  percent?: number;
  tag?: string;
}

type Answer = { readonly status: number; readonly body: unknown };

export const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
export const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
const KINDS = ["TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED", LATEST, REVISION];
export const NAME = "projects/p/locations/us-east1/services/api";
const OPERATION = "projects/p/locations/us-east1/operations/o-1";

/** Cloud Run's API of one service, as far as its traffic goes: checks what comes by the official client's own messages. */
export class CloudRunService {
  etag = 1;
  traffic: Target[] = [{ type: LATEST, percent: 100 }];
  live: Target[] = this.traffic;
  latest = "api-stable";
  /** Questions after an operation until it is done, and then until the traffic is live. */
  slow = { operation: 0, live: 0 };
  /** What the operation fails with. */
  failure: string | undefined;
  /** Called before a change is looked at: somebody else is quicker. */
  before: (() => void) | undefined;
  /** Calls that are refused, such as `GET operation`. */
  readonly refused = new Set<string>();
  readonly calls: string[] = [];
  #left = { operation: 0, live: 0 };

  answer(method: string, path: string, mask: string | null, body: unknown): Answer {
    const call = `${method} ${path === `/v2/${OPERATION}` ? "operation" : "service"}`;
    this.calls.push(call);
    if (this.refused.has(call)) return refusal(403, "PERMISSION_DENIED", `Permission denied on ${call}`);
    switch (call) {
      case "GET service":
        return path === `/v2/${NAME}`
          ? { status: 200, body: this.#service() }
          : refusal(404, "NOT_FOUND", "Resource not found");
      case "PATCH service":
        return this.#change(mask, body as { etag?: string; traffic?: Target[] });
      case "GET operation":
        return { status: 200, body: this.#operation() };
      default:
        return refusal(501, "UNIMPLEMENTED", call);
    }
  }

  #service() {
    if (this.#left.operation <= 0 && this.#left.live-- <= 0) this.live = this.traffic;
    return {
      name: NAME,
      etag: String(this.etag),
      traffic: this.traffic,
      trafficStatuses: this.live,
      latestReadyRevision: `${NAME}/revisions/${this.latest}`,
      reconciling: this.#left.operation > 0,
    };
  }

  #change(mask: string | null, body: { etag?: string; traffic?: Target[] }): Answer {
    const wrong = protos.google.cloud.run.v2.Service.verify(body);
    if (wrong !== null || mask !== "traffic")
      return refusal(400, "INVALID_ARGUMENT", wrong ?? `mask ${mask}`);
    this.before?.();
    if (body.etag !== String(this.etag)) return refusal(409, "ABORTED", "Conflict for resource 'api'");
    this.etag += 1;
    this.#left = { ...this.slow };
    if (this.failure === undefined) {
      this.traffic = (body.traffic ?? []).map((each) => ({
        ...each,
        type: KINDS[Number(each.type)] as string,
      }));
    }
    return { status: 200, body: { name: OPERATION, done: false } };
  }

  #operation() {
    if (this.#left.operation-- > 0) return { name: OPERATION, done: false };
    if (this.failure !== undefined) {
      return { name: OPERATION, done: true, error: { code: 9, message: this.failure } };
    }
    const value = { "@type": "type.googleapis.com/google.cloud.run.v2.Service", name: NAME };
    return { name: OPERATION, done: true, response: value };
  }
}

function refusal(code: number, status: string, message: string): Answer {
  return { status: code, body: { error: { code, status, message } } };
}

/** Serves it, with an official client that asks it. */
export async function serveCloudRun(service: CloudRunService) {
  const server = createServer((request, response) => void reply(service, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: "token", expiry_date: Date.now() + 3_600_000 });
  const client = new ServicesClient({
    authClient,
    fallback: true,
    protocol: "http",
    apiEndpoint: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, close };
}

async function reply(service: CloudRunService, request: IncomingMessage, response: ServerResponse) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = text === "" ? undefined : JSON.parse(text);
  const answer = service.answer(request.method ?? "", url.pathname, url.searchParams.get("updateMask"), body);
  response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
}
