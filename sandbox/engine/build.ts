import { copyFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { buildFlags, buildPackage, engineFolders, sourceFile, sourceFiles } from "./cache.ts";
import { freeBytes, showBytes } from "./disk.ts";
import { engineVersion } from "./engine.ts";
import { AttemptError } from "./errors.ts";
import { fetchGo, type Go, goVersion, usableGo } from "./go.ts";
import { writeLauncher } from "./launcher.ts";
import { makeOnce } from "./once.ts";
import { type EnsureOptions, every } from "./options.ts";
import { lastLines, run } from "./run.ts";

const tried = "build from the Go module proxy";

/**
 * Bytes that a build needs while it runs. Measured with 3.259.0 on Linux: 3.2 GB of build cache, 1.6 GB of modules
 * and 0.3 GB of toolchain, where those have to be fetched.
 */
export const neededBytes = 5.5e9;

/** Packages that are compiled from nothing, for the progress line; measured with 3.259.0 on Linux. */
const packages = 1_700;

/**
 * Compiles the engine into the user's cache, once for all processes, and returns its folder.
 * Takes three to four minutes on two cores, and about twice that when the modules must be fetched by a slow line.
 * Throws an `AttemptError` that says which step failed, in Go's words.
 */
export async function buildEngine(options: EnsureOptions): Promise<string> {
  const { built } = await engineFolders(options.env);
  await makeOnce({
    folder: built,
    what: "the Pulumi engine",
    report: options.report,
    signal: options.signal,
    make: (work, signal) => build(work, { ...options, signal }),
  });
  return built;
}

async function build(work: string, options: EnsureOptions & { signal: AbortSignal }): Promise<void> {
  await checkDisk(work, options.env);
  const go =
    usableGo(await goVersion(options.env, options.signal)) ??
    (await fetchGo(join(work, "toolchain"), options.env, options.report, options.signal));

  const source = join(work, "source");
  const bin = join(work, "result", "bin");
  await mkdir(source, { recursive: true });
  await mkdir(bin, { recursive: true });
  for (const name of sourceFiles) await copyFile(sourceFile(name), join(source, name));
  await compile(go, source, join(bin, "pulumi"), work, options);
  await writeLauncher(bin);
}

/** Throws when the file system that holds `folder` has too little room. The amounts are in the message. */
export async function checkDisk(
  folder: string,
  env: NodeJS.ProcessEnv,
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const bytes = await free(folder);
  if (bytes >= neededBytes) return;
  const shown = folder.replace(/\/\.[^/]*\.work$/, "");
  throw new AttemptError({
    tried,
    why: `needs ${showBytes(neededBytes)} of disk while it runs (115 MB stay); ${shown} has ${showBytes(bytes)} free`,
    remedies: [
      `free ${showBytes(neededBytes - bytes)} of disk at ${shown}`,
      `set SLIPWAY_CACHE to a folder on a larger disk${env.SLIPWAY_CACHE ? "" : " (it is not set now)"}`,
    ],
  });
}

async function compile(
  go: Go,
  source: string,
  output: string,
  work: string,
  options: EnsureOptions & { signal: AbortSignal },
): Promise<void> {
  const { report, signal } = options;
  report(
    `building Pulumi ${engineVersion} with Go ${go.version}: three to four minutes on two cores, once; later runs use it from the cache`,
  );
  const started = Date.now();
  let compiled = 0;
  let fetched = 0;
  const stopReporting = every(options.interval, () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const doing =
      compiled > 0
        ? `${compiled} of about ${packages} packages compiled`
        : `fetching modules${fetched > 0 ? ` (${fetched} so far)` : ""}; compiling comes next`;
    report(`building Pulumi ${engineVersion}: ${seconds} s, ${doing}`);
  });
  try {
    const result = await run(go.command, ["build", "-v", ...buildFlags, "-o", output, buildPackage], {
      cwd: source,
      env: goEnvironment(go, work, options.env),
      signal,
      onErrorLine: (line) => {
        if (line.startsWith("go: downloading ")) fetched++;
        else compiled++;
      },
    });
    if (result.code !== 0)
      throw goFailure(result.failure ?? `ended with code ${result.code}`, lastLines(result));
  } finally {
    stopReporting();
  }
  report(`built Pulumi ${engineVersion} in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Go's environment: own build cache (deleted with the work folder), pinned modules, nothing of the user's flags. */
function goEnvironment(go: Go, work: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
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

function goFailure(how: string, said: string): AttemptError {
  return new AttemptError({
    tried,
    why: `go build ${how}${said === "" ? "" : `:\n${said}`}`,
    remedies: [
      "set GOPROXY to a Go module proxy that this machine reaches, or HTTPS_PROXY if it needs a proxy",
      "set SLIPWAY_CACHE to a folder on another disk, if the disk is the cause",
    ],
  });
}
