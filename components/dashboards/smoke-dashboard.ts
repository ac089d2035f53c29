import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts, SmokeRuns } from "../alerting/facts.ts";
import { framed } from "./frame.ts";
import { dashboardPath, SMOKE_DASHBOARD } from "./names.ts";
import { failurePanels, jobPanels, runPanels } from "./smoke-panels.ts";

/**
 * The dashboard of a system's smoke tests (EA-16): how runs end, what fails, and how long they take. Where a job of Cloud Run
 * runs them, its own counts stand first: they are there even if nobody scrapes anything.
 */
export function smokeDashboard(facts: MonitoringFacts, smoke: SmokeRuns): Dashboard {
  const { system } = facts;
  return framed(facts, {
    service: SMOKE_DASHBOARD,
    description: `How the smoke tests of ${system} do (suite ${smoke.suite}). Made from the system's declarations: change those, not this.`,
    sections: [
      { title: "Job on Cloud Run", panels: jobPanels(smoke) },
      { title: "Runs", panels: runPanels(facts, smoke) },
      { title: "Failures and durations", panels: failurePanels(facts, smoke) },
    ],
    markers: [],
    links: [{ title: system, url: dashboardPath(facts) }],
  });
}
