import type { z } from "zod";
import { CutShort, SmokeFailure } from "./failure.ts";

/** More of an answer than this many bytes is not read. */
const LARGEST_ANSWER = 5_000_000;

/** One request. */
interface SmokeRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base address; `:id` in it stands for {@link id}. Messages quote it as it is written here. */
  readonly path: string;
  readonly id?: string;
  /** Sent as `authorization: Bearer …`. */
  readonly token?: string;
  /** The body: JSON, or a form with files. */
  readonly json?: unknown;
  readonly form?: FormData;
}

/** An answer with the expected status. */
interface Answer {
  readonly contentType: string;
  readonly text: string;
  /** From the request to the end of the answer. */
  readonly milliseconds: number;
}

/** Sends requests to one service. Whatever goes wrong is a {@link SmokeFailure} that names method and path. */
export interface Http {
  /** @param status what the answer must have: one of these */
  send(request: SmokeRequest, ...status: readonly number[]): Promise<Answer>;
  /** The answer's body, as the schema describes it. */
  json<T>(request: SmokeRequest, status: number, schema: z.ZodType<T>): Promise<T>;
}

/** How requests are sent. */
export interface HttpOptions {
  readonly base: URL;
  /** Sent as the header `x-synthetic-run`, so that the service can tell this traffic from its users'. */
  readonly runId: string;
  /** For one request, its answer's body included. */
  readonly requestSeconds: number;
  /** Ends whatever is under way; a {@link CutShort} as its reason is quoted. */
  readonly signal: AbortSignal;
}

/** A client for the tests. It follows no redirects: they would take a token to another host. */
export function createHttp(options: HttpOptions): Http {
  const send: Http["send"] = async (request, ...status) => {
    const what = `${request.method} ${request.path}`;
    const began = performance.now();
    const limit = AbortSignal.timeout(1000 * options.requestSeconds);
    try {
      const response = await fetch(addressOf(options.base, request), {
        ...bodyOf(request, options.runId),
        method: request.method,
        redirect: "manual",
        signal: AbortSignal.any([options.signal, limit]),
      });
      const text = await textOf(response, what);
      if (!status.includes(response.status)) throw new SmokeFailure(unexpected(what, response, status));
      const contentType = response.headers.get("content-type") ?? "";
      return { contentType, text, milliseconds: performance.now() - began };
    } catch (error) {
      if (error instanceof SmokeFailure) throw error;
      if (options.signal.aborted)
        throw new SmokeFailure(`${what} was cut short: ${whyEnded(options.signal)}`);
      if (limit.aborted)
        throw new SmokeFailure(`${what} gave no whole answer within ${options.requestSeconds} s`);
      throw unanswered(what, options.base, error);
    }
  };
  return {
    send,
    async json(request, status, schema) {
      const { text } = await send(request, status);
      return parsed(`${request.method} ${request.path}`, text, schema);
    },
  };
}

/** What a signal's reason says, where it is meant to be said. */
export function whyEnded({ reason }: AbortSignal): string {
  return reason instanceof CutShort ? reason.message : "the run was interrupted";
}

function addressOf(base: URL, { path, id }: SmokeRequest): URL {
  const below = path.replace(":id", () => encodeURIComponent(id ?? ""));
  return new URL(base.pathname.replace(/\/$/, "") + below, base.origin);
}

function bodyOf({ token, json, form }: SmokeRequest, runId: string): RequestInit {
  const headers: Record<string, string> = { "x-synthetic-run": runId };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (form !== undefined) return { headers, body: form };
  if (json === undefined) return { headers };
  return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(json) };
}

async function textOf(response: Response, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER)
      throw new SmokeFailure(`${what} answered with more than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unexpected(what: string, { status, headers }: Response, expected: readonly number[]): string {
  const wanted = `${what} answered ${status}, expected ${expected.join(" or ")}`;
  const to = status >= 300 && status < 400 ? headers.get("location") : null;
  // A query may hold a secret; the host is what one needs to know.
  return to !== null && URL.canParse(to) ? `${wanted}: it redirects to ${new URL(to).origin}` : wanted;
}

function parsed<T>(what: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SmokeFailure(`${what} answered with a body that is no JSON`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Zod's messages name types and what is expected, never the value that was there.
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the body"}: ${message}`,
  );
  throw new SmokeFailure(`${what} answered with another body than expected: ${issues.join("; ")}`);
}

/** What codes of Node's network errors mean, where nothing answers at all. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name can't be resolved from here",
  EHOSTUNREACH: "there is no way to it from here",
  ENETUNREACH: "there is no way to it from here",
  ETIMEDOUT: "it takes no connection",
  UND_ERR_CONNECT_TIMEOUT: "it takes no connection",
};

function unanswered(what: string, { host }: URL, error: unknown): SmokeFailure {
  // Messages of `fetch` may quote headers; codes don't.
  const code = String((error as { cause?: { code?: unknown } }).cause?.code ?? "no code");
  const why = UNREACHABLE[code];
  return why === undefined
    ? new SmokeFailure(`${what} was not answered: the connection to ${host} failed (${code})`)
    : new SmokeFailure(
        `${what} did not reach ${host}: ${why} (${code}). Check the address, and whether the service runs.`,
        { unreachable: true },
      );
}
