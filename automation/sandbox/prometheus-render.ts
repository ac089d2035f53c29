import type { createColors } from "picocolors";
import type { Alert, Rule, Target } from "../../sandbox/prometheus/client.ts";
import type { RunningPrometheus } from "../../sandbox/prometheus/run.ts";

type Colors = ReturnType<typeof createColors>;

/** What `slipway sandbox prometheus status --json` prints. */
export type PrometheusStatus =
  | { readonly running: false }
  | (RunningPrometheus & {
      readonly running: true;
      /** Absolute path of the folder whose files are its rules. */
      readonly rulesFolder: string;
      readonly targets: readonly Target[];
      readonly rules: readonly Rule[];
      readonly alerts: readonly Alert[];
    });

/** What `slipway sandbox prometheus status` shows. */
export function renderPrometheus(status: PrometheusStatus, colors: Colors): string {
  if (!status.running) {
    return "The sandbox has no Prometheus that runs.\nStart it with `slipway sandbox prometheus start`.";
  }
  const { url, pid, startedAt, targets, rules, rulesFolder, alerts } = status;
  return [
    `The sandbox's Prometheus runs: ${url} (process ${pid}, since ${startedAt})`,
    ...section(
      "Scrapes:",
      targets.map((target) => scraped(target, colors)),
      ["nothing yet: the local cloud is found within seconds, if it runs; `slipway sandbox start` starts it"],
    ),
    ...section("Rules:", [`${rules.length} in ${rulesFolder}`, ...failing(rules, colors)]),
    ...section(
      "Alerts:",
      alerts.map((alert) => alerting(alert, colors)),
      ["none"],
    ),
    `Ask it:    curl --get ${url}/api/v1/query --data-urlencode 'query=up'`,
  ].join("\n");
}

function section(title: string, lines: readonly string[], none: readonly string[] = []): string[] {
  const shown = lines.length > 0 ? lines : none;
  return shown.map((line, index) => `${(index === 0 ? title : "").padEnd(11)}${line}`);
}

function scraped({ job, url, health, lastError }: Target, colors: Colors): string {
  const paint = { up: colors.green, down: colors.red, unknown: colors.yellow }[health];
  const state = health === "unknown" ? "not yet" : health;
  return `${job} at ${url}: ${paint(state)}${lastError === "" ? "" : ` (${lastError})`}`;
}

function failing(rules: readonly Rule[], colors: Colors): string[] {
  return rules
    .filter(({ health }) => health === "err")
    .map(({ group, name, lastError }) => colors.red(`${group}/${name} fails: ${lastError}`));
}

function alerting({ labels, state }: Alert, colors: Colors): string {
  const { alertname = "", ...rest } = labels;
  const of = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const paint = state === "firing" ? colors.red : colors.yellow;
  return `${alertname} ${paint(state === "firing" ? "fires" : "is pending")}${of.length === 0 ? "" : `: ${of.join(", ")}`}`;
}
