import { fileURLToPath } from "node:url";
import { ensureTool, findTool, type GoTool } from "../engine/tool.ts";
import type { Report } from "../progress.ts";

function sources(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => fileURLToPath(new URL(`./${folder}/${name}`, import.meta.url)));
}

const FLAGS: readonly string[] = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];

/** Argo Rollouts' controller, as it is compiled; the figures were measured on Linux with two cores. */
const argoRollouts: GoTool = {
  what: "Argo Rollouts",
  version: "1.9.2",
  cache: "argo-rollouts",
  file: "rollouts-controller",
  program: {
    name: "Argo Rollouts 1.9.2",
    sources: sources("argo-rollouts", ["go.mod", "go.sum"]),
    package: "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
    flags: FLAGS,
    packages: 1_600,
    duration: "four minutes on two cores",
    neededBytes: 3e9,
    keptBytes: 90e6,
  },
};

/** Traefik, as it is compiled; the figures were measured on Linux with two cores. */
const traefik: GoTool = {
  what: "Traefik",
  version: "3.7.5",
  cache: "traefik",
  file: "traefik",
  program: {
    name: "Traefik 3.7.5",
    sources: sources("traefik", ["go.mod", "go.sum", "ext.go"]),
    package: "github.com/traefik/traefik/v3/cmd/traefik",
    flags: FLAGS,
    packages: 2_600,
    duration: "four minutes on two cores",
    neededBytes: 4e9,
    keptBytes: 180e6,
  },
};

/** Controllers that run a release beside a cluster, and what shares out its traffic. */
const TOOLS = { "argo-rollouts": argoRollouts, traefik } as const;

/** Name of one of them, as the parts have it. */
export type EngineTool = keyof typeof TOOLS;

/** Absolute path of a tool's program; undefined where it is not in the cache. Builds nothing. */
export function findEngineTool(
  name: EngineTool,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  return findTool(TOOLS[name], env);
}

/**
 * The same, compiled from the Go module proxy where it is missing: once per user, in about four minutes.
 * @throws Error that says which step failed, in Go's words, and what helps
 */
export function ensureEngineTool(
  name: EngineTool,
  options: { readonly report: Report; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  return ensureTool(TOOLS[name], options);
}
