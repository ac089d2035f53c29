import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";
import { buildKey } from "./cache.ts";
import { compileGo, type GoProgram } from "./compile.ts";
import { AttemptError, describeAttempts } from "./errors.ts";
import { untilInterrupted } from "./interrupt.ts";
import { makeOnce } from "./once.ts";

/** A program in Go that is compiled once per user, where it is first needed, and kept in the cache. */
export interface GoTool {
  readonly program: GoProgram;
  /** What it is in messages: `Compose's loader`. */
  readonly what: string;
  readonly version: string;
  /** Its folder in the cache. */
  readonly cache: string;
  /** The compiled file's name. */
  readonly file: string;
}

async function folderOf({ program, version, cache }: GoTool, env: NodeJS.ProcessEnv): Promise<string> {
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  const key = buildKey(sources, version, undefined, program.flags);
  return join(cacheFolder(env), cache, `built-${version}-${key}`);
}

/** Absolute path of a tool; undefined where it is not in the cache. Builds nothing. */
export async function findTool(
  tool: GoTool,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const file = join(await folderOf(tool, env), "bin", tool.file);
  return await access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}

/**
 * Absolute path of a tool, compiled from the Go module proxy where it is missing.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export async function ensureTool(
  tool: GoTool,
  { report, env = process.env }: { readonly report: Report; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { program, what, file } = tool;
  const folder = await folderOf(tool, env);
  try {
    await untilInterrupted((signal) =>
      makeOnce({
        folder,
        what,
        report,
        signal,
        make: (work, aborted) =>
          compileGo(program, join(work, "result", "bin", file), work, {
            report,
            env,
            signal: aborted,
            interval: 5_000,
          }),
      }),
    );
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    throw new Error(describeAttempts(`${what} could not be built.`, [error.attempt]));
  }
  return join(folder, "bin", file);
}
