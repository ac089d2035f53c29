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

/** The version of Grafana's types; `loader/go.mod` pins the same. */
const VERSION = "0.0.18";

/** The loader, as it is compiled; the figures were measured on Linux with two cores. */
const program: GoProgram = {
  name: `Grafana's dashboard types ${VERSION}`,
  sources: ["go.mod", "go.sum", "main.go"].map((name) =>
    fileURLToPath(new URL(`./loader/${name}`, import.meta.url)),
  ),
  package: ".",
  flags: ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"],
  packages: 110,
  duration: "half a minute on two cores",
  // 0.2 GB of build cache and modules, and 0.3 GB of toolchain, where that has to be fetched.
  neededBytes: 0.5e9,
  keptBytes: 11e6,
};

async function loaderFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  return join(
    cacheFolder(env),
    "grafana",
    `built-${VERSION}-${buildKey(sources, VERSION, undefined, program.flags)}`,
  );
}

/**
 * Absolute path of a program that reads a dashboard from standard input by Grafana's own types, and prints what is wrong
 * with it, one problem a line; it ends with code 1 then. Undefined where it is not in the cache. Builds nothing.
 */
export async function findDashboardLoader(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const file = join(await loaderFolder(env), "bin", "dashboard-loader");
  return await access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in half a minute.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export async function ensureDashboardLoader(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  const { report, env = process.env } = options;
  const folder = await loaderFolder(env);
  try {
    await untilInterrupted((signal) =>
      makeOnce({
        folder,
        what: "Grafana's dashboard types",
        report,
        signal,
        make: (work, aborted) =>
          compileGo(program, join(work, "result", "bin", "dashboard-loader"), work, {
            report,
            env,
            signal: aborted,
            interval: 5_000,
          }),
      }),
    );
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    throw new Error(describeAttempts("Grafana's dashboard types could not be built.", [error.attempt]));
  }
  return join(folder, "bin", "dashboard-loader");
}
