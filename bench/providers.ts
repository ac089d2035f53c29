import type { Engine } from "../sandbox/engine/index.ts";
import { engineEnvironment, preparePassphrase } from "../sandbox/engine/index.ts";
import type { SandboxPaths } from "../sandbox/paths.ts";
import { installPlugins } from "../sandbox/providers/plugins.ts";
import { root } from "./measure.ts";

/** An engine, and the port of stand-in providers that run already: their start is no part of a preview that is measured. */
export interface Providers {
  readonly engine: Engine;
  readonly port: number;
}

/** Prepares a sandbox folder for the engine and gives the variables that it needs there. */
export async function prepareSandbox(
  paths: SandboxPaths,
  { engine, port }: Providers,
): Promise<Record<string, string>> {
  await preparePassphrase(paths);
  await installPlugins(paths, { node: process.execPath, root });
  return {
    ...engineEnvironment(engine, paths),
    SLIPWAY_PROVIDERS_PORT: String(port),
    SLIPWAY_CLOUD_FOLDER: paths.cloud,
  };
}
