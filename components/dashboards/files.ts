import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts } from "../alerting/facts.ts";
import { dashboardFile, SMOKE_DASHBOARD } from "./names.ts";
import { serviceDashboard } from "./service-dashboard.ts";
import { smokeDashboard } from "./smoke-dashboard.ts";
import { systemDashboard } from "./system-dashboard.ts";

function text(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/**
 * Every dashboard of a system as JSON, by the name of its file: the system's own first, then that of its smoke tests, then its
 * services'. The same facts give the same text.
 */
export function dashboardFiles(facts: MonitoringFacts): ReadonlyMap<string, string> {
  const { smoke } = facts;
  return new Map([
    [dashboardFile(facts), text(systemDashboard(facts))],
    ...(smoke === undefined
      ? []
      : ([[dashboardFile(facts, SMOKE_DASHBOARD), text(smokeDashboard(facts, smoke))]] as const)),
    ...facts.services.map((service): [string, string] => [
      dashboardFile(facts, service.service),
      text(serviceDashboard(facts, service)),
    ]),
  ]);
}
