/** Most of an answer that is read, in characters. */
const READ = 1_000_000;

/** Most of an answer that is quoted: it may hold what is nobody's business. */
const QUOTED = 200;

/** What became of one request. */
export interface Answered {
  /** Undefined: there was no answer. */
  readonly status?: number;
  readonly body: string;
  readonly seconds: number;
  /** Why there was none. */
  readonly why?: string;
}

/** What is sent. Without a body it is a GET, with one a POST of JSON. */
interface Sent {
  /** Path with the query, from the version's own root. */
  readonly path: string;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/**
 * Carries a request to a version, wherever that is; a redirect is an answer like others.
 * @throws whatever kept it from being answered
 */
export type Carrier = (sent: Sent) => Promise<Pick<Answered, "body"> & { readonly status: number }>;

/** By its address, as users reach it. */
export function directly(address: string): Carrier {
  return async ({ path, body, signal }) => {
    const answer = await fetch(new URL(path, address), {
      signal,
      redirect: "manual",
      ...(body === undefined ? {} : { method: "POST", headers: JSON_BODY, body }),
    });
    return { status: answer.status, body: await read(answer.body ?? []) };
  };
}

/** Says what a body is. */
export const JSON_BODY = { "content-type": "application/json" } as const;

/**
 * Sends one request. Never throws: no answer is an outcome too.
 * @param to a version's own address, or who carries it there
 */
export async function send(
  to: string | Carrier,
  path: string,
  withinSeconds: number,
  signal: AbortSignal,
  body?: unknown,
): Promise<Answered> {
  const carry = typeof to === "string" ? directly(to) : to;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const limit = AbortSignal.timeout(withinSeconds * 1000);
  try {
    const answer = await carry({
      path,
      signal: AbortSignal.any([signal, limit]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { ...answer, seconds: seconds() };
  } catch (error) {
    const why = limit.aborted ? `no answer within ${withinSeconds} s` : reason(error);
    return { body: "", seconds: seconds(), why };
  }
}

/** The beginning of a body, as far as it matters. */
export async function read(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= READ) break;
  }
  return text;
}

function reason(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}

/** The beginning of an answer, in one line, for people. */
export function beginning(body: string): string {
  const line = body
    .slice(0, 4 * QUOTED)
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}

/** Seconds as they are told: `0.12 s`. */
export const inSeconds = (seconds: number) => `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`;
