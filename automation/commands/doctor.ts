import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { createColors } from "picocolors";
import { gatherFacts } from "../doctor/facts.ts";
import { renderDoctor } from "../doctor/render.ts";
import { judge } from "../doctor/verdicts.ts";
import { showsColor } from "../terminal.ts";

/** What is not there is said, not left out. */
const absentAsNull = (_key: string, value: unknown) => (value === undefined ? null : value);

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Adds `slipway doctor`: what this machine has, and which commands would work now. Exit code 1 when some would not. */
export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("tell what this machine has, which commands work now, and what brings the rest")
    .option("--json", "print facts and verdicts as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  slipway doctor\n  slipway doctor --json\n\nExit code: 0 when every command works, 1 when some does not.",
    )
    .action(async (options: { json?: true }) => {
      const facts = await gatherFacts(root);
      const commands = judge(facts);
      console.log(
        options.json
          ? JSON.stringify({ facts, commands }, absentAsNull, 2)
          : renderDoctor(facts, commands, homedir(), createColors(showsColor(process.stdout))),
      );
      if (commands.some((each) => !each.works)) process.exitCode = 1;
    });
}
