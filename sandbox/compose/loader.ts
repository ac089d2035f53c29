import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKey } from "../engine/cache.ts";
import { compileGo, type GoProgram } from "../engine/compile.ts";
import { AttemptError, describeAttempts } from "../engine/errors.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { makeOnce } from "../engine/once.ts";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";

/** The version of Compose's loader; `loader/go.mod` pins the same. */
const VERSION = "2.16.2";

/** The loader, as it is compiled; the figures were measured on Linux with two cores. */
const program: GoProgram = {
  name: `Compose's loader ${VERSION}`,
  sources: ["go.mod", "go.sum", "main.go"].map((name) =>
    fileURLToPath(new URL(`./loader/${name}`, import.meta.url)),
  ),
  package: ".",
  flags: ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"],
  packages: 170,
  duration: "a quarter of a minute on two cores",
  // 0.3 GB of build cache and modules, and 0.3 GB of toolchain, where that has to be fetched.
  neededBytes: 0.6e9,
  keptBytes: 6e6,
};

async function loaderFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  return join(
    cacheFolder(env),
    "compose",
    `built-${VERSION}-${buildKey(sources, VERSION, undefined, program.flags)}`,
  );
}

/**
 * Absolute path of the loader of `docker compose config`, which reads a compose file as Docker Compose does without
 * Docker; undefined where it is not in the cache. Builds nothing.
 */
export async function findComposeLoader(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const file = join(await loaderFolder(env), "bin", "compose-loader");
  return await access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in a quarter of a minute.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export async function ensureComposeLoader(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  const { report, env = process.env } = options;
  const folder = await loaderFolder(env);
  try {
    await untilInterrupted((signal) =>
      makeOnce({
        folder,
        what: "Compose's loader",
        report,
        signal,
        make: (work, aborted) =>
          compileGo(program, join(work, "result", "bin", "compose-loader"), work, {
            report,
            env,
            signal: aborted,
            interval: 5_000,
          }),
      }),
    );
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    throw new Error(describeAttempts("Compose's loader could not be built.", [error.attempt]));
  }
  return join(folder, "bin", "compose-loader");
}
