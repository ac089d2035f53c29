import type { Command } from "commander";
import { buildProgram } from "../../../automation/main.ts";

/** The real command, of which nothing is ever run: parsing is all that is left of it. */
function withoutActions(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const subcommand of command.commands) withoutActions(subcommand);
  return command;
}

/** Why `slipway` would refuse such arguments; undefined where it takes them. */
export async function refusal(args: readonly string[]): Promise<string | undefined> {
  try {
    await withoutActions(buildProgram("/nowhere")).parseAsync([...args], { from: "user" });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
