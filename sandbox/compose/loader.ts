import { fileURLToPath } from "node:url";
import { ensureTool, findTool, type GoTool } from "../engine/tool.ts";
import type { Report } from "../progress.ts";

/** The version of Compose's loader; `loader/go.mod` pins the same. */
const VERSION = "2.16.2";

/** The loader, as it is compiled; the figures were measured on Linux with two cores. */
const tool: GoTool = {
  what: "Compose's loader",
  version: VERSION,
  cache: "compose",
  file: "compose-loader",
  program: {
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
  },
};

/**
 * Absolute path of the loader of `docker compose config`, which reads a compose file as Docker Compose does without
 * Docker; undefined where it is not in the cache. Builds nothing.
 */
export function findComposeLoader(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  return findTool(tool, env);
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in a quarter of a minute.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export function ensureComposeLoader(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  return ensureTool(tool, options);
}
