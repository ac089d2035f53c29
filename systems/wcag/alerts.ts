import type { Alert } from "../../components/alerting/alert.ts";

const OWNER = "wcag-platform";

/** What the health check of every five minutes holds the platform against (WC-01). */
export const WCAG_ALERTS: readonly Alert[] = [
  {
    name: "ApiUnhealthy",
    service: "api",
    condition: { kind: "value", metric: "up", below: 1, aggregate: "max", orAbsent: true },
    for: "5 min",
    severity: "page",
    owner: OWNER,
    concern: "health",
    runbook: "operations",
    what: "No instance of the API answers.",
    impact: "Nobody can scan, and nothing that was scanned can be read.",
    first: "Restart the API; if it falls over again, take the last release back.",
  },
  {
    name: "QueueDepthHigh",
    service: "worker",
    condition: { kind: "value", metric: "queue_depth", above: 100 },
    for: "5 min",
    severity: "page",
    owner: OWNER,
    concern: "queue",
    runbook: "operations",
    what: "More than 100 scans wait.",
    impact: "Scans take longer and longer; beyond an hour customers' deadlines are missed.",
    first: "Clear the cache, restart the workers, scale them up: in this order.",
  },
  {
    name: "HighErrorRate",
    service: "api",
    condition: { kind: "share", indicator: { kind: "availability" }, above: 5 },
    for: "5 min",
    severity: "page",
    owner: OWNER,
    concern: "availability",
    runbook: "operations",
    what: "More than 5 % of requests end in a server error.",
    impact: "One user in twenty sees a failure.",
    first: "Is a release younger than the errors? Take it back. Else restart what fails.",
  },
  {
    name: "ModelDriftHigh",
    service: "worker",
    condition: { kind: "value", metric: "model_drift_score", above: 0.15 },
    for: "5 min",
    severity: "page",
    owner: OWNER,
    concern: "drift",
    runbook: "operations",
    what: "The model's findings have drifted by more than 15 %.",
    impact: "Reviewers dismiss what it finds; reports are wrong.",
    first: "Roll the model back to its last version, then look at the dismissals.",
  },
];
