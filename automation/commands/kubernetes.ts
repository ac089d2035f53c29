import type { Command } from "commander";
import type { StartFlags } from "../sandbox/kubernetes.ts";

const AFTER = `
Examples:
  $ slipway sandbox kubernetes start
  $ slipway sandbox kubernetes kubectl -- get pods -A
  $ slipway sandbox kubernetes stop`;

const START_AFTER = `
Without --kubeconfig the sandbox makes a cluster of its own on this machine: a real control plane whose
nodes are fake, so that nothing needs root. It is built the first time, which takes about five minutes; where it is not
built and kind and Docker are there, kind makes one instead. SLIPWAY_KUBEBOX names a binary that was built elsewhere.

Examples:
  $ slipway sandbox kubernetes start
  $ sudo slipway sandbox kubernetes start --real
  $ slipway sandbox kubernetes start --kubeconfig ~/.kube/config --context minikube`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../sandbox/kubernetes.ts");

/** Adds `kubernetes start|stop|status|kubectl` to `slipway sandbox`, for the sandbox of the checkout at `root`. */
export function registerKubernetes(sandbox: Command, root: string): void {
  const kubernetes = sandbox
    .command("kubernetes")
    .alias("k8s")
    .description("the sandbox's Kubernetes cluster: start it, stop it, look at it")
    .addHelpText("after", AFTER);
  kubernetes
    .command("start")
    .description("start a cluster, if none runs, with the objects it had; or use one that you name")
    .option("--kubeconfig <file>", "use the cluster of this file; needs --context")
    .option("--context <name>", "the context in it")
    .option("--real", "run pods really, on this machine; needs root and containerd (npm run parts pods)")
    .option("-y, --yes", "add missing custom resource definitions to that cluster without asking")
    .option("--json", "print the status as JSON")
    .addHelpText("after", START_AFTER)
    .action(async (flags: StartFlags) => (await actions()).start(root, flags));
  kubernetes
    .command("stop")
    .description("stop the cluster and every process of it; its objects stay")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox kubernetes stop")
    .action(async (flags: { json?: true }) => (await actions()).stop(root, flags));
  kubernetes
    .command("status")
    .description("show what kind of cluster it is, its nodes, and how to reach it")
    .option("--json", "print the status as JSON")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox kubernetes status --json")
    .action(async (flags: { json?: true }) => (await actions()).status(root, flags));
  kubernetes
    .command("kubectl")
    .description("run kubectl on the cluster; what follows -- is kubectl's")
    .argument("[arguments...]")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox kubernetes kubectl -- get pods -A")
    .action(async (args: string[]) => (await actions()).kubectl(root, args));
}
