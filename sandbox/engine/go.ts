import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import type { Report } from "../progress.ts";
import { AttemptError } from "./errors.ts";
import { fetchFile, networkRemedies, withoutCredentials } from "./fetch.ts";
import { run } from "./run.ts";
import { compareVersions } from "./version.ts";

/** The oldest Go that compiles the engine: its `go.mod` says 1.26. */
const minimumGo = "1.26.0";

/** The toolchain that is fetched where Go is missing or older. */
const toolchain = "1.26.8";

/**
 * SHA-256 of the toolchain's module zip, by `process.platform`-`process.arch`. Only where it was seen and tried:
 * without the Go command there is no checksum database to ask.
 */
const toolchainSums: Readonly<Record<string, { readonly name: string; readonly sha256: string }>> = {
  "linux-x64": {
    name: `v0.0.1-go${toolchain}.linux-amd64`,
    sha256: "30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7",
  },
};

/** A Go command that can compile the engine. */
export interface Go {
  /** `go`, or the absolute path of a fetched one. */
  readonly command: string;
  /** The version that will compile, such as "1.26.8". */
  readonly version: string;
  /** `GOTOOLCHAIN` for it: `local`, or the newer toolchain that an older Go fetches and verifies by itself. */
  readonly toolchain: string;
  /** True when it was fetched for this build only. */
  readonly fetched: boolean;
}

/** The version of the Go on `PATH`, such as "1.26.8"; undefined when there is none. */
export async function goVersion(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string | undefined> {
  const result = await run("go", ["env", "GOVERSION"], {
    env: { ...env, GOTOOLCHAIN: "local" },
    timeout: 20_000,
    signal,
  });
  const match = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(result.stdout.trim());
  return match ? `${match[1]}.${match[2]}.${match[3] ?? "0"}` : undefined;
}

/** How the Go on `PATH` can compile the engine; undefined when there is none or it is too old to help itself. */
export function usableGo(version: string | undefined): Go | undefined {
  if (version === undefined) return undefined;
  const found = { command: "go", fetched: false };
  if (compareVersions(version, minimumGo) >= 0) return { ...found, version, toolchain: "local" };
  // Since 1.21 the Go command fetches a newer toolchain and checks it against the checksum database.
  if (compareVersions(version, "1.21.0") >= 0) {
    return { ...found, version: toolchain, toolchain: `go${toolchain}` };
  }
  return undefined;
}

/** Whether `fetchGo` knows a toolchain for this platform. */
export function canFetchGo(): boolean {
  return toolchainSums[`${process.platform}-${process.arch}`] !== undefined;
}

/** The places that `GOPROXY` names, in order, without `direct` and `off`, which have no toolchain to give. */
export function proxyAddresses(goproxy: string | undefined): string[] {
  const list = goproxy === undefined || goproxy === "" ? "https://proxy.golang.org" : goproxy;
  return list
    .split(/[,|]/)
    .map((each) => each.trim().replace(/\/+$/, ""))
    .filter((each) => /^https?:\/\//.test(each));
}

/**
 * Fetches the Go toolchain into `folder` as a module zip, by way of `GOPROXY`, and verifies it.
 * Throws an `AttemptError` on platforms whose checksum is not known, and when no proxy gives it.
 */
export async function fetchGo(
  folder: string,
  env: NodeJS.ProcessEnv,
  report: Report,
  signal: AbortSignal,
): Promise<Go> {
  const platform = `${process.platform}-${process.arch}`;
  const known = toolchainSums[platform];
  if (!known) {
    throw goMissing(`there is no Go ${minimumGo} or newer on PATH, and none can be fetched for ${platform}`);
  }
  report(`fetching Go ${toolchain} for this build only (72 MB), since there is none on PATH`);
  await mkdir(folder, { recursive: true });
  const zip = join(folder, "toolchain.zip");
  const failures: string[] = [];
  for (const address of proxyAddresses(env.GOPROXY)) {
    try {
      await fetchFile(`${address}/golang.org/toolchain/@v/${known.name}.zip`, zip, env, signal);
      await verify(zip, known.sha256);
      const root = join(folder, "go");
      await unzip(zip, root, `golang.org/toolchain@${known.name}/`);
      await makeExecutable(join(root, "bin"));
      await makeExecutable(join(root, "pkg", "tool"));
      return { command: join(root, "bin", "go"), version: toolchain, toolchain: "local", fetched: true };
    } catch (error) {
      if (signal.aborted) throw error;
      failures.push(`${withoutCredentials(address)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const why = failures.length > 0 ? failures.join("\n") : `GOPROXY names no address ("${env.GOPROXY ?? ""}")`;
  throw goMissing(`there is no Go ${minimumGo} or newer on PATH, and it could not be fetched:\n${why}`);
}

function goMissing(why: string): AttemptError {
  return new AttemptError({
    tried: "build from the Go module proxy",
    why,
    remedies: [
      `install Go ${minimumGo} or newer (https://go.dev/dl/)`,
      "set GOPROXY to a Go module proxy that this machine reaches",
      ...networkRemedies(why),
    ],
  });
}

async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found !== sha256) throw new Error(`gave a file with SHA-256 ${found} instead of ${sha256}; not used`);
}

async function unzip(file: string, root: string, prefix: string): Promise<void> {
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.startsWith(prefix) || entry.fileName.endsWith("/")) continue;
    const target = join(root, entry.fileName.slice(prefix.length));
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
  }
}

/** Module zips carry no modes; what Go runs must be executable again. */
async function makeExecutable(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
