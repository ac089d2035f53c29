import type { Objective } from "../../components/objectives/objective.ts";

const OWNER = "onesource-platform";

/** What the backend promises (OS-04). "P95 under 1500 ms" is "95 % of requests under 1500 ms". */
export const BACKEND_OBJECTIVES: readonly Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: OWNER },
  {
    name: "server-errors",
    indicator: { kind: "availability" },
    target: 99.7,
    owner: OWNER,
    alerting: {
      off: "availability, of the same requests, is stricter, and HighErrorRate holds this very share",
    },
  },
  {
    name: "chat-latency",
    indicator: { kind: "latency", threshold: "1500 ms", route: "/chat" },
    target: 95,
    owner: OWNER,
  },
  {
    name: "enhanced-latency",
    indicator: { kind: "latency", threshold: "1600 ms", route: "/chat/enhanced" },
    target: 95,
    owner: OWNER,
  },
  {
    name: "latency-delta",
    indicator: { kind: "delta", threshold: "100 ms", route: "/chat/enhanced", against: "/chat" },
    target: 95,
    owner: OWNER,
  },
  {
    name: "persistence",
    indicator: { kind: "ratio", bad: "persistence_errors_total", total: "persistence_operations_total" },
    target: 99.9,
    owner: OWNER,
    runbook: "redis",
  },
  {
    name: "schema-repairs",
    indicator: { kind: "ratio", bad: "schema_repairs_total", total: "responses_validated_total" },
    target: 99.5,
    owner: OWNER,
    runbook: "schema-guard",
  },
];

/** What the frontend promises: pages, not answers. */
export const FRONTEND_OBJECTIVES: readonly Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: OWNER },
  { name: "latency", indicator: { kind: "latency", threshold: "500 ms" }, target: 95, owner: OWNER },
];
