import type { Command } from "commander";

/** Adds `outputs`. */
export function registerOutputs(program: Command, root: string): void {
  program
    .command("outputs")
    .description("what a deployed stack exports: addresses, names; secrets are never shown")
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .option("--sandbox", "the stack's deployment in the sandbox")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ slipway outputs --stack sandbox\n  $ slipway outputs --stack sandbox --json",
    )
    .action(async (flags: { stack: string; sandbox?: true; json?: true }) => {
      const { printOutputs } = await import("../deploy/outputs.ts");
      await printOutputs(root, flags);
    });
}
