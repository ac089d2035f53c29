import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { type CloudClient, startCloud } from "../../sandbox/cloud/index.ts";
import {
  type Engine,
  engineEnvironment,
  ensureEngine,
  preparePassphrase,
  pulumiCommand,
} from "../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import type { Report } from "../../sandbox/progress.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { startProviders } from "../../sandbox/providers/server.ts";
import { claimStack } from "./claim.ts";
import { writeSandboxConfig } from "./config-file.ts";
import type { Target } from "./target.ts";

/** A stack opened for work: with an engine, and in the sandbox a cloud, its providers and a lock. */
export interface Session {
  readonly target: Target;
  readonly stack: Stack;
  /** Stack file to read instead of the committed one; the sandbox's own. */
  readonly configFile: string | undefined;
  /** The local cloud; absent outside the sandbox. */
  readonly cloud: CloudClient | undefined;
  /** Lifts the protection of every resource in the state: in the sandbox nothing can be lost that one command doesn't bring back. */
  unprotect(): Promise<void>;
  /** Ends what was started for this run alone. The local cloud goes on. */
  close(): Promise<void>;
}

/** Opens a stack in its own cloud, with the user's own backend, plugins and credentials. */
async function openRemote(target: Target, engine: Engine): Promise<Session> {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: target.stack, workDir: target.root },
    { pulumiCommand: await pulumiCommand(engine) },
  );
  const unprotect = async () => {};
  return { target, stack, configFile: undefined, cloud: undefined, unprotect, close: async () => {} };
}

/** Opens a stack against the local cloud. Its state, passphrase and stack file live in the sandbox's folder only. */
async function openSandbox(
  target: Target,
  engine: Engine,
  { report, claimLost, deleteProtected = false }: OpenOptions,
): Promise<Session> {
  const { root, stack: stackName } = target;
  const paths = sandboxPaths(root);
  const project = join(paths.folder, "project");
  // First of all: `slipway sandbox reset` leaves the folder of a claimed stack alone.
  const release = await claimStack(project, stackName, { report, lost: claimLost });
  const closing: (() => Promise<void>)[] = [release];
  const close = async () => {
    for (const step of closing.reverse()) await step();
  };
  try {
    await preparePassphrase(paths);
    report("starting the local cloud");
    const cloud = await startCloud(paths.cloud, { report });
    await installPlugins(paths, { node: process.execPath, root });
    const providers = await startProviders({ cloudFolder: paths.cloud, deleteProtected });
    closing.push(() => providers.close());
    const envVars = {
      ...engineEnvironment(engine, paths),
      SLIPWAY_PROVIDERS_PORT: String(providers.port),
      SLIPWAY_CLOUD_FOLDER: paths.cloud,
    };
    const options = { pulumiCommand: await pulumiCommand(engine), envVars };
    await copyFile(join(root, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
    // Making a stack writes a salt into the stack file of its folder: not the committed one.
    await LocalWorkspace.createOrSelectStack({ stackName, workDir: project }, options);
    const configFile = await writeSandboxConfig(root, project, stackName);
    const stack = await LocalWorkspace.selectStack({ stackName, workDir: root }, options);
    const unprotect = async () => {
      const args = ["state", "unprotect", "--all", "--yes", "--non-interactive", "--stack", stackName];
      await promisify(execFile)(engine.pulumi, args, { cwd: root, env: { ...process.env, ...envVars } });
    };
    return { target, stack, configFile, cloud, unprotect, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How a stack is opened. */
export interface OpenOptions {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Called where the sandbox's stack is no longer this run's alone: it has to stop. */
  readonly claimLost: () => void;
  /** In the sandbox, whether resources go that their real providers would protect: nothing can be lost that one command doesn't bring back. */
  readonly deleteProtected?: boolean;
}

/** Gets an engine and opens a stack with it. Close the session, whatever happens. */
export async function openSession(target: Target, options: OpenOptions): Promise<Session> {
  const engine = await ensureEngine(options);
  return target.sandbox ? await openSandbox(target, engine, options) : await openRemote(target, engine);
}
