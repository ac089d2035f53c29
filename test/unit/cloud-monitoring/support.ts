import type * as gcp from "@pulumi/gcp";
import { type Alert, normalizeAlert } from "../../../components/alerting/alert.ts";
import type { PlannedPolicy } from "../../../components/alerting/cloud/policy.ts";
import type { Escalation } from "../../../components/alerting/escalation.ts";
import type { MonitoringFacts, UptimeCheck } from "../../../components/alerting/facts.ts";
import type { Indicator } from "../../../components/objectives/indicator.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";

export const PROJECT = "shop-production";

/** One indicator of each kind. */
export const INDICATORS = {
  availability: { kind: "availability" },
  latency: { kind: "latency", threshold: "2 s" },
  routeLatency: { kind: "latency", threshold: "1500 ms", route: "/chat" },
  health: { kind: "health", probe: "liveness" },
  ratio: { kind: "ratio", bad: "uploads_failed_total", total: "uploads_total" },
  queries: { kind: "queries", good: "rate(done_total[$window])", total: "rate(begun_total[$window])" },
  delta: { kind: "delta", threshold: "100 ms", route: "/new", against: "/old" },
  freshness: { kind: "freshness", lastSuccess: "backup_last_success", maxAge: "26 h" },
  saturation: { kind: "saturation", used: "pool_used", capacity: "pool_size", limit: 80 },
} as const satisfies Record<string, Indicator>;

/** An objective, with what a test changes of it. */
export function objective(change: Partial<Objective> = {}) {
  return normalizeObjective({
    name: "availability",
    indicator: INDICATORS.availability,
    target: 99.5,
    owner: "Shop Team",
    ...change,
  });
}

/** A service on Cloud Run that promises so. */
export function service(change: Partial<MeasuredService> = {}): MeasuredService {
  return {
    environment: "production",
    system: "shop",
    service: "backend",
    runtime: "cloud-run",
    metrics: METRICS,
    objectives: [],
    ...change,
  };
}

/** The four alerts of EA-16. */
export const ALERTS: readonly Alert[] = [
  {
    name: "ServiceNotReady",
    service: "backend",
    condition: { kind: "share", indicator: { kind: "health", probe: "readiness" }, above: 10 },
    for: "2 min",
    severity: "page",
    owner: "shop",
    runbook: "service",
    what: "More than 10 % of readiness probes fail.",
    impact: "Instances are out of rotation.",
    first: "Look at the newest revision.",
  },
  {
    name: "ServiceNotAlive",
    service: "backend",
    condition: { kind: "share", indicator: { kind: "health", probe: "liveness" }, above: 0 },
    for: "2 min",
    severity: "page",
    owner: "shop",
    runbook: "service",
    what: "Liveness probes fail.",
    impact: "Instances are restarted.",
    first: "Look at the newest revision.",
  },
  {
    name: "HighErrorRate",
    service: "backend",
    condition: { kind: "share", indicator: { kind: "availability" }, above: 1 },
    for: "5 min",
    severity: "warning",
    owner: "shop",
    runbook: "service",
    what: "More than 1 % of requests fail.",
    impact: "Users see errors.",
    first: "Look at the newest revision.",
  },
  {
    name: "HighLatency",
    service: "backend",
    condition: { kind: "share", indicator: INDICATORS.latency, above: 5 },
    for: "0 s",
    severity: "ticket",
    owner: "shop",
    runbook: "service",
    what: "More than 5 % of requests take longer than 2 s.",
    impact: "Users wait.",
    first: "Look at the newest revision.",
  },
];

export const UPTIME: UptimeCheck = {
  name: "api-home",
  host: "api.shop.example",
  path: "/health",
  periodSeconds: 300,
  failures: 3,
  owner: "shop",
  runbook: "service",
};

/** A table with every channel that Cloud Monitoring speaks. */
export function escalationWith<Key>(key: Key): Escalation<Key> {
  return {
    channels: {
      pager: { kind: "pagerduty", key },
      team: { kind: "slack", channel: "#shop", token: key },
      mail: { kind: "email", to: "shop@example.com" },
      phone: { kind: "sms", number: "+15551234567" },
      tracker: { kind: "tickets", address: "https://tickets.example.com/new", token: key },
    },
    levels: {
      page: { priority: "P1", within: "5 min", channels: ["pager", "team", "phone"] },
      warning: { priority: "P2", within: "15 min", channels: ["team", "mail"] },
      ticket: { priority: "P3", within: "24 h", channels: ["tracker"] },
    },
  };
}

/** A system's facts, with what a test changes of them. */
export function facts(change: Partial<MonitoringFacts> = {}): MonitoringFacts {
  return {
    schemaVersion: 1,
    system: "shop",
    environment: "production",
    services: [service()],
    alerts: ALERTS.map(normalizeAlert),
    uptime: [UPTIME],
    escalation: escalationWith("a-secrets-id"),
    runbooks: [{ name: "service", title: "Service", about: "…", checks: [], mitigations: [], recovery: [] }],
    runbookBase: "https://runbooks.example.com",
    ...change,
  };
}

type Condition = gcp.types.input.monitoring.AlertPolicyCondition;

/** A policy's conditions, which plans give as plain data. */
export function conditions({ args }: PlannedPolicy): Condition[] {
  return args.conditions as Condition[];
}

/** What a policy in PromQL asks; undefined where it is of another kind. */
export function query(policy: PlannedPolicy): string | undefined {
  const { conditionPrometheusQueryLanguage } = conditions(policy)[0] ?? {};
  return (conditionPrometheusQueryLanguage as { query: string } | undefined)?.query;
}
