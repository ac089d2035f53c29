import { fileURLToPath } from "node:url";
import { ensureTool, findTool, type GoTool } from "../engine/tool.ts";
import type { Report } from "../progress.ts";

/** The version of Grafana's types; `loader/go.mod` pins the same. */
const VERSION = "0.0.18";

/** The loader, as it is compiled; the figures were measured on Linux with two cores. */
const tool: GoTool = {
  what: "Grafana's dashboard types",
  version: VERSION,
  cache: "grafana",
  file: "dashboard-loader",
  program: {
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
  },
};

/**
 * Absolute path of a program that reads a dashboard from standard input by Grafana's own types, and prints what is wrong
 * with it, one problem a line; it ends with code 1 then. Undefined where it is not in the cache. Builds nothing.
 */
export function findDashboardLoader(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  return findTool(tool, env);
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in half a minute.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export function ensureDashboardLoader(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<string> {
  return ensureTool(tool, options);
}
