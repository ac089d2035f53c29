import type { Report } from "../progress.ts";
import { buildEngine } from "./build.ts";
import { downloadEngine } from "./download.ts";
import type { Engine, EngineOrigin } from "./engine.ts";
import { type Attempt, AttemptError, InterruptedError, NoEngineError } from "./errors.ts";
import { engineIn, installPulumi, lookForEngine } from "./find.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { EnsureOptions } from "./options.ts";

/**
 * An engine, whatever it takes: `pulumi` on `PATH`, else from the cache, else the official download, else built from
 * the Go module proxy. Safe when several processes ask at once. Without `signal`, Ctrl-C and SIGTERM are minded here:
 * what was begun is removed before the process ends. Throws a `NoEngineError` that names every way and what
 * would open it, or an `InterruptedError`.
 */
export async function ensureEngine(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}): Promise<Engine> {
  const env = options.env ?? process.env;
  const { engine, onPath } = await lookForEngine({ env });
  if (engine) return engine;
  if (onPath && onPath.why !== "there is none") options.report(`not using pulumi on PATH: ${onPath.why}`);
  const all = (signal: AbortSignal | undefined) =>
    getEngine({ report: options.report, env, signal, interval: 5_000 }, onPath ? [onPath] : []);
  return options.signal ? all(options.signal) : untilInterrupted(all);
}

interface Way {
  readonly origin: EngineOrigin;
  readonly get: (options: EnsureOptions) => Promise<string>;
}

const ways: readonly Way[] = [
  { origin: "download", get: downloadEngine },
  { origin: "built", get: buildEngine },
];

async function getEngine(options: EnsureOptions, before: readonly Attempt[]): Promise<Engine> {
  if (process.platform === "win32") {
    const why = "the sandbox runs on Linux and macOS; on Windows use WSL, or a pulumi on PATH";
    throw new NoEngineError([...before, { tried: "this platform", why, remedies: [installPulumi] }]);
  }
  const attempts = [...before];
  options.report("getting a Pulumi engine, since there is none here yet: trying the official download");
  for (const [index, way] of ways.entries()) {
    try {
      const folder = await way.get(options);
      const engine = await engineIn(folder, way.origin, options.env);
      if (engine) return engine;
      attempts.push({
        tried: `engine in ${folder}`,
        why: "does not run on this machine",
        remedies: [`delete ${folder} and run the command again`],
      });
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      attempts.push(asAttempt(error, way));
    }
    const last = attempts.at(-1);
    if (last && index < ways.length - 1)
      options.report(`${last.tried} failed (${firstLine(last.why)}); next way`);
  }
  throw new NoEngineError(attempts);
}

function asAttempt(error: unknown, way: Way): Attempt {
  if (error instanceof AttemptError) return error.attempt;
  const why = error instanceof Error ? error.message : String(error);
  return {
    tried: way.origin === "download" ? "official download" : "build from the Go module proxy",
    why,
    remedies: [],
  };
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
