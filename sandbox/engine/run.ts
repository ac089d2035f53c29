import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

/** How a process ended, and what it said. */
export interface RunResult {
  /** Exit code; undefined when a signal ended it or it never started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not run to its own end: could not start, took too long, or was interrupted. */
  readonly failure: string | undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the process is ended. No limit by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with every line that the process writes to standard error. */
  readonly onErrorLine?: (line: string) => void;
}

/** Milliseconds between the request to end and the end by force. */
const grace = 3_000;

/** Runs a program without a shell and waits for its end. Never throws: the result says what happened. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (options.signal?.aborted) return Promise.resolve(ended("interrupted"));
  return new Promise((resolve) => {
    // A group of its own: compilers and downloads started by the program end with it.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let failure: string | undefined;
    const stop = (why: string) => {
      failure ??= why;
      endGroup(child, "SIGINT");
      setTimeout(() => endGroup(child, "SIGKILL"), grace).unref();
    };
    const onAbort = () => stop("interrupted");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const timer = options.timeout
      ? setTimeout(() => stop(`took longer than ${(options.timeout ?? 0) / 1000} s`), options.timeout)
      : undefined;

    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr, options.onErrorLine);
    child.on("error", (error) => {
      failure ??= error.message;
      finish(null);
    });
    child.on("close", finish);
    function finish(code: number | null) {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      resolve({ code: code ?? undefined, stdout: stdout(), stderr: stderr(), failure });
    }
  });
}

/** The last lines of what a program said, for an error message: its own words, without empty lines. */
export function lastLines(result: RunResult, count = 8): string {
  const said = result.stderr.trim() === "" ? result.stdout : result.stderr;
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}

function ended(failure: string): RunResult {
  return { code: undefined, stdout: "", stderr: "", failure };
}

/** Signals a process started with `detached` and everything it started. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const decoder = new StringDecoder("utf8");
  let text = "";
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const piece = decoder.write(chunk);
    text += piece;
    if (!onLine) return;
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  return () => text;
}
