import { fileURLToPath } from "node:url";
import { ensureTool, type GoTool } from "../../sandbox/engine/tool.ts";
import type { Report } from "../../sandbox/progress.ts";

/** The version of Sloth; `go.mod` pins the same. */
export const SLOTH = "0.16.0";

/** Sloth, as it is compiled; the figures were measured on Linux with two cores. */
const tool: GoTool = {
  what: "Sloth",
  version: SLOTH,
  cache: "sloth",
  file: "sloth",
  program: {
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
  },
};

/**
 * Absolute path of Sloth, compiled from the Go module proxy where it is missing: once per user.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export function ensureSloth(report: Report): Promise<string> {
  return ensureTool(tool, { report });
}
