import { type Command, Option } from "commander";
import type { Operation } from "../deploy/operations.ts";
import type { DeployFlags } from "../deploy/run.ts";

const HELP: Record<Operation, { description: string; examples: string }> = {
  preview: {
    description: "show what `up` would change, under the policy packs, with the real engine",
    examples: "  $ slipway preview --stack staging\n  $ slipway preview --stack production --sandbox",
  },
  up: {
    description: "preview under the policy packs, then deploy",
    examples: "  $ slipway up --stack sandbox\n  $ slipway up --stack staging --yes",
  },
  refresh: {
    description: "read back what is really there into the state",
    examples: "  $ slipway refresh --stack sandbox",
  },
  destroy: {
    description: "remove everything that the stack deployed",
    examples: "  $ slipway destroy --stack sandbox --yes",
  },
};

/** Adds `preview`, `up`, `refresh` and `destroy`. */
export function registerDeploy(program: Command, root: string): void {
  for (const name of ["preview", "up", "refresh", "destroy"] as const) {
    const { description, examples } = HELP[name];
    const command = program
      .command(name)
      .description(description)
      .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
      .addOption(
        new Option("--sandbox", "run it against the local cloud instead of its own, with a state of its own"),
      )
      .addOption(new Option("--json", "machine-readable result on standard output, no progress"))
      .addHelpText("after", `\nExamples:\n${examples}`);
    if (name === "preview" || name === "up") {
      command.option("--policy-pack <folder...>", "a policy pack besides the project's own");
    }
    if (name !== "preview")
      command.option("-y, --yes", "don't ask before changing anything (the stack `sandbox` never asks)");
    command.action(async (flags: DeployFlags) => {
      const { runDeploy } = await import("../deploy/run.ts");
      await runDeploy(root, name, flags);
    });
  }
}
