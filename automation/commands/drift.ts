import { type Command, Option } from "commander";
import type { DriftFlags } from "../drift/run.ts";

const HELP = `
Asks every provider what is really there, compares it with what was deployed, and changes neither. What was changed by hand, or
by another tool, is shown property by property; and which of it breaks a policy, that what was deployed did not. Secrets are in
no output.

Examples:
  $ slipway drift --stack production
  $ slipway drift --stack production --json | jq '.broken[] | {policy, urn, causes}'
  $ slipway drift --stack staging || echo "somebody was here"

Exit codes:
  0  everything is as it was deployed
  1  what is there can't be asked
  2  the command was called wrongly, or there is no such stack
  3  what is there breaks a mandatory policy
  6  something was changed outside, and breaks no mandatory policy

Environment:
  NO_COLOR  no colours, also on a terminal`;

/** Adds `drift`. */
export function registerDrift(program: Command, root: string): void {
  program
    .command("drift")
    .description("show what was changed outside since it was deployed, and which policies that breaks")
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .addOption(new Option("--sandbox", "the stack's deployment in the sandbox"))
    .addOption(new Option("--json", "machine-readable result on standard output, no progress"))
    .addHelpText("after", HELP)
    .action(async (flags: DriftFlags) => {
      const { runDrift } = await import("../drift/run.ts");
      process.exitCode = await runDrift(root, flags);
    });
}
