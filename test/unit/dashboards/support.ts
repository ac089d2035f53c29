import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { type Alert, normalizeAlert } from "../../../components/alerting/alert.ts";
import type { MonitoringFacts, SmokeRuns } from "../../../components/alerting/facts.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";

const OWNER = "platform";

/** What each alert says; the tests of their words are elsewhere. */
const SAID = {
  owner: OWNER,
  runbook: "service",
  what: "It is wrong.",
  impact: "Users see it.",
  first: "Look for a release.",
} as const;

/** Smoke tests every five minutes, whose third failure in a row is a page. */
export const SMOKE: SmokeRuns = { suite: "ethixai", everySeconds: 300, failures: 3 };

function facts(system: string, services: MeasuredService[], alerts: Alert[]): MonitoringFacts {
  return {
    schemaVersion: 1,
    system,
    environment: "sandbox",
    services,
    alerts: alerts.map(normalizeAlert),
    uptime: [],
    escalation: {
      channels: { mail: { kind: "email", to: "alerts@shop.example" } },
      levels: {
        page: { priority: "P1", within: "5 min", channels: ["mail"] },
        warning: { priority: "P2", within: "15 min", channels: ["mail"] },
        ticket: { priority: "P3", within: "1 h", channels: ["mail"] },
      },
    },
    runbooks: [],
    runbookBase: "docs/runbooks",
  };
}

/** A service of a system in the sandbox. */
export function measured(
  system: string,
  service: string,
  objectives: readonly Objective[],
  more: Partial<MeasuredService> = {},
): MeasuredService {
  return {
    environment: "sandbox",
    system,
    service,
    runtime: "cloud-run",
    metrics: METRICS,
    objectives: objectives.map(normalizeObjective),
    ...more,
  };
}

const availability = (target: number): Objective => ({
  name: "availability",
  indicator: { kind: "availability" },
  target,
  owner: OWNER,
});

const latency = (
  name: string,
  threshold: "2 s" | "8 s" | "1500 ms" | "500 ms",
  route?: string,
): Objective => ({
  name,
  indicator: { kind: "latency", threshold, ...(route === undefined ? {} : { route }) },
  target: 95,
  owner: OWNER,
});

const CLOUD_RUN = facts(
  "ethixai",
  [
    measured("ethixai", "backend", [availability(99.5), latency("latency", "2 s")], {
      capacity: { perInstance: 15, max: 13, peak: 50 },
    }),
    measured("ethixai", "ai-core", [availability(99.5), latency("latency", "8 s")], {
      capacity: { perInstance: 3.4, max: 11, peak: 35 },
    }),
  ],
  [
    {
      ...SAID,
      name: "ServiceNotReady",
      service: "backend",
      condition: {
        kind: "share",
        indicator: { kind: "health", probe: "readiness", by: ["revision"] },
        above: 10,
        over: "2 min",
      },
      for: "2 min",
      severity: "page",
    },
    {
      ...SAID,
      name: "HighErrorRate",
      service: "backend",
      condition: { kind: "share", indicator: { kind: "availability" }, above: 1 },
      for: "0 s",
      severity: "page",
    },
  ],
);

/** Two services on Cloud Run that count requests, with an alert for each way to look at them, and smoke tests. */
export const ETHIXAI: MonitoringFacts = { ...CLOUD_RUN, smoke: SMOKE };

/** Two services on Kubernetes, one with metrics of its own, and a third that runs elsewhere and counts no requests. */
export const ONESOURCE = facts(
  "onesource",
  [
    measured(
      "onesource",
      "backend",
      [
        availability(99.9),
        latency("chat-latency", "1500 ms", "/chat"),
        {
          name: "latency-delta",
          indicator: { kind: "delta", threshold: "100 ms", route: "/chat/enhanced", against: "/chat" },
          target: 95,
          owner: OWNER,
        },
        {
          name: "persistence",
          indicator: {
            kind: "ratio",
            bad: "persistence_errors_total",
            total: "persistence_operations_total",
          },
          target: 99.9,
          owner: OWNER,
        },
      ],
      { runtime: "kubernetes", capacity: { perInstance: 20, max: 6, peak: 60 } },
    ),
    measured("onesource", "frontend", [availability(99.9), latency("latency", "500 ms")], {
      runtime: "kubernetes",
      capacity: { perInstance: 100, max: 4, peak: 200 },
    }),
    measured(
      "onesource",
      "backups",
      [
        {
          name: "freshness",
          indicator: { kind: "freshness", lastSuccess: "backup_last_success_seconds", maxAge: "26 h" },
          target: 99,
          owner: OWNER,
        },
        {
          name: "restores",
          indicator: { kind: "ratio", bad: "restore_failures_total", total: "restores_total" },
          target: 90,
          window: "90 days",
          alerting: { off: "a failed restore has an alert of its own" },
          owner: OWNER,
        },
      ],
      { runtime: "elsewhere" },
    ),
  ],
  [
    {
      ...SAID,
      name: "SchemaFailuresHigh",
      service: "backend",
      condition: { kind: "count", metric: "schema_failures_total", above: 0, over: "10 min" },
      for: "0 s",
      severity: "page",
    },
    {
      ...SAID,
      name: "RedisDown",
      condition: { kind: "value", metric: "redis_up", below: 1, aggregate: "min", orAbsent: true },
      for: "1 min",
      severity: "page",
    },
    {
      ...SAID,
      name: "LatencyDeltaHigh",
      service: "backend",
      condition: {
        kind: "limit",
        indicator: { kind: "delta", threshold: "100 ms", route: "/chat/enhanced", against: "/chat" },
      },
      for: "30 min",
      severity: "warning",
    },
    {
      ...SAID,
      name: "NobodyAsks",
      condition: { kind: "promql", expression: 'absent(http_requests_total{system="onesource"})' },
      for: "5 min",
      severity: "ticket",
    },
  ],
);

/** A service of an example, by name. */
export function serviceOf({ services }: MonitoringFacts, name: string): MeasuredService {
  const found = services.find(({ service }) => service === name);
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
}

/** What of a panel tests look at, beside what its type says. */
interface Field {
  unit?: string;
  thresholds?: { steps: { value: number | null; color: string }[] };
}

/** Panels without headings. */
export function panelsOf({ panels = [] }: { panels?: ({ type: string } & object)[] }): Panel[] {
  return panels.filter(({ type }) => type !== "row") as Panel[];
}

/** Titles, headings with a `#`. */
export function outline({ panels = [] }: { panels?: { type: string; title?: string }[] }): string[] {
  return panels.map(({ type, title }) => `${type === "row" ? "# " : ""}${title}`);
}

/** A panel by its title. */
export function panelOf(dashboard: Parameters<typeof panelsOf>[0], title: string): Panel {
  const found = panelsOf(dashboard).find((panel) => panel.title === title);
  if (found === undefined) throw new Error(`There is no panel "${title}".`);
  return found;
}

/** Where a panel's colours begin. */
export function steps(panel: Panel): [number | null, string][] {
  const { thresholds } = (panel.fieldConfig?.defaults ?? {}) as Field;
  return (thresholds?.steps ?? []).map(({ value, color }) => [value, color]);
}

/** What a panel asks. */
export function expressions({ targets = [] }: Panel): string[] {
  return targets.map((target) => ("expr" in target ? String(target.expr) : ""));
}
