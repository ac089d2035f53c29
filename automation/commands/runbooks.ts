import type { Command } from "commander";
import type { RunbooksFlags } from "../runbooks/command.ts";

const HELP = `
Plans the stack in this process, without engine, account or network, and writes a page for each runbook of each system that it
watches: every alert with what it means and what to do first, checks, mitigations, rollback, escalation; and an index of all alerts.
Pages that an earlier run wrote and this one doesn't are removed, unless somebody changed them.

Examples:
  $ slipway runbooks --stack production            writes docs/runbooks
  $ slipway runbooks --stack production --check    in a pipeline: are the pages those that the declarations make?
  $ slipway runbooks --stack staging --out out/runbooks

Exit codes:
  0  written; with --check: every page is as it would be written
  1  with --check: a page is missing, out of date or no longer generated; or the program failed, or watches no system
  2  the command was called wrongly, or there is no such stack`;

/** Adds `runbooks`. */
export function registerRunbooks(program: Command, root: string): void {
  program
    .command("runbooks")
    .description("write the runbooks of what a stack watches, from its declarations")
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .option("-o, --out <folder>", "where pages are written (default: docs/runbooks of the project)")
    .option("--check", "write nothing; tell which pages are not as they would be written")
    .addHelpText("after", HELP)
    .action(async (flags: RunbooksFlags) => {
      const { runRunbooks } = await import("../runbooks/command.ts");
      process.exitCode = await runRunbooks(root, flags);
    });
}
