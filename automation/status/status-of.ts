import { SEVERITIES, type Severity } from "../../components/alerting/alert.ts";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { tiersOf, windowsOf } from "../../components/objectives/budget.ts";
import type { NormalizedTier } from "../../components/objectives/burn-rate.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { promiseText } from "../../components/objectives/promise.ts";
import { promDuration } from "../../components/objectives/promql.ts";
import { plain } from "../../components/units.ts";
import type { Alert } from "../../sandbox/prometheus/client.ts";
import { EXIT } from "../exit.ts";
import type { Answers } from "./answers.ts";
import type { Sample } from "./source.ts";
import type {
  AlertStatus,
  BurnLevel,
  BurnStatus,
  ObjectiveStatus,
  SeriesStatus,
  ServiceStatus,
  State,
  Status,
} from "./status.ts";

/** What stands in the way of good news first. */
const WORST_FIRST: readonly State[] = ["missed", "no data", "kept"];

function worst(states: readonly State[]): State {
  return WORST_FIRST.find((state) => states.includes(state)) ?? "no data";
}

/** Whom a burn rate over a window reaches: pages before tickets. Undefined: there is no such window. */
function levelOf(tiers: readonly NormalizedTier[], seconds: number, rate: number | undefined): BurnLevel {
  const passed = tiers.filter(
    ({ longSeconds, shortSeconds, factor }) =>
      (longSeconds === seconds || shortSeconds === seconds) && rate !== undefined && rate > factor,
  );
  return passed.some(({ severity }) => severity === "page") ? "page" : passed.length > 0 ? "ticket" : "none";
}

function burnsOf(objective: NormalizedObjective, samples: readonly Sample[]): BurnStatus[] {
  const tiers = tiersOf(objective);
  return windowsOf(tiers).map((seconds) => {
    const window = promDuration(seconds);
    const rate = samples.find(({ labels }) => labels.window === window)?.value;
    const level = levelOf(tiers, seconds, rate);
    return { window, ...(rate === undefined ? {} : { rate: plain(rate) }), level };
  });
}

/** Values of the labels that an objective's series are told apart by. */
function told(by: readonly string[], { labels }: Sample): Record<string, string> {
  return Object.fromEntries(by.map((label) => [label, labels[label] ?? ""]));
}

function seriesStatus(
  objective: NormalizedObjective,
  labels: Record<string, string>,
  left: number | undefined,
  burns: readonly BurnStatus[],
): SeriesStatus {
  if (left === undefined) return { labels, state: "no data", burns };
  // Rounded first: what is exactly used up is no more than was promised.
  const budgetLeftPercent = plain(Number((100 * left).toFixed(6)));
  const bad = (1 - left) * (100 - objective.target);
  return {
    labels,
    state: budgetLeftPercent < 0 ? "missed" : "kept",
    sharePercent: plain(Number((100 - bad).toFixed(6))),
    budgetLeftPercent,
    burns,
  };
}

function objectiveStatus(
  service: MeasuredService,
  objective: NormalizedObjective,
  answers: Answers,
): ObjectiveStatus {
  const { name, target, owner, by = [] } = objective;
  const mine = ({ labels }: Sample) =>
    labels.system === service.system && labels.service === service.service && labels.objective === name;
  const budgets = answers.budgets.filter(mine);
  const burns = answers.burns.filter(mine);
  const records = answers.source.kind === "prometheus";
  const keys = new Map(
    [...budgets, ...burns].map((sample) => [JSON.stringify(told(by, sample)), told(by, sample)]),
  );
  if (keys.size === 0) keys.set("", {});
  const series = [...keys]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, labels]) => {
      const here = (sample: Sample) => JSON.stringify(told(by, sample)) === key;
      const left = budgets.find(here)?.value;
      return seriesStatus(objective, labels, left, records ? burnsOf(objective, burns.filter(here)) : []);
    });
  const state = worst(series.map((each) => each.state));
  return { name, promise: promiseText(objective), target, owner, state, series };
}

function serviceStatus(service: MeasuredService, answers: Answers): ServiceStatus {
  const mine = ({ labels }: Sample) => labels.system === service.system && labels.service === service.service;
  const traffic = answers.traffic.filter(mine);
  const all = traffic.reduce((sum, { value }) => sum + value, 0);
  const p95 = answers.p95.find(mine)?.value;
  const bears = service.capacity && service.capacity.perInstance * service.capacity.max;
  const measured = traffic.length > 0;
  return {
    service: service.service,
    ...(measured ? { requestsPerSecond: plain(all) } : {}),
    ...(p95 === undefined ? {} : { p95Seconds: plain(p95) }),
    ...(bears === undefined
      ? {}
      : {
          capacity: {
            requestsPerSecond: plain(bears),
            ...(measured ? { usedPercent: plain((100 * all) / bears) } : {}),
          },
        }),
    revisions: traffic
      .filter(({ value }) => value > 0)
      .map(({ labels, value }) => ({
        revision: labels.revision ?? "unknown",
        percent: plain((100 * value) / all),
      }))
      .sort((a, b) => b.percent - a.percent || (a.revision < b.revision ? -1 : 1)),
    objectives: service.objectives.map((objective) => objectiveStatus(service, objective, answers)),
  };
}

/** Labels of an alert that are said elsewhere, or mean nothing to a reader. */
const SAID = new Set([
  ...["alertname", "severity", "environment", "system", "service", "owner", "concern", "objective", "window"],
]);

/** Of a description made of lines such as `First: look at …`. */
function lineOf(description: string | undefined, word: string): string | undefined {
  return description
    ?.split("\n")
    .find((line) => line.startsWith(`${word}: `))
    ?.slice(word.length + 2);
}

function alertStatus(system: MonitoringFacts, alert: Alert): AlertStatus {
  const { labels, annotations } = alert;
  const name = labels.alertname ?? "unknown";
  const stated = system.alerts.find((each) => each.name === name);
  const owner = labels.owner ?? stated?.owner;
  const first = stated?.first ?? lineOf(annotations.description, "First");
  const runbook = annotations.runbook_url;
  return {
    name,
    state: alert.state,
    severity: (SEVERITIES as readonly string[]).includes(labels.severity ?? "")
      ? (labels.severity as Severity)
      : "warning",
    system: system.system,
    ...(labels.service === undefined ? {} : { service: labels.service }),
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => !SAID.has(label))),
    since: alert.activeAt,
    ...(owner === undefined ? {} : { owner }),
    what: annotations.summary ?? stated?.what ?? name,
    ...(first === undefined ? {} : { first }),
    ...(runbook === undefined ? {} : { runbook }),
  };
}

/** Of one alert with several tiers the worst is shown: the same trouble need not be read twice. */
function alertsOf(facts: readonly MonitoringFacts[], answers: Answers): AlertStatus[] {
  const all = (answers.alerts ?? []).flatMap((alert) =>
    facts
      .filter(
        ({ system, environment }) =>
          alert.labels.system === system && alert.labels.environment === environment,
      )
      .map((system) => alertStatus(system, alert)),
  );
  const rank = ({ state, severity }: AlertStatus) =>
    (state === "firing" ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(severity);
  const key = ({ name, system, service, labels }: AlertStatus) =>
    JSON.stringify([name, system, service, labels]);
  const sorted = all.sort(
    (a, b) => rank(a) - rank(b) || Date.parse(a.since) - Date.parse(b.since) || (key(a) < key(b) ? -1 : 1),
  );
  const seen = new Set<string>();
  return sorted.filter((alert) => !seen.has(key(alert)) && seen.add(key(alert)));
}

/** What the reader should know before trusting the figures. */
function notesOf({ source, budgets, burns, traffic }: Answers, promised: boolean): string[] {
  if (source.kind === "local cloud") {
    return [
      "Shares and budgets are those of the requests since the local cloud started, not of the objectives' windows, and nobody evaluates burn rates and alerts. For these: slipway sandbox prometheus start",
    ];
  }
  if (!promised || budgets.length > 0 || traffic.length === 0) return [];
  return [
    burns.length > 0
      ? "Burn rates are recorded, but no share over a whole window yet: the first takes some minutes."
      : "There are requests, but nothing is recorded of any objective: does this Prometheus have the rules (prometheus/SYSTEM.rules.yaml of `slipway plan --out`)? Where it got them just now, look again in a minute.",
  ];
}

/** How a stack stands, from what is promised of it and what was measured. Pure. */
export function statusOf(stack: string, facts: readonly MonitoringFacts[], answers: Answers): Status {
  const alerts = alertsOf(facts, answers);
  const systems = facts.map((system) => ({
    system: system.system,
    environment: system.environment,
    services: system.services.map((service) => serviceStatus(service, answers)),
  }));
  const objectives = systems.flatMap(({ services }) => services.flatMap((each) => each.objectives));
  const count = (state: State) => objectives.filter((each) => each.state === state).length;
  const firing = alerts.filter(({ state }) => state === "firing");
  return {
    schemaVersion: 1,
    stack,
    at: answers.at,
    source: answers.source,
    totals: {
      objectives: objectives.length,
      kept: count("kept"),
      missed: count("missed"),
      noData: count("no data"),
      firing: firing.length,
      pages: firing.filter(({ severity }) => severity === "page").length,
      pending: alerts.length - firing.length,
    },
    alerts,
    systems,
    notes: notesOf(answers, objectives.length > 0),
  };
}

/** What a status ends the command with. Bad news first; what isn't known is no good news. */
export function statusExit({ totals }: Status): number {
  if (totals.missed > 0 || totals.pages > 0) return EXIT.objective;
  return totals.noData > 0 ? EXIT.failed : EXIT.ok;
}
