import { copyFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { freeBytes, showBytes } from "./disk.ts";
import { AttemptError } from "./errors.ts";
import { fetchGo, type Go, goVersion, usableGo } from "./go.ts";
import { type EnsureOptions, every } from "./options.ts";
import { lastLines, run } from "./run.ts";

const tried = "build from the Go module proxy";

/** A program that is compiled from the Go module proxy. */
export interface GoProgram {
  /** What it is called, with its version: "Pulumi 3.259.0". */
  readonly name: string;
  /** Absolute paths of the files that it is compiled from, `go.mod` and `go.sum` among them. */
  readonly sources: readonly string[];
  /** The package to compile, or several, and how: `go build` arguments. */
  readonly package: string | readonly string[];
  readonly flags: readonly string[];
  /** How many packages are compiled from nothing, for the progress line. */
  readonly packages: number;
  /** How long it takes, in words: "three to four minutes on two cores". */
  readonly duration: string;
  /** Bytes of disk that a build needs while it runs, and those that stay. */
  readonly neededBytes: number;
  readonly keptBytes: number;
}

/**
 * Compiles a program to `output`, with the Go on `PATH` or one that is fetched for it; everything else that it writes
 * lies under `work`. Several packages need an `output` that ends with a slash: a folder.
 * Throws an `AttemptError` that says which step failed, in Go's words.
 */
export async function compileGo(
  program: GoProgram,
  output: string,
  work: string,
  options: EnsureOptions & { signal: AbortSignal },
): Promise<void> {
  await checkDisk(program, work, options.env);
  const go = await anyGo(work, options);
  const source = join(work, "source");
  await mkdir(source, { recursive: true });
  await mkdir(dirname(output), { recursive: true });
  for (const file of program.sources) await copyFile(file, join(source, basename(file)));
  await compile(program, go, source, output, work, options);
}

/** The Go on `PATH`, or one that is fetched into `work`. @throws AttemptError when neither is to be had */
export async function anyGo(work: string, options: EnsureOptions & { signal: AbortSignal }): Promise<Go> {
  return (
    usableGo(await goVersion(options.env, options.signal)) ??
    (await fetchGo(join(work, "toolchain"), options.env, options.report, options.signal))
  );
}

/** Throws when the file system that holds `folder` has too little room. The amounts are in the message. */
export async function checkDisk(
  program: Pick<GoProgram, "neededBytes" | "keptBytes">,
  folder: string,
  env: NodeJS.ProcessEnv,
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const { neededBytes, keptBytes } = program;
  const bytes = await free(folder);
  if (bytes >= neededBytes) return;
  const shown = folder.replace(/\/\.[^/]*\.work$/, "");
  throw new AttemptError({
    tried,
    why: `needs ${showBytes(neededBytes)} of disk while it runs (${showBytes(keptBytes)} stay); ${shown} has ${showBytes(bytes)} free`,
    remedies: [
      `free ${showBytes(neededBytes - bytes)} of disk at ${shown}`,
      `set SLIPWAY_CACHE to a folder on a larger disk${env.SLIPWAY_CACHE ? "" : " (it is not set now)"}`,
    ],
  });
}

async function compile(
  program: GoProgram,
  go: Go,
  source: string,
  output: string,
  work: string,
  options: EnsureOptions & { signal: AbortSignal },
): Promise<void> {
  const { report, signal } = options;
  report(
    `building ${program.name} with Go ${go.version}: ${program.duration}, once; later runs use it from the cache`,
  );
  const started = Date.now();
  let compiled = 0;
  let fetched = 0;
  const stopReporting = every(options.interval, () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const doing =
      compiled > 0
        ? `${compiled} of about ${program.packages} packages compiled`
        : `fetching modules${fetched > 0 ? ` (${fetched} so far)` : ""}; compiling comes next`;
    report(`building ${program.name}: ${seconds} s, ${doing}`);
  });
  try {
    const packages = [program.package].flat();
    const result = await run(go.command, ["build", "-v", ...program.flags, "-o", output, ...packages], {
      cwd: source,
      env: goEnvironment(go, work, options.env),
      signal,
      onErrorLine: (line) => {
        if (line.startsWith("go: downloading ")) fetched++;
        else compiled++;
      },
    });
    if (result.code !== 0) {
      throw goFailure("go build", result.failure ?? `ended with code ${result.code}`, lastLines(result));
    }
  } finally {
    stopReporting();
  }
  report(`built ${program.name} in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Go's environment: own build cache (deleted with the work folder), pinned modules, nothing of the user's flags. */
export function goEnvironment(go: Go, work: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const common = {
    ...env,
    HOME: env.HOME ?? homedir(),
    CGO_ENABLED: "0",
    GOCACHE: join(work, "gocache"),
    GOTMPDIR: work,
    GOTOOLCHAIN: go.toolchain,
    GOWORK: "off",
    GOFLAGS: "-mod=readonly",
  };
  if (!go.fetched) return common;
  // Without a Go of their own, users have no use for a module cache. Writable, so that it can be deleted.
  return { ...common, GOMODCACHE: join(work, "modules"), GOFLAGS: "-mod=readonly -modcacherw" };
}

/** A Go command's failure, with what it said and what helps. */
export function goFailure(command: string, how: string, said: string): AttemptError {
  return new AttemptError({
    tried,
    why: `${command} ${how}${said === "" ? "" : `:\n${said}`}`,
    remedies: [
      "set GOPROXY to a Go module proxy that this machine reaches, or HTTPS_PROXY if it needs a proxy",
      "set SLIPWAY_CACHE to a folder on another disk, if the disk is the cause",
    ],
  });
}
