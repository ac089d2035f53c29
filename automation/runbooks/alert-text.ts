import type { NormalizedAlert } from "../../components/alerting/alert.ts";
import { filteredIndicator } from "../../components/alerting/cloud/filters.ts";
import { cloudTiers } from "../../components/alerting/cloud/tiers.ts";
import type { MonitoringFacts, UptimeCheck } from "../../components/alerting/facts.ts";
import { alertQuery } from "../../components/alerting/rules.ts";
import { BURN_FIRST } from "../../components/objectives/alert-names.ts";
import { goneIn, minimumBad, tiersOf } from "../../components/objectives/budget.ts";
import type { NormalizedTier } from "../../components/objectives/burn-rate.ts";
import { countsEvents } from "../../components/objectives/indicator.ts";
import { promiseText } from "../../components/objectives/promise.ts";
import { promDuration } from "../../components/objectives/promql.ts";
import { indicatorQueries } from "../../components/objectives/queries.ts";
import { recorded } from "../../components/objectives/recorded.ts";
import type { PagedAlert } from "./alerts.ts";
import { code, fenced, plain } from "./markdown.ts";
import { budgetText, objectiveName, severityText } from "./words.ts";

type OfObjective = Extract<PagedAlert, { kind: "burn" | "unmeasured" }>;

/** What burns how fast for whom, as whoever watches it can watch it: Cloud Monitoring looks back a day at most. */
function watchedTiers({ service, objective }: OfObjective): NormalizedTier[] {
  return service.runtime === "cloud-run"
    ? cloudTiers(objective, filteredIndicator(service, objective) !== undefined)
    : tiersOf(objective);
}

function tierLine(facts: MonitoringFacts, tier: NormalizedTier, { objective }: OfObjective): string {
  const windows = `${promDuration(tier.longSeconds)} and ${promDuration(tier.shortSeconds)}`;
  return `- ${severityText(facts, tier.severity)}: burn rate over ${tier.factor} in ${windows}: ${tier.budgetPercent} % of ${budgetText(objective)}`;
}

function burnText(facts: MonitoringFacts, alert: OfObjective): string[] {
  const { service, objective } = alert;
  const least = minimumBad(objective);
  const tiers = watchedTiers(alert);
  const gone = tiers.map(({ factor }) => `${goneIn(objective, factor)} at ${factor}`);
  const guarded =
    least > 0 && countsEvents(objective)
      ? ` There are at least ${least} bad events in the long window, or nobody is told.`
      : "";
  return [
    `**What it means.** ${code(objectiveName(service.service, objective.name))} breaks its promise too fast: ${plain(promiseText(objective))}. A burn rate of 1 spends ${budgetText(objective)} exactly.${guarded}`,
    tiers.map((tier) => tierLine(facts, tier, alert)).join("\n"),
    `**How bad.** How soon all of the budget is gone, by burn rate: ${gone.join(", ")}.`,
    `**First.** ${BURN_FIRST} ([rollback](#rollback)). Then the [first checks](#first-checks).`,
  ];
}

function unmeasuredText(facts: MonitoringFacts, { service, objective, severities }: OfObjective): string[] {
  return [
    `**What it means.** For an hour nothing is known of ${code(objectiveName(service.service, objective.name))}: ${plain(promiseText(objective))}.`,
    severities.map((severity) => `- ${severityText(facts, severity)}`).join("\n"),
    "**How bad.** The promise may be broken, and nobody would be told.",
    "**First.** Does the service run, is it scraped, and do its metrics have the names of the queries below, with a bucket at the threshold?",
  ];
}

/** Alerts of one name, those together of which the same is said. */
function fixedText(facts: MonitoringFacts, alerts: readonly NormalizedAlert[]): string[] {
  const alike = Map.groupBy(alerts, ({ what, impact, first, severity, forSeconds }) =>
    JSON.stringify([what, impact, first, severity, forSeconds]),
  );
  return [...alike.values()].flatMap((those) => {
    const { forSeconds, severity, what, impact, first } = those[0] as NormalizedAlert;
    const held = forSeconds === 0 ? "at once" : `after ${promDuration(forSeconds)}`;
    const services = those.flatMap(({ service }) => (service === undefined ? [] : [code(service)]));
    return [
      `**What it means.** ${plain(what)}${services.length === 0 ? "" : ` It watches ${services.join(", ")}.`}`,
      `- ${severityText(facts, severity)}: ${held}`,
      `**How bad.** ${plain(impact)}`,
      `**First.** ${plain(first)}`,
    ];
  });
}

function uptimeText(facts: MonitoringFacts, check: UptimeCheck): string[] {
  const address = `https://${check.host}${check.path}`;
  const every = promDuration(check.periodSeconds);
  return [
    `**What it means.** ${code(address)}, asked for from outside every ${every}, failed ${check.failures} times in a row${check.contains === undefined ? "" : `, or its answer lacked ${code(check.contains)}`}.`,
    `- ${severityText(facts, "page")}`,
    "**How bad.** Users can't reach it, or what answers is not the application.",
    "**First.** Ask for it yourself:",
    fenced("sh", `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' '${address}'`),
  ];
}

/** What to look at beside the expression itself. */
function queriesOf(facts: MonitoringFacts, alert: PagedAlert): string[] {
  switch (alert.kind) {
    case "uptime":
      return [];
    case "fixed":
      return alert.alerts.map((each) => alertQuery(facts, each).value);
    default: {
      const { service, objective } = alert;
      const asked = indicatorQueries(service, objective);
      return [
        ...(alert.kind === "burn"
          ? [recorded("burn", service, objective.name), recorded("budget", service, objective.name)]
          : []),
        ...(asked.unit === "events" ? [asked.bad("5m"), asked.total("5m")] : [asked.value("5m")]),
      ];
    }
  }
}

function textOf(facts: MonitoringFacts, alert: PagedAlert): string[] {
  switch (alert.kind) {
    case "burn":
      return burnText(facts, alert);
    case "unmeasured":
      return unmeasuredText(facts, alert);
    case "fixed":
      return fixedText(facts, alert.alerts);
    case "uptime":
      return uptimeText(facts, alert.check);
  }
}

/** Services that an alert watches. */
function watchedBy(alert: PagedAlert): string[] {
  if (alert.kind === "fixed") return alert.alerts.flatMap(({ service }) => service ?? []);
  return alert.kind === "uptime" ? [] : [alert.service.service];
}

/** What stands before an alert's expressions. */
function expressionsTitle({ services }: MonitoringFacts, alert: PagedAlert, count: number): string {
  const watched = watchedBy(alert);
  return services.some(({ service, runtime }) => runtime === "cloud-run" && watched.includes(service))
    ? "**Cloud Monitoring watches it. In Prometheus, where that scrapes it too:**"
    : `**Fires where ${count === 1 ? "this" : "one of these"} has a value:**`;
}

/** An alert's paragraph, as blocks: its heading is its name, so that the anchor is what alerts link to. */
export function alertBlocks(facts: MonitoringFacts, alert: PagedAlert): string[] {
  const expressions = [...new Set(alert.rules.map(({ expr }) => expr))];
  const queries = queriesOf(facts, alert);
  return [
    `### ${alert.name}`,
    ...textOf(facts, alert),
    `**Whose.** ${plain(alert.owner)}.`,
    ...(expressions.length === 0
      ? []
      : [expressionsTitle(facts, alert, expressions.length), fenced("promql", expressions.join("\n\n"))]),
    ...(queries.length === 0 ? [] : ["**Look at:**", fenced("promql", queries.join("\n\n"))]),
  ];
}
