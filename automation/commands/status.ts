import { type Command, InvalidArgumentError } from "commander";
import type { StatusFlags } from "../status/command.ts";

const AFTER = `
What is promised and what fires, system by system: for each objective its share of good events, what is left of its error
budget, and how fast it goes; for each service its requests, P95 and revisions. What can't be measured is "no data", never
good. The promises are those of the stack's program; the figures come from
  1. the Prometheus that --prometheus or SLIPWAY_PROMETHEUS names,
  2. else the sandbox's own, where it runs (slipway sandbox prometheus start),
  3. else the local cloud's counters: totals since it started, without burn rates, alerts and charts.

--html writes one page that stands by itself, with charts over --range; it is written whole or not at all.

Examples:
  $ slipway status --stack sandbox
  $ slipway status --stack sandbox --watch
  $ slipway status --stack production --prometheus https://prometheus.example.com --prometheus-token-file token.txt
  $ slipway status --stack production --html status.html --range "24 h"
  $ slipway status --stack staging --json | jq '.totals'

Exit codes:
  0  every objective is kept, and no page fires
  1  nobody could be asked, or there is no data of an objective
  2  the command was called wrongly, or there is no such stack
  5  an objective is missed, its budget more than spent, or a page fires

Environment:
  SLIPWAY_PROMETHEUS        address of a Prometheus, or of what speaks its API
  SLIPWAY_PROMETHEUS_TOKEN  bearer token for it
  NO_COLOR                  no colours, also on a terminal`;

function range(text: string): string {
  if (/^\d+(\.\d+)? (min|h|days)$/.test(text) && Number.parseFloat(text) > 0) return text;
  throw new InvalidArgumentError('Use a number, one blank and a unit: "30 min", "6 h", "7 days".');
}

/** Adds `status`. */
export function registerStatus(program: Command, root: string): void {
  program
    .command("status")
    .description(
      "show how objectives, budgets and alerts stand: in the terminal, as JSON, as a page with charts",
    )
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .option("--prometheus <url>", "the Prometheus to ask (default: SLIPWAY_PROMETHEUS, or the sandbox's)")
    .option("--prometheus-token-file <file>", "file with a bearer token for it")
    .option("-w, --watch", "on a terminal: show it anew every 5 s, until Ctrl-C")
    .option("--json", "print it as JSON")
    .option("--html <file>", "write a page with charts there as well")
    .option("--range <time>", 'how far back the charts go, such as "24 h"', range, "6 h")
    .addHelpText("after", AFTER)
    .action(async (flags: StatusFlags) => {
      const { runStatus } = await import("../status/command.ts");
      process.exitCode = await runStatus(root, flags);
    });
}
