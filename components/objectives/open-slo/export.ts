import type { MonitoringFacts } from "../../alerting/facts.ts";
import { DAY } from "../../units.ts";
import { tiersOf } from "../budget.ts";
import { baseWindow } from "../burn-rate.ts";
import type { MeasuredService } from "../measured-service.ts";
import type { NormalizedObjective } from "../objective.ts";
import { promiseText } from "../promise.ts";
import { promDuration } from "../promql.ts";
import { type EventQueries, indicatorQueries } from "../queries.ts";
import { type AlertDocuments, alertDocuments } from "./alerts.ts";
import { ANNOTATIONS, described, metadata, OPEN_SLO, type OpenSloDocument } from "./document.ts";
import { shifted, shorthand, shorthandSeconds, windowOf } from "./durations.ts";
import { documentNames } from "./names.ts";
import { alertingText, indicatorText } from "./typed.ts";

/** A month that begins where months begin; which year doesn't matter. */
const MONTH = {
  duration: "1M",
  calendar: { startTime: "2026-01-01 00:00:00", timeZone: "UTC" },
  isRolling: false,
} as const;

/** A share of time is looked at in slices of this length; a slice is good if the whole of it is. */
const SLICE = { timeSliceTarget: 1, timeSliceWindow: "1m" } as const;

function prometheus(query: string) {
  return { metricSource: { type: "Prometheus", spec: { query } } };
}

/** The side that is counted, of all: rates over a short range, so no counters that only grow. */
function ratioMetric({ counted, bad, total }: EventQueries, range: string) {
  const all = total(range);
  const good = counted.zeroWhereAbsent
    ? `(${counted.rate(range)} or 0 * ${all})`
    : `(${counted.rate(range)})`;
  return {
    counter: false,
    ...(counted.side === "bad" ? { bad: prometheus(bad(range)) } : { good: prometheus(good) }),
    total: prometheus(all),
  };
}

/** A target as a share; in percent where no share gives it back to the last bit. */
function target(percent: number): { target: number } | { targetPercent: number } {
  const share = shifted(percent, -2);
  return share < 1 && shifted(share, 2) === percent ? { target: share } : { targetPercent: percent };
}

/** A rolling window as OpenSLO writes it, which may be a little longer. */
function rolling({ windowDays }: NormalizedObjective): string {
  return shorthand(Math.round(windowDays * DAY));
}

function timeWindow(objective: NormalizedObjective) {
  return objective.calendar === true ? MONTH : { duration: rolling(objective), isRolling: true };
}

/** Whether OpenSLO's own field says the window to the last bit. */
function isWhole(objective: NormalizedObjective): boolean {
  return objective.calendar === true || shorthandSeconds(rolling(objective)) / DAY === objective.windowDays;
}

/** What OpenSLO has no field for. */
function annotations(objective: NormalizedObjective): Record<string, string> {
  const { runbook, alerting, windowDays } = objective;
  return {
    [ANNOTATIONS.indicator]: indicatorText(objective),
    ...(runbook === undefined ? {} : { [ANNOTATIONS.runbook]: runbook }),
    ...(alerting === undefined ? {} : { [ANNOTATIONS.alerting]: alertingText(alerting) }),
    ...(isWhole(objective) ? {} : { [ANNOTATIONS.window]: windowOf(windowDays) }),
  };
}

function sloSpec(service: MeasuredService, objective: NormalizedObjective) {
  const range = promDuration(baseWindow(tiersOf(objective)));
  const queries = indicatorQueries(service, objective);
  const asked = target(objective.target);
  return queries.unit === "events"
    ? {
        indicator: { ratioMetric: ratioMetric(queries, range) },
        budgetingMethod: "Occurrences",
        objectives: [asked],
      }
    : {
        indicator: { thresholdMetric: prometheus(queries.value(range)) },
        budgetingMethod: "Timeslices",
        objectives: [{ op: "lte", value: queries.limit, ...asked, ...SLICE }],
      };
}

/** One objective of a service, with the names that its documents have. */
interface Named {
  readonly service: MeasuredService;
  readonly objective: NormalizedObjective;
  readonly name: string;
  readonly serviceName: string;
}

function slo(facts: MonitoringFacts, alerts: AlertDocuments, named: Named): OpenSloDocument {
  const { service, objective, name, serviceName } = named;
  const { indicator, budgetingMethod, objectives } = sloSpec(service, objective);
  const labels = { ...labelsOf(facts, service), objective: objective.name, owner: objective.owner };
  const policies = alerts.policiesOf(objective);
  return {
    apiVersion: OPEN_SLO,
    kind: "SLO",
    metadata: metadata(name, `${service.service} ${objective.name}`, labels, annotations(objective)),
    spec: {
      description: described(promiseText(objective)),
      service: serviceName,
      indicator: { metadata: { name }, spec: indicator },
      timeWindow: [timeWindow(objective)],
      budgetingMethod,
      objectives,
      ...(policies.length === 0
        ? {}
        : { alertPolicies: policies.map((alertPolicyRef) => ({ alertPolicyRef })) }),
    },
  };
}

function labelsOf({ environment, system }: MonitoringFacts, { service }: MeasuredService) {
  return { environment, system, service };
}

function serviceDocument(facts: MonitoringFacts, service: MeasuredService, name: string): OpenSloDocument {
  return {
    apiVersion: OPEN_SLO,
    kind: "Service",
    metadata: metadata(name, `${facts.system} ${service.service}`, labelsOf(facts, service)),
    spec: { description: described(`${service.service} of ${facts.system}, in ${facts.environment}.`) },
  };
}

/**
 * A system's objectives as documents of OpenSLO v1: its services, an `SLO` for each objective with its queries for Prometheus,
 * and what tells whom when a budget burns. Names begin with the system's, so that documents of several can lie together. What
 * OpenSLO has no field for is in annotations (`slipway.dev/…`): an import gives the same objectives.
 */
export function openSlo(facts: MonitoringFacts): OpenSloDocument[] {
  const { system, services } = facts;
  const alerts = alertDocuments(facts);
  const serviceNames = documentNames(services.map(({ service }) => [system, service]));
  const pairs = services.flatMap((service, index) =>
    service.objectives.map((objective) => ({ service, objective, serviceName: serviceNames[index] ?? "" })),
  );
  const names = documentNames(
    pairs.map(({ service, objective }) => [system, service.service, objective.name]),
  );
  return [
    ...services.map((service, index) => serviceDocument(facts, service, serviceNames[index] ?? "")),
    ...pairs.map((pair, index) => slo(facts, alerts, { ...pair, name: names[index] ?? "" })),
    ...alerts.documents,
  ];
}
