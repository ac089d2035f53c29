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

/** Sends one request; a redirect is an answer like others. Never throws: no answer is an outcome too. */
export async function send(
  address: string,
  path: string,
  withinSeconds: number,
  signal: AbortSignal,
  body?: unknown,
): Promise<Answered> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const limit = AbortSignal.timeout(withinSeconds * 1000);
  try {
    const answer = await fetch(new URL(path, address), {
      signal: AbortSignal.any([signal, limit]),
      redirect: "manual",
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await read(answer);
    return { status: answer.status, body: text, seconds: seconds() };
  } catch (error) {
    const why = limit.aborted ? `no answer within ${withinSeconds} s` : reason(error);
    return { body: "", seconds: seconds(), why };
  }
}

async function read(answer: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
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
