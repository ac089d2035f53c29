import type { NormalizedAlert } from "../../../components/alerting/alert.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../../components/objectives/objective.ts";
import { burnCases } from "./burn-cases.ts";
import { baseOf, type Tier, tiersOf } from "./burn-reckoning.ts";
import type { AlertIdentity, RuleCase } from "./case.ts";
import { type Condition, conditionOf, fixedCases } from "./fixed-cases.ts";
import { type Instrument, instrumentOf } from "./instruments.ts";
import type { Ranges } from "./prometheus-math.ts";
import { unmeasuredCases } from "./unmeasured-cases.ts";

/** How what a system asks in PromQL of its own is played. */
export interface OwnPromql {
  /** Objectives, by `<service>/<objective>`. */
  readonly objectives?: Readonly<Record<string, Instrument>>;
  /** Fixed alerts, by their name. */
  readonly alerts?: Readonly<Record<string, Condition>>;
  /** Labels that a fixed alert has from its own query, by its name. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** An alert that a system's declarations ask for: which, its labels, and what is to be seen of it. */
export interface ExpectedAlert {
  readonly identity: AlertIdentity;
  readonly kind: "burn" | "unmeasured" | "fixed";
  readonly labels: Readonly<Record<string, string>>;
  readonly cases: (ranges: Ranges) => readonly RuleCase[];
}

const pascal = (words: string) => words.replaceAll(/(^|-)(.)/g, (_, _dash, letter) => letter.toUpperCase());

/** A length of time as rules write it: `3d`, `1h`, `1h24m`. */
function windowText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
}

function objectiveAlerts(
  service: MeasuredService,
  objective: NormalizedObjective,
  own: OwnPromql,
): ExpectedAlert[] {
  if (objective.alerting?.off !== undefined) return [];
  const { environment, system, service: name } = service;
  const instrument = instrumentOf(service, objective, own.objectives?.[`${name}/${objective.name}`]);
  const labels = { environment, system, service: name, objective: objective.name, owner: objective.owner };
  const by = Object.fromEntries((objective.by ?? []).map((label) => [label, "one"]));
  const prefix = `${pascal(name)}${pascal(objective.name)}`;
  const burn = (tier: Tier): ExpectedAlert => {
    const window = windowText(tier.long);
    return {
      identity: { alert: `${prefix}Burn`, service: name, window },
      kind: "burn",
      labels: { ...labels, ...by, concern: objective.name, severity: tier.severity, window },
      cases: (ranges) => burnCases({ service, objective, tier, instrument, ranges }),
    };
  };
  return [
    ...tiersOf(objective).map(burn),
    {
      identity: { alert: `${prefix}Unmeasured`, service: name },
      kind: "unmeasured",
      labels: { ...labels, concern: `${objective.name}-unmeasured`, severity: "ticket" },
      cases: (ranges) => unmeasuredCases(instrument, baseOf(objective), ranges),
    },
  ];
}

function fixedAlert(facts: MonitoringFacts, alert: NormalizedAlert, own: OwnPromql): ExpectedAlert {
  const { environment, system } = facts;
  const { name, service, concern, severity, owner, condition } = alert;
  const watched: MeasuredService = facts.services.find((each) => each.service === service) ?? {
    environment,
    system,
    service: "",
    runtime: "elsewhere",
    metrics: METRICS,
    objectives: [],
  };
  const by = "by" in condition ? (condition.by ?? []) : [];
  return {
    identity: { alert: name, ...(service === undefined ? {} : { service }) },
    kind: "fixed",
    labels: {
      environment,
      system,
      ...(service === undefined ? {} : { service }),
      concern,
      severity,
      owner,
      ...Object.fromEntries(by.map((label) => [label, "one"])),
      ...own.labels?.[name],
    },
    cases: (ranges) => fixedCases(alert, conditionOf(watched, alert, own.alerts?.[name]), ranges),
  };
}

/** Every alert that a system's declarations ask for. Made from the facts alone, not from the rules. */
export function expectedAlerts(facts: MonitoringFacts, own: OwnPromql = {}): ExpectedAlert[] {
  return [
    ...facts.services.flatMap((service) =>
      service.objectives.flatMap((objective) => objectiveAlerts(service, objective, own)),
    ),
    ...facts.alerts.map((alert) => fixedAlert(facts, alert, own)),
  ];
}
