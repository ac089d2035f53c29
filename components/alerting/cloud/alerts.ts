import { promDuration } from "../../objectives/promql.ts";
import type { NormalizedAlert } from "../alert.ts";
import type { MonitoringFacts } from "../facts.ts";
import { alertQuery } from "../rules.ts";
import type { Notice } from "./documentation.ts";
import { measuredByCloudRun } from "./filters.ts";
import { LONGEST_WITH_DURATION, type PlannedPolicy, promqlPolicy } from "./policy.ts";
import { badShareAbove } from "./queries.ts";

/** Whether a system has anything on Cloud Run, which Cloud Monitoring watches. */
export function runsOnCloudRun({ services }: MonitoringFacts): boolean {
  return services.some(({ runtime }) => runtime === "cloud-run");
}

/**
 * The fixed alerts that are Cloud Monitoring's: those of services on Cloud Run; and those of the system as a whole, where
 * anything of it is there. The others are Prometheus'.
 */
export function cloudAlerts(facts: MonitoringFacts): NormalizedAlert[] {
  return facts.alerts.filter((alert) => isClouds(facts, alert));
}

function isClouds(facts: MonitoringFacts, { service, watchedBy }: NormalizedAlert): boolean {
  if (watchedBy !== undefined) return watchedBy === "cloud-monitoring";
  return service === undefined
    ? runsOnCloudRun(facts)
    : facts.services.some((each) => each.service === service && each.runtime === "cloud-run");
}

/** What an alert asks: of Cloud Run's own metrics where it measures that, else of those that the service exports. */
function alertExpression(facts: MonitoringFacts, alert: NormalizedAlert): string {
  const { condition } = alert;
  const service = facts.services.find((each) => each.service === alert.service);
  if (service === undefined || condition.kind !== "share" || !measuredByCloudRun(condition.indicator)) {
    return alertQuery(facts, alert).expression;
  }
  return badShareAbove(service, condition.indicator, condition.above / 100, condition.overSeconds);
}

/** Longest range that an alert's query looks back; PromQL that stands as it is may look back further. */
function range({ condition }: NormalizedAlert): number {
  return "overSeconds" in condition ? condition.overSeconds : 0;
}

/** Problems of a fixed alert in Cloud Monitoring, each with its value and what would do. */
export function cloudAlertProblems(alert: NormalizedAlert): string[] {
  if (range(alert) <= LONGEST_WITH_DURATION || alert.forSeconds === 0) return [];
  return [
    `alerts["${alert.name}"].for: ${promDuration(alert.forSeconds)}; Cloud Monitoring takes none where an alert looks back more than 25 h, and this one does over ${promDuration(range(alert))}: use "0 s", or a shorter \`over\``,
  ];
}

/** How the figure that PromQL gave reads in the text; for a latency on Cloud Run that is a percentile. */
function now(facts: MonitoringFacts, alert: NormalizedAlert): string {
  const { condition } = alert;
  const figure = "${metric.label.value}";
  if (condition.kind === "share" && condition.indicator.kind === "latency") {
    const service = facts.services.find((each) => each.service === alert.service);
    if (service !== undefined && measuredByCloudRun(condition.indicator)) {
      return `${100 - condition.above} % of requests took at most ${figure} ms.`;
    }
  }
  return condition.kind === "share" ? `Bad share now, of 1: ${figure}.` : `Now: ${figure}.`;
}

/** A fixed alert as a policy. */
export function planAlert(facts: MonitoringFacts, project: string, alert: NormalizedAlert): PlannedPolicy {
  const { name, service, concern, severity, owner, runbook, what, impact, first, forSeconds } = alert;
  const held = forSeconds === 0 ? "It held at the last look" : `It held for ${promDuration(forSeconds)}`;
  const notice: Notice = {
    alert: name,
    service,
    concern,
    severity,
    owner,
    runbook,
    what: `${what} ${now(facts, alert)}`,
    impact,
    since: `${held} before this began.`,
    first,
  };
  // Services may each have one of a name.
  const own = service === undefined ? kebabCase(name) : `${service}-${kebabCase(name)}`;
  return promqlPolicy(facts, project, own, notice, {
    displayName: service === undefined ? name : `${name}, ${service}`,
    query: alertExpression(facts, alert),
    forSeconds,
    rangeSeconds: range(alert),
  });
}

/** `HighErrorRate` as a logical name's end: `high-error-rate`. */
function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}
