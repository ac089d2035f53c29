import type { MonitoringFacts } from "../components/alerting/facts.ts";
import { METRICS } from "../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../components/objectives/objective.ts";

/** What is measured of a service: requests that fail, requests that are slow, and a ratio of two counters of its own. */
export const OBJECTIVES = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: "shop" },
  { name: "latency", indicator: { kind: "latency", threshold: "2 s" }, target: 95, owner: "shop" },
  {
    name: "imports",
    indicator: { kind: "ratio", bad: "imports_failed_total", total: "imports_total" },
    target: 99,
    owner: "shop",
  },
] as const satisfies readonly Objective[];

/** A system of `count` services, each of which promises `objectives`, as plain data: no program has to run for it. */
export function monitoredSystem(count: number, objectives: readonly Objective[]): MonitoringFacts {
  const level = (priority: string) => ({ priority, within: "1 h", channels: ["mail"] }) as const;
  const services = Array.from({ length: count }, (_, index) => ({
    environment: "production" as const,
    system: "bench",
    service: `service-${index}`,
    runtime: "cloud-run" as const,
    metrics: METRICS,
    objectives: objectives.map(normalizeObjective),
  }));
  return {
    schemaVersion: 1,
    system: "bench",
    environment: "production",
    services,
    alerts: [],
    uptime: [],
    escalation: {
      channels: { mail: { kind: "email", to: "alerts@shop.example" } },
      levels: { page: level("P1"), warning: level("P2"), ticket: level("P3") },
    },
    runbooks: [],
    runbookBase: "docs/runbooks",
  };
}
