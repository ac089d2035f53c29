import { normalizeAlert } from "../../components/alerting/alert.ts";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { Objective } from "../../components/objectives/objective.ts";
import { describeAlerts } from "../support/rule-tests/describe.ts";
import { shop } from "../unit/open-slo/support.ts";

const said = {
  owner: "shop",
  runbook: "service",
  what: "Too much.",
  impact: "Much.",
  first: "Look.",
} as const;

/** Kinds of objectives and windows that no system has yet, or has without these choices. */
const objectives: readonly Objective[] = [
  {
    name: "queries-bad",
    indicator: {
      kind: "queries",
      bad: "sum(rate(refused_total[$window]))",
      total: "sum(rate(asked_total[$window]))",
    },
    target: 99,
    owner: "shop",
  },
  {
    name: "queries-good",
    indicator: {
      kind: "queries",
      good: "sum(rate(sent_total[$window]))",
      total: "sum(rate(queued_total[$window]))",
    },
    target: 99,
    window: "7 days",
    owner: "shop",
  },
  {
    name: "readiness",
    indicator: { kind: "health", probe: "readiness" },
    target: 99.9,
    window: "28 days",
    owner: "shop",
  },
  {
    name: "providers",
    indicator: {
      kind: "ratio",
      bad: "provider_errors_total",
      total: "provider_calls_total",
      labels: ["provider", "region"],
      by: ["provider"],
      where: { region: { matches: "eu|us" } },
    },
    target: 99.5,
    owner: "shop",
  },
  {
    name: "search",
    indicator: { kind: "latency", threshold: "500 ms", route: "/search" },
    target: 99,
    window: "calendar month",
    owner: "shop",
  },
  {
    name: "backup",
    indicator: { kind: "freshness", lastSuccess: "backup_last_success_seconds", maxAge: "26 h" },
    target: 99,
    owner: "shop",
  },
  {
    name: "disk",
    indicator: { kind: "saturation", used: "disk_used_bytes", capacity: "disk_size_bytes", limit: 80 },
    target: 95,
    window: "7 days",
    owner: "shop",
  },
];

const facts: MonitoringFacts = {
  ...shop({ backend: objectives }),
  alerts: [
    normalizeAlert({
      ...said,
      name: "BackupOld",
      service: "backend",
      condition: {
        kind: "limit",
        indicator: { kind: "freshness", lastSuccess: "backup_last_success_seconds", maxAge: "26 h" },
      },
      for: "10 min",
      severity: "page",
    }),
    normalizeAlert({
      ...said,
      name: "ManyRetries",
      service: "backend",
      condition: { kind: "count", metric: "retries_total", above: 20, over: "10 min" },
      for: "5 min",
      severity: "warning",
    }),
    normalizeAlert({
      ...said,
      name: "FewWorkers",
      condition: { kind: "value", metric: "workers", below: 3, aggregate: "max", orAbsent: true },
      for: "2 min",
      severity: "ticket",
    }),
  ],
};

describeAlerts(facts, { objectives: "OS-04", fixed: "OS-05" });
