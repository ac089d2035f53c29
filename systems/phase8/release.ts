import type { ReleasePlan } from "../../components/release/plan.ts";

/** The nine operations that a release turns on (P8-02). */
export const OPERATION_NAMES = [
  "email-compose",
  "email-classify",
  "email-respond",
  "calendar-prep",
  "calendar-time",
  "task-prioritize",
  "task-breakdown",
  "analytics-summary",
  "analytics-anomaly",
] as const;

/**
 * From 5 % of the users to all in 48 hours (P8-02), looked at every 5, 10 and 15 minutes (P8-03). Over 1 % of errors it is taken
 * back; under 0.5 %, answers under 2 s on average, costs as invoiced and no security incident, the next step begins.
 */
export const ASSISTANT_RELEASE: ReleasePlan = {
  strategy: "cohort",
  cohort: { operations: OPERATION_NAMES },
  steps: [
    { weight: 5, hold: "24 h", every: "5 min" },
    { weight: 25, hold: "12 h", every: "10 min" },
    { weight: 100, hold: "12 h", every: "15 min" },
  ],
  gates: [],
  thresholds: [
    {
      name: "errors",
      limit: {
        kind: "ratio",
        bad: "assistant_operations_failed_total",
        total: "assistant_operations_total",
        atMost: 1,
      },
      settled: 0.5,
    },
    { name: "mean-latency", limit: { kind: "mean-latency", under: "2 s" } },
    {
      name: "cost",
      limit: { kind: "query", query: "max(assistant_cost_discrepancy_ratio{{labels}})", atMost: 0.01 },
    },
    {
      // A broken hash chain is treated as a breach (P8-05); so is an operation that went on over its budget.
      name: "security",
      limit: {
        kind: "query",
        query:
          "sum(increase(audit_hash_chain_failures_total{{labels}}[$window])) + sum(increase(assistant_budget_enforcement_failures_total{{labels}}[$window]))",
        atMost: 0,
      },
    },
  ],
};
