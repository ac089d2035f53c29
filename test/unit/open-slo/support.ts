import fc from "fast-check";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import type { Indicator, Selection } from "../../../components/objectives/indicator.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import {
  type NormalizedObjective,
  normalizeObjective,
  type Objective,
  objectiveProblems,
} from "../../../components/objectives/objective.ts";
import type { ImportedObjectives } from "../../../components/objectives/open-slo/import.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import type { Duration } from "../../../components/units.ts";

/** A service of the shop that promises this. */
function measured(service: string, objectives: readonly NormalizedObjective[]): MeasuredService {
  return {
    environment: "production",
    system: "shop",
    service,
    runtime: "kubernetes",
    metrics: METRICS,
    objectives,
  };
}

/** All that is known of a shop whose services promise this. */
export function shop(services: Readonly<Record<string, readonly Objective[]>>): MonitoringFacts {
  return {
    schemaVersion: 1,
    system: "shop",
    environment: "production",
    services: Object.entries(services).map(([service, objectives]) =>
      measured(service, objectives.map(normalizeObjective)),
    ),
    alerts: [],
    uptime: [],
    escalation: {
      channels: {
        duty: { kind: "pagerduty", key: "shop-pagerduty-key" },
        team: { kind: "slack", channel: "#shop", webhook: "shop-slack-webhook" },
        tracker: { kind: "tickets", address: "https://tracker.example/hook", token: "shop-tracker-token" },
      },
      levels: {
        page: { priority: "P1", within: "15 min", channels: ["duty", "team"] },
        warning: { priority: "P2", within: "4 h", channels: ["team"] },
        ticket: { priority: "P3", within: "2 days", channels: ["tracker"] },
      },
    },
    runbooks: [],
    runbookBase: "docs/runbooks",
  };
}

/** The shop whose services promise what was imported. */
export function shopOf({ services }: ImportedObjectives): MonitoringFacts {
  return shop(Object.fromEntries(services.map(({ service, objectives }) => [service, objectives])));
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("-"));
// Not `on` or `by`, which the grammar keeps for itself.
const metric = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,12}$/)
  .filter((each) => promqlProblem(each) === undefined);
const free = fc.string({ minLength: 1, maxLength: 80, unit: "binary" });

/** Lengths of time as people write them, and as no one would. */
const duration: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }).map((count): Duration => `${count} ms`),
  fc.integer({ min: 1, max: 100_000 }).map((count): Duration => `${count} s`),
  fc.integer({ min: 1, max: 10_000 }).map((count): Duration => `${count} min`),
  fc.integer({ min: 1, max: 1000 }).map((count): Duration => `${count / 8} h`),
  fc
    .double({ min: 0.001, max: 90, noNaN: true })
    .map((count): Duration => `${Number(count.toFixed(9))} days`),
  fc.constant("0.0000001 s" as const),
);
const window: fc.Arbitrary<NonNullable<Objective["window"]>> = fc.oneof(
  fc.constantFrom("7 days" as const, "28 days" as const, "30 days" as const, "calendar month" as const),
  fc.integer({ min: 86_400, max: 9_000_000 }).map((count): Duration => `${count} s`),
  fc.double({ min: 1, max: 90, noNaN: true }).map((count): Duration => `${Number(count.toFixed(9))} days`),
);

const match = fc.oneof(
  free,
  fc.record({ matches: fc.constantFrom("5..", ".+", "a|b") }),
  fc.record({ not: fc.constantFrom("5..", "") }),
);
const selection: fc.Arbitrary<Selection> = fc.record(
  {
    where: fc.dictionary(fc.constantFrom("revision", "tier", "zone"), match, { maxKeys: 3 }),
    by: fc.subarray(["revision", "zone"]),
    labels: fc.constant(["tier", "zone"]),
  },
  { requiredKeys: ["labels"] },
);
const query = metric.map((each) => `sum(rate(${each}[$window]))`);
const value = fc.oneof(metric, fc.constant('max(kube_job_time{job=~"a|b"})'));

const indicator: fc.Arbitrary<Indicator> = fc
  .oneof(
    fc.record({ kind: fc.constant("availability" as const) }),
    fc.record(
      { kind: fc.constant("latency" as const), threshold: duration, route: free },
      { requiredKeys: ["kind", "threshold"] },
    ),
    fc.record({
      kind: fc.constant("health" as const),
      probe: fc.constantFrom("startup" as const, "liveness" as const, "readiness" as const),
    }),
    fc.record({ kind: fc.constant("ratio" as const), bad: metric, total: metric }),
    fc.record({ kind: fc.constant("ratio" as const), good: metric, total: metric }),
    fc.record(
      {
        kind: fc.constant("delta" as const),
        threshold: duration,
        route: fc.constant("/slow"),
        against: free,
        quantile: fc.double({ min: 1, max: 99, noNaN: true }),
      },
      { requiredKeys: ["kind", "threshold", "route", "against"] },
    ),
    fc.record({ kind: fc.constant("freshness" as const), lastSuccess: value, maxAge: duration }),
    fc.record(
      {
        kind: fc.constant("saturation" as const),
        used: value,
        capacity: fc.oneof(value, fc.double({ min: 0.1, max: 1e9, noNaN: true })),
        limit: fc.double({ min: 0.1, max: 100, noNaN: true }),
        aggregate: fc.constantFrom("max" as const, "sum" as const, "avg" as const),
      },
      { requiredKeys: ["kind", "used", "capacity", "limit"] },
    ),
  )
  .chain((counted) => selection.map((selected) => ({ ...counted, ...selected }) as Indicator))
  .chain((counted) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(counted) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("queries" as const), bad: query, total: query }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("queries" as const), good: query, total: query }),
      },
    ),
  );

const alerting: fc.Arbitrary<NonNullable<Objective["alerting"]>> = fc.record(
  {
    tiers: fc.array(
      fc.record({
        severity: fc.constantFrom("page" as const, "ticket" as const),
        budgetPercent: fc.double({ min: 1, max: 100, noNaN: true }),
        long: fc.constantFrom("1 h" as const, "90 s" as const, "0.5 days" as const),
        short: fc.constantFrom("1 min" as const, "75 s" as const),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    minimumBad: fc.nat(100),
    off: fc.constant("another objective says the same"),
  },
  { requiredKeys: [] },
);

const objective: fc.Arbitrary<Objective> = fc.record(
  {
    name,
    indicator,
    target: fc.oneof(
      fc.constantFrom(99, 99.5, 99.9, 99.95, 99.999),
      fc.double({ min: 0, minExcluded: true, max: 100, maxExcluded: true, noNaN: true }),
    ),
    window,
    owner: fc.oneof(name, free),
    runbook: name,
    alerting,
  },
  { requiredKeys: ["name", "indicator", "target", "owner"] },
);

/** Objectives that Slipway takes, whatever they are. */
const valid = fc
  .uniqueArray(objective, { maxLength: 4, selector: ({ name }) => name })
  .map((objectives) => objectives.filter((each) => objectiveProblems([each]).length === 0));

/** Systems whose services, at least one, promise at least one thing each. */
export const shops: fc.Arbitrary<MonitoringFacts> = fc
  .dictionary(
    fc.oneof(
      name,
      name.map((each) => `${each}-${"x".repeat(60)}`),
    ),
    valid,
    { minKeys: 1, maxKeys: 3 },
  )
  .map((services) => Object.entries(services).filter(([, objectives]) => objectives.length > 0))
  .filter((services) => services.length > 0)
  .map((services) => structuredClone(shop(Object.fromEntries(services))));
