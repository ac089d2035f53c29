import { fileURLToPath } from "node:url";
import { ensureTool, findTool, type GoTool } from "../engine/tool.ts";
import type { Report } from "../progress.ts";

/** The version of the server; `build/go.mod` pins the same. */
const VERSION = "1.56.1";

/** The server, as it is compiled; the figures were measured on Linux with two cores. */
const tool: GoTool = {
  what: "the storage server",
  version: VERSION,
  cache: "storage",
  file: "fake-gcs-server",
  program: {
    name: `fake-gcs-server ${VERSION}`,
    sources: ["go.mod", "go.sum"].map((name) => fileURLToPath(new URL(`./build/${name}`, import.meta.url))),
    package: "github.com/fsouza/fake-gcs-server",
    flags: ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"],
    packages: 690,
    duration: "two minutes on two cores",
    // 0.3 GB of build cache and modules, and 0.3 GB of toolchain, where that has to be fetched.
    neededBytes: 1e9,
    keptBytes: 34e6,
  },
};

/**
 * Absolute path of a server that speaks Google Cloud Storage's API, and keeps objects with their generations; undefined where
 * it is not in the cache. Builds nothing.
 */
export function findStorageServer(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  return findTool(tool, env);
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in two minutes.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export function ensureStorageServer(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  return ensureTool(tool, options);
}
