import type { Command } from "commander";
import type { PrometheusFlags } from "../sandbox/prometheus.ts";

const AFTER = `
Examples:
  $ slipway sandbox prometheus start
  $ slipway sandbox prometheus status --json
  $ slipway sandbox prometheus stop`;

const START_AFTER = `
It asks the local cloud for its metrics every 5 seconds, at whatever address that has, and evaluates the rules in
.slipway/sandbox/prometheus/rules/*.yaml: each \`slipway up\` to the sandbox puts those of its systems there, each
\`slipway destroy\` takes them away. No message is sent to anybody: \`slipway status\` and Prometheus' own page show what
fires. It answers on this machine only, and runs on until it is stopped.
Prometheus is the one on PATH, or Debian's (30 MB, unpacked without root), or it is built, which takes five minutes.

Example:
  $ slipway sandbox prometheus start`;

const STATUS_AFTER = `
Exit codes: 0 also where none runs; 1 where one runs and does not answer.

Examples:
  $ slipway sandbox prometheus status
  $ slipway sandbox prometheus status --json`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../sandbox/prometheus.ts");

/** Adds `prometheus start|stop|status` to `slipway sandbox`, for the sandbox of the checkout at `root`. */
export function registerPrometheus(sandbox: Command, root: string): void {
  const prometheus = sandbox
    .command("prometheus")
    .description("a Prometheus that watches the local cloud: start it, stop it, look at it")
    .addHelpText("after", AFTER);
  prometheus
    .command("start")
    .description("start Prometheus, if it does not run, with what it measured before")
    .option("--json", "print the status as JSON")
    .addHelpText("after", START_AFTER)
    .action(async (flags: PrometheusFlags) => (await actions()).start(root, flags));
  prometheus
    .command("stop")
    .description("stop Prometheus; what it measured stays")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  $ slipway sandbox prometheus stop")
    .action(async (flags: PrometheusFlags) => (await actions()).stop(root, flags));
  prometheus
    .command("status")
    .description("show its address, what it scrapes, its rules, and alerts that are pending or fire")
    .option("--json", "print the status as JSON")
    .addHelpText("after", STATUS_AFTER)
    .action(async (flags: PrometheusFlags) => (await actions()).status(root, flags));
}
