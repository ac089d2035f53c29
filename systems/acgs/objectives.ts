import type { ServiceElsewhere } from "../../components/alerting/spec.ts";
import type { Objective } from "../../components/objectives/objective.ts";
import { POLICY_RELEASE } from "./release.ts";

const OWNER = "acgs-platform";

/** What node_exporter says of the hosts, in percent. A share of all time counted: after a missing scrape both sides lack it. */
const CPU =
  '100 * (1 - sum(rate(node_cpu_seconds_total{mode="idle",system="acgs"}[5m])) / sum(rate(node_cpu_seconds_total{system="acgs"}[5m])))';
const MEMORY =
  '100 * max(1 - node_memory_MemAvailable_bytes{system="acgs"} / node_memory_MemTotal_bytes{system="acgs"})';

/** A host's capacity that is not to be used up. */
function hostObjective(name: string, used: string, limit: number): Objective {
  return {
    name,
    indicator: { kind: "saturation", used, capacity: 100, limit },
    target: 99,
    owner: OWNER,
  };
}

/** What the policy services promise in production (AC-05); its load and security gates are a release's, not a month's. */
export const ACGS_SERVICES: readonly ServiceElsewhere[] = [
  {
    service: "policy",
    release: POLICY_RELEASE,
    objectives: [
      { name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: OWNER },
      {
        name: "errors",
        indicator: { kind: "availability" },
        target: 99,
        owner: OWNER,
        alerting: { off: "availability, of the same requests, is stricter" },
      },
      {
        name: "decisions",
        indicator: { kind: "latency", threshold: "50 ms" },
        target: 95,
        owner: OWNER,
      },
      {
        name: "cache",
        indicator: { kind: "ratio", good: "cache_hits_total", total: "cache_requests_total" },
        target: 80,
        owner: OWNER,
        // A fifth may miss, so no burn rate above 5 exists: the workbook's 14.4 and 6 could never be reached.
        alerting: {
          tiers: [
            { severity: "page", budgetPercent: 2, long: "4 h", short: "20 min" },
            { severity: "ticket", budgetPercent: 10, long: "3 days", short: "6 h" },
          ],
        },
      },
    ],
  },
  { service: "host", objectives: [hostObjective("cpu", CPU, 80), hostObjective("memory", MEMORY, 85)] },
];
