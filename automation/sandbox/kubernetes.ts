import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createColors } from "picocolors";
import {
  type ClusterConnection,
  clusterStatus,
  findKubebox,
  readConnection,
  startAnyCluster,
  useCluster,
} from "../../sandbox/kubernetes/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { ask } from "../ask.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { endCluster } from "./kubernetes-end.ts";
import { renderCluster } from "./kubernetes-render.ts";

/** Options of `slipway sandbox kubernetes start`. */
export interface StartFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly real?: true;
  readonly yes?: true;
  readonly json?: true;
}

const say = (message: string) => process.stderr.write(`${message}\n`);

/** `slipway sandbox kubernetes start` */
export async function start(root: string, flags: StartFlags): Promise<void> {
  const { kubernetes: folder, cloud } = sandboxPaths(root);
  const report = flags.json ? () => {} : say;
  const { kubeconfig, context } = flags;
  if ((kubeconfig === undefined) !== (context === undefined)) {
    throw new CommandFailure(
      "--kubeconfig and --context go together: a file's current context may be any cluster, production among them.",
      EXIT.usage,
    );
  }
  let connection: ClusterConnection | undefined;
  if (kubeconfig === undefined || context === undefined) {
    connection = await startAnyCluster({ folder, cloud, real: flags.real === true, report });
  } else {
    const mayInstall = async (missing: readonly string[], server: string) =>
      flags.yes ?? (await mayAdd(missing, context, server));
    connection = await useCluster({ folder, kubeconfig, context, report, mayInstall });
  }
  if (!connection) {
    throw new CommandFailure(
      "Nothing was changed: without the definitions Slipway's objects would be refused.",
    );
  }
  await status(root, flags);
}

async function mayAdd(missing: readonly string[], context: string, server: string): Promise<boolean> {
  say(`The cluster of the context "${context}" at ${server} lacks these definitions:`);
  for (const name of missing) say(`  ${name}`);
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandFailure(
      "They are added only to a cluster whose owner agrees, who can't be asked here: add --yes.",
      EXIT.usage,
    );
  }
  return /^y(es)?$/i.test(await ask("Add them to it? [y/N] "));
}

/** `slipway sandbox kubernetes stop` */
export async function stop(root: string, flags: { readonly json?: true }): Promise<void> {
  const ended = await endCluster(sandboxPaths(root).kubernetes);
  if (flags.json)
    console.log(JSON.stringify({ stopped: ended !== undefined, origin: ended?.origin }, null, 2));
  else console.log(ended?.text ?? "The sandbox has no Kubernetes cluster that runs.");
}

/** `slipway sandbox kubernetes status`; fails where a cluster that should run does not. */
export async function status(root: string, flags: { readonly json?: true }): Promise<void> {
  const found = await clusterStatus(sandboxPaths(root).kubernetes);
  // Not what picocolors finds by itself: that colours files, too, where CI is set.
  const text = () => renderCluster(found, createColors(showsColor(process.stdout)));
  console.log(flags.json ? JSON.stringify(found, null, 2) : text());
  if (found.problem !== undefined) process.exitCode = EXIT.failed;
}

/** `slipway sandbox kubernetes kubectl -- …`: kubebox's kubectl, or the one on PATH, for the sandbox's cluster. */
export async function kubectl(root: string, args: readonly string[]): Promise<void> {
  const connection = readConnection(sandboxPaths(root).kubernetes);
  if (!connection) {
    throw new CommandFailure(
      "The sandbox has no Kubernetes cluster. Start it with `slipway sandbox kubernetes start`.",
    );
  }
  const kubebox = await findKubebox();
  const own = [`--kubeconfig=${connection.kubeconfig}`, `--context=${connection.context}`];
  const [command, ...before] = kubebox === undefined ? ["kubectl"] : [kubebox, "kubectl"];
  // What is typed at the terminal, Ctrl-C too, is kubectl's.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    process.exitCode = await new Promise<number>((resolve, reject) => {
      const child = spawn(command, [...before, ...own, ...args], { stdio: "inherit" });
      child.once("error", () =>
        reject(
          new CommandFailure(
            "There is no kubectl here: install one, or run `npm run parts kubernetes`, which brings one.",
          ),
        ),
      );
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}
