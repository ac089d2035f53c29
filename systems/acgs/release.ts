import type { ReleasePlan } from "../../components/release/plan.ts";

/**
 * How the policy services' new versions reach their users: blue beside green, then 10, 25, 50 and 100 % of the requests, taken
 * back on their own (AC-04). What they are held against is AC-05's.
 */
export const POLICY_RELEASE: ReleasePlan = {
  strategy: "blue-green",
  tests: [
    { name: "health", path: "/health", within: "2 s" },
    { name: "metrics", path: "/metrics", contains: "http_requests_total" },
  ],
  steps: [10, 25, 50, 100].map((weight) => ({ weight, hold: "10 min" })),
  gates: ["availability", "errors", "decisions", "cache"],
  thresholds: [
    { name: "cpu", limit: { kind: "cpu", under: 80 } },
    { name: "memory", limit: { kind: "memory", under: 85 } },
  ],
};
