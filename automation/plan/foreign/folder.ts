import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { resolveFrom } from "../../../sandbox/engine/language/program.ts";
import { PlanError, UsageError } from "../errors.ts";

/** A policy pack's folder, and how its process is started. */
export interface PackFolder {
  readonly folder: string;
  /** Arguments for Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The runner takes an engine's address first, which no pack for Node.js has ever asked. */
const NO_ENGINE = "127.0.0.1:0";

/**
 * Reads what a policy pack's folder says of itself, as the engine does.
 * @throws UsageError where there is no pack, PlanError for one that can't be run without an engine
 */
export function packFolder(name: string): PackFolder {
  const folder = resolve(name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--policy-pack ${name}: there is no such folder`);
  const { runtime, options } = runtimeOf(name, folder);
  if (runtime !== "nodejs") {
    throw new PlanError(
      `--policy-pack ${name}: it is written for ${JSON.stringify(runtime)}; without an engine only packs for "nodejs" run. \`slipway preview\` runs it.`,
    );
  }
  try {
    const runner = resolveFrom(folder, "@pulumi/pulumi/cmd/run-policy-pack");
    const typescript = options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" };
    return { folder, args: [runner, NO_ENGINE, folder], env: typescript };
  } catch (error) {
    throw new PlanError(`--policy-pack ${name}: ${(error as Error).message}`);
  }
}

function runtimeOf(name: string, folder: string): { runtime: unknown; options: Record<string, unknown> } {
  let said: unknown;
  try {
    said = parse(readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new UsageError(
        `--policy-pack ${name}: there is no PulumiPolicy.yaml in it, so it is no policy pack`,
      );
    throw new PlanError(`--policy-pack ${name}: PulumiPolicy.yaml is not valid YAML`);
  }
  const runtime = (said as { runtime?: unknown } | null)?.runtime;
  if (typeof runtime !== "object" || runtime === null) return { runtime, options: {} };
  const { name: kind, options } = runtime as { name?: unknown; options?: Record<string, unknown> };
  return { runtime: kind, options: options ?? {} };
}
