import { type Command, Option } from "commander";
import type { FlagsOptions, FlipOptions } from "../flags/run.ts";

const AFTER = `
Flags are read and set in the cluster itself: no engine, no preview, no state. What is set stays set, whatever is deployed,
until it is cleared. Which cluster: the sandbox's own with --sandbox; else --context, or \`cluster: {context: NAME}\` under
slipway:stack in the stack file.

Examples:
  $ slipway flags --stack production                        all flags: declared, overridden, since when, by whom, why
  $ slipway flags set USE_UNIFIED_PIPELINE=0 CONV_STORE_PRIMARY=mongo --stack production --reason "replies are wrong" --yes
  $ slipway flags clear --all --stack production --reason "mended in 1.4.2"
  $ slipway flags history --stack production

Exit codes:
  0  done, or it was so already
  1  the cluster can't be reached, or refuses
  2  no such flag, value, stack or context, or nobody was there to agree
`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../flags/run.ts");

function shared(command: Command): Command {
  return command
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .addOption(new Option("--sandbox", "the stack's deployment in the sandbox"))
    .option("--context <name>", "the kubeconfig's context, instead of the stack file's")
    .option("--kubeconfig <file>", "the kubeconfig, instead of what kubectl would take")
    .option("-n, --namespace <name>", "look only there (default: everywhere)")
    .option("--json", "print the result as JSON");
}

function flipping(command: Command): Command {
  return shared(command)
    .requiredOption("-r, --reason <text>", "why; it is kept with the change")
    .option("--system <name>", "whose flags, where several have them")
    .option("-y, --yes", "don't ask in production; needed there where there is no terminal");
}

/** Adds `slipway flags [list]|set|clear|history`. */
export function registerFlags(program: Command, root: string): void {
  const flags = program
    .command("flags")
    .description("look at a system's runtime flags, and turn them while it runs")
    .addHelpText("after", AFTER);
  shared(flags.command("list [system]", { isDefault: true }))
    .description("show every flag: effective, declared, overridden; since when, by whom and why")
    .addHelpText(
      "after",
      "\nExamples:\n  $ slipway flags --stack production\n  $ slipway flags list onesource --stack staging --json",
    )
    .action(async (system: string | undefined, options: FlagsOptions) =>
      (await actions()).list(root, system, options),
    );
  flipping(flags.command("set <name=value...>"))
    .description("override flags, all in one change, in every pod, without a restart")
    .addHelpText(
      "after",
      '\nExamples:\n  $ slipway flags set FEATURE_DYNAMIC_PROMPTS=0 --stack staging --reason "too slow"\n  $ slipway flags set USE_UNIFIED_PIPELINE=0 CONV_STORE_PRIMARY=mongo --stack production --reason "emergency" --yes',
    )
    .action(async (assignments: string[], options: FlipOptions) =>
      (await actions()).set(root, assignments, options),
    );
  flipping(flags.command("clear [name...]"))
    .description("take overrides away: what is declared is in effect again")
    .option("--all", "every override")
    .addHelpText(
      "after",
      '\nExamples:\n  $ slipway flags clear CONV_STORE_PRIMARY --stack production --reason "redis is back"\n  $ slipway flags clear --all --stack staging --reason "drill over"',
    )
    .action(async (names: string[], options: FlipOptions & { all?: true }) =>
      (await actions()).clear(root, names, options),
    );
  shared(flags.command("history [system]"))
    .description("show who set what, when and why, the newest first")
    .addHelpText("after", "\nExample:\n  $ slipway flags history --stack production")
    .action(async (system: string | undefined, options: FlagsOptions) =>
      (await actions()).history(root, system, options),
    );
}
