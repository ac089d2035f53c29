import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKey } from "../../sandbox/engine/cache.ts";
import { compileGo, type GoProgram } from "../../sandbox/engine/compile.ts";
import { AttemptError, describeAttempts } from "../../sandbox/engine/errors.ts";
import { untilInterrupted } from "../../sandbox/engine/interrupt.ts";
import { makeOnce } from "../../sandbox/engine/once.ts";
import { cacheFolder } from "../../sandbox/paths.ts";
import type { Report } from "../../sandbox/progress.ts";

/** The version of Sloth; `go.mod` pins the same. */
export const SLOTH = "0.16.0";

/** Sloth, as it is compiled; the figures were measured on Linux with two cores. */
const program: GoProgram = {
  name: `Sloth ${SLOTH}`,
  sources: ["go.mod", "go.sum", "tools.go"].map((name) =>
    fileURLToPath(new URL(`./${name}`, import.meta.url)),
  ),
  package: "github.com/slok/sloth/cmd/sloth",
  flags: ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"],
  packages: 980,
  duration: "two to five minutes on two cores",
  // 1.0 GB of build cache, 0.5 GB of modules and 0.3 GB of toolchain, where those have to be fetched.
  neededBytes: 1.8e9,
  keptBytes: 53e6,
};

/**
 * Absolute path of Sloth, compiled from the Go module proxy where it is missing: once per user.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export async function ensureSloth(report: Report, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const sources = await Promise.all(program.sources.map((file) => readFile(file, "utf8")));
  const key = buildKey(sources, SLOTH, undefined, program.flags);
  const folder = join(cacheFolder(env), "sloth", `built-${SLOTH}-${key}`);
  const file = join(folder, "bin", "sloth");
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    // It is made now.
  }
  try {
    await untilInterrupted((signal) =>
      makeOnce({
        folder,
        what: "Sloth",
        report,
        signal,
        make: (work, aborted) =>
          compileGo(program, join(work, "result", "bin", "sloth"), work, {
            report,
            env,
            signal: aborted,
            interval: 5_000,
          }),
      }),
    );
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    throw new Error(describeAttempts("Sloth could not be built.", [error.attempt]));
  }
  return file;
}
