import { type Command, InvalidArgumentError } from "commander";
import type { SmokeFlags } from "../smoke/run.ts";

const HELP = `
Eight tests of EthixAI's backend, in this order: liveness, readiness, register, login, upload, analyse, report, metrics. One that
lacks what another would have made is skipped. They make a synthetic user and ten rows of data, marked as such, remove both at the
end, and give them a date of expiry, 24 h later, in case they can't.

--every goes on and on, and ends with 1 when three runs in a row failed. With --metrics-port it does not end then: Prometheus
reads smoke_consecutive_failures, and wakes somebody. In the sandbox its Prometheus finds these metrics by itself.

Examples:
  $ slipway smoke --url https://api.staging.example.com
  $ slipway smoke --stack sandbox                              the backend that npm start deployed
  $ slipway smoke --url https://api.example.com --only report --json
  $ slipway smoke --stack production --every "5 min" --metrics-port 9464

Exit codes:
  0    every test passed
  1    one did not, or nothing is deployed; with --every: three runs in a row failed
  2    the command was called wrongly
  130  interrupted`;

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError("Use a port from 0 to 65535; 0 takes a free one.");
}

/** Adds `slipway smoke`. */
export function registerSmoke(program: Command, root: string): void {
  program
    .command("smoke")
    .description("test a deployed system from outside, from its health to a report")
    .option("-u, --url <url>", "base address of what is tested")
    .option("-s, --stack <name>", "test what this stack deployed, instead of --url")
    .option("--sandbox", "the stack's deployment in the sandbox")
    .option("--suite <name>", "which tests", "ethixai")
    .option("--only <test...>", "these tests, and those whose results they need")
    .option("--timeout <duration>", "for a whole run", "5 min")
    .option("--every <duration>", "run again and again, so far apart")
    .option("--metrics-port <port>", "with --every: serve Prometheus metrics at /metrics", port)
    .option("--metrics-address <address>", "where metrics are served", "127.0.0.1")
    .option("--insecure", "allow plain http to another machine, where passwords can be read on the way")
    .option("--json", "print the report as JSON; with --every, one line for each run")
    .addHelpText("after", HELP)
    .action(async (flags: SmokeFlags) => {
      const { runSmoke } = await import("../smoke/run.ts");
      process.exitCode = await runSmoke(root, flags);
    });
}
