import { type Command, InvalidArgumentError } from "commander";
import type { LoadFlags, SandboxFlags } from "../sandbox/actions.ts";
import { registerKubernetes } from "./kubernetes.ts";
import { registerPrometheus } from "./prometheus.ts";

const AFTER = `
Examples:
  $ slipway sandbox status
  $ slipway sandbox load backend --rps 50 --seconds 60
  $ slipway sandbox reset --yes`;

const LOAD_AFTER = `
Load goes to this machine only. Requests are sent at the asked rate whether or not answers come.

Examples:
  $ slipway sandbox load backend
  $ slipway sandbox load backend --tag canary --rps 5 --seconds 10
  $ slipway sandbox load http://127.0.0.1:21234 --path /login --path /reports --json`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../sandbox/actions.ts");

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0)) throw new InvalidArgumentError("Use a number above 0.");
  return value;
}

/** Adds `slipway sandbox start|stop|status|reset|load|kubernetes|prometheus`, for the sandbox of the checkout at `root`. */
export function registerSandbox(program: Command, root: string): void {
  const sandbox = program
    .command("sandbox")
    .description("the local cloud: start it, stop it, look at it, send it load")
    .addHelpText("after", AFTER);
  sandbox
    .command("start")
    .description("start the local cloud, if it does not run, with the services it had")
    .option("--json", "print the status as JSON")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox start")
    .action(async (flags: SandboxFlags) => (await actions()).start(root, flags));
  sandbox
    .command("stop")
    .description(
      "stop the local cloud, the Kubernetes cluster and Prometheus, every process; their state stays",
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox stop")
    .action(async (flags: SandboxFlags) => (await actions()).stop(root, flags));
  sandbox
    .command("status")
    .description("show services, addresses, revisions with their weights, instances and restarts")
    .option("--json", "print the status as JSON")
    .addHelpText("after", "\nExamples:\n  $ slipway sandbox status\n  $ slipway sandbox status --json")
    .action(async (flags: SandboxFlags) => (await actions()).status(root, flags));
  sandbox
    .command("reset")
    .description("stop them and delete .slipway/sandbox whole: services, secrets, objects, stack states")
    .option("-y, --yes", "don't ask; needed where there is no terminal")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExamples:\n  $ slipway sandbox reset\n  $ slipway sandbox reset --yes")
    .action(async (flags: SandboxFlags & { yes?: true }) => (await actions()).reset(root, flags));
  sandbox
    .command("load <service-or-url>")
    .description("send requests at a steady rate, and tell what came back")
    .option("--rps <number>", "requests per second", positive, 20)
    .option("--seconds <number>", "for how long", positive, 30)
    .option("--path <path...>", "paths to ask for, in turn (default /)")
    .option("--tag <tag>", "only the revision with this tag")
    .option("--concurrency <number>", "requests under way at once, at most (default 200)", positive)
    .option("--json", "print the summary as JSON")
    .addHelpText("after", LOAD_AFTER)
    .action(async (target: string, flags: LoadFlags) => (await actions()).load(root, target, flags));
  registerKubernetes(sandbox, root);
  registerPrometheus(sandbox, root);
}
