import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as open,
  type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Instance } from "./instance.ts";
import type { Revision } from "./revision.ts";

/** Headers about one connection, which a proxy must not pass on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "upgrade",
];

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = String(headers.connection ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const left = Object.entries(headers).filter(
    ([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name),
  );
  return Object.fromEntries(left);
}

function forwardedHeaders(request: IncomingMessage): IncomingHttpHeaders {
  const before = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "unknown";
  return {
    ...passedOn(request.headers),
    "x-forwarded-for": before ? `${before}, ${client}` : client,
    "x-forwarded-proto": "http",
  };
}

/** A JSON answer of the router itself. Nothing if the answer has begun already: then the connection is cut. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
  revision: string | undefined,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = `${JSON.stringify({ error: message })}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(revision === undefined ? {} : { "x-slipway-revision": revision }),
    // The rest of the upload is not read.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(body);
}

/** An instance that closed the connection before it took the request in: another one may have it. */
class NotTakenError extends Error {}

/**
 * Sends a request to an instance of the revision and its answer back, both as streams. A request without a body that
 * no instance has taken in is tried once more.
 *
 * @throws NoInstanceError; the reason of `signal`; or what broke the connection to the instance
 */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  revision: Revision,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const instance = await revision.acquire(signal);
    try {
      return await exchange(request, response, revision, instance, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof NotTakenError) || attempt > 1) throw error;
    } finally {
      revision.release(instance);
    }
  }
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  revision: Revision,
  instance: Instance,
  signal: AbortSignal,
): Promise<void> {
  const upstream = open({
    host: "127.0.0.1",
    port: instance.port,
    agent: instance.agent,
    method: request.method,
    path: request.url,
    headers: forwardedHeaders(request),
    signal,
  });
  const hasBody =
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once("response", resolve);
    upstream.on("error", (error: NodeJS.ErrnoException) => {
      const untouched =
        error.code === "ECONNREFUSED" || (upstream.reusedSocket && error.code === "ECONNRESET");
      reject(untouched && !hasBody ? new NotTakenError(error.message) : broken(revision, error));
    });
  });
  if (hasBody) {
    request.pipe(upstream);
  } else {
    upstream.end();
  }
  const answer = await answered;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, {
    ...passedOn(answer.headers),
    "x-slipway-revision": revision.name,
  });
  await pipeline(answer, response, { signal });
}

function broken(revision: Revision, error: NodeJS.ErrnoException): Error {
  return new Error(
    `An instance of revision "${revision.name}" broke the connection (${error.code ?? "unknown"}).`,
  );
}

/**
 * Hands a WebSocket (or any other upgrade) through, and stays until either side ends it.
 *
 * @returns the status of the answer: 101 when the connection was upgraded
 */
export async function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  revision: Revision,
  signal: AbortSignal,
): Promise<number> {
  const instance = await revision.acquire(signal);
  try {
    const upstream = open({
      host: "127.0.0.1",
      port: instance.port,
      agent: false,
      method: request.method,
      path: request.url,
      headers: { ...forwardedHeaders(request), connection: "Upgrade", upgrade: request.headers.upgrade },
      signal,
    });
    upstream.end();
    return await new Promise<number>((resolve, reject) => {
      upstream.once("error", reject);
      upstream.once("response", (answer) => {
        const status = answer.statusCode ?? 502;
        socket.write(statusLines(status, answer, revision.name, "connection: close"));
        answer.pipe(socket);
        answer.once("close", () => resolve(status));
      });
      upstream.once("upgrade", (answer, other, otherHead) => {
        socket.write(statusLines(101, answer, revision.name, "connection: Upgrade"));
        socket.write(otherHead);
        other.write(head);
        other.on("error", () => socket.destroy());
        other.once("close", () => {
          socket.destroy();
          resolve(101);
        });
        socket.once("close", () => other.destroy());
        signal.addEventListener("abort", () => other.destroy());
        other.pipe(socket).pipe(other);
      });
    });
  } finally {
    revision.release(instance);
  }
}

function statusLines(status: number, answer: IncomingMessage, revision: string, connection: string): string {
  const headers = Object.entries({ ...passedOn(answer.headers), "x-slipway-revision": revision })
    .flatMap(([name, value]) => [value ?? []].flat().map((item) => `${name}: ${item}`))
    .filter((line) => !line.startsWith("transfer-encoding:"));
  const upgrade = answer.headers.upgrade ? [`upgrade: ${answer.headers.upgrade}`] : [];
  return `${[`HTTP/1.1 ${status} ${answer.statusMessage ?? ""}`, connection, ...upgrade, ...headers].join("\r\n")}\r\n\r\n`;
}
