import { copyFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { type CloudClient, startCloud } from "../../sandbox/cloud/index.ts";
import {
  type Engine,
  engineEnvironment,
  ensureEngine,
  languageHostEnvironment,
  preparePassphrase,
  pulumiCommand,
} from "../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import type { Report } from "../../sandbox/progress.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { startProviders } from "../../sandbox/providers/server.ts";
import { CommandFailure } from "../exit.ts";
import { claimStack } from "./claim.ts";
import { writeSandboxConfig } from "./config-file.ts";
import { PulumiCommands } from "./pulumi.ts";
import type { Target } from "./target.ts";

/** A stack opened for work: with an engine, and in the sandbox a cloud, its providers and a lock. */
export interface Session {
  readonly target: Target;
  readonly stack: Stack;
  /** Stack file to read instead of the committed one; the sandbox's own. */
  readonly configFile: string | undefined;
  /** The local cloud; absent outside the sandbox. */
  readonly cloud: CloudClient | undefined;
  /** Pulumi's other commands on the stack. */
  readonly pulumi: PulumiCommands;
  /** Ends what was started for this run alone. The local cloud goes on. */
  close(): Promise<void>;
}

/** What is said where a stack is not in its backend. Making one chooses who keeps its secrets: that is for a person to do. */
function missingStack({ stack }: Target, engine: Engine): CommandFailure {
  const pulumi = engine.origin === "path" ? "pulumi" : engine.pulumi;
  return new CommandFailure(
    [
      `the stack "${stack}" is not in the backend that Pulumi is logged in to.`,
      `  make it, once:             ${pulumi} stack init ${stack} --no-select --secrets-provider <who keeps its secrets, such as gcpkms://…>`,
      "  which backend that is:     npx slipway doctor",
      `  try it without an account: npx slipway preview --stack ${stack} --sandbox`,
    ].join("\n"),
  );
}

/**
 * Opens a stack in its own cloud, with the user's own backend, plugins and credentials.
 * @throws CommandFailure where the backend does not have it, or can't be reached
 */
async function openRemote(target: Target, engine: Engine): Promise<Session> {
  const envVars = languageHostEnvironment();
  const pulumi = new PulumiCommands(engine, target.root, target.stack, envVars);
  const workspace = await LocalWorkspace.create({
    workDir: target.root,
    pulumiCommand: await pulumiCommand(engine),
    envVars,
  });
  // Every command names its stack. Selecting it as well would send whatever the user types next to it, too.
  workspace.selectStack = async () => {
    if (!(await pulumi.exists())) throw missingStack(target, engine);
  };
  const stack = await Stack.select(target.stack, workspace);
  return { target, stack, configFile: undefined, cloud: undefined, pulumi, close: async () => {} };
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
    const cloud = await startCloud(paths.cloud, { report });
    await installPlugins(paths, { node: process.execPath, root });
    const providers = await startProviders({
      cloudFolder: paths.cloud,
      kubernetesFolder: paths.kubernetes,
      deleteProtected,
    });
    closing.push(() => providers.close());
    const envVars = {
      ...engineEnvironment(engine, paths),
      SLIPWAY_PROVIDERS_PORT: String(providers.port),
      SLIPWAY_CLOUD_FOLDER: paths.cloud,
      SLIPWAY_KUBERNETES_FOLDER: paths.kubernetes,
    };
    const options = { pulumiCommand: await pulumiCommand(engine), envVars };
    // Renamed into place: a run on another stack may be reading it.
    const draft = join(project, `Pulumi.yaml.${process.pid}`);
    await copyFile(join(root, "Pulumi.yaml"), draft);
    await rename(draft, join(project, "Pulumi.yaml"));
    // Making a stack writes a salt into the stack file of its folder: not the committed one.
    await LocalWorkspace.createOrSelectStack({ stackName, workDir: project }, options);
    const configFile = await writeSandboxConfig(root, project, stackName);
    const stack = await LocalWorkspace.selectStack({ stackName, workDir: root }, options);
    const pulumi = new PulumiCommands(engine, root, stackName, envVars);
    return { target, stack, configFile, cloud, pulumi, close };
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
