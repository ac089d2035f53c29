import type { ServiceElsewhere } from "../../components/alerting/spec.ts";
import { ASSISTANT_RELEASE } from "./release.ts";

const OWNER = "assistant";

/** What the assistant exports (P8-04): every operation (email-*, calendar-*, task-*, analytics-*), each call of a provider. */
const OPERATIONS = "assistant_operations_total";
const FAILED = "assistant_operations_failed_total";

/** What the assistant promises (P8-04): its key metrics, by their targets. */
export const ASSISTANT: ServiceElsewhere = {
  service: "assistant",
  release: ASSISTANT_RELEASE,
  metrics: { requests: OPERATIONS, duration: "assistant_operation_duration_seconds" },
  objectives: [
    {
      name: "operations",
      indicator: { kind: "ratio", bad: FAILED, total: OPERATIONS },
      target: 99.5,
      owner: OWNER,
      runbook: "incident",
    },
    {
      name: "latency",
      indicator: { kind: "latency", threshold: "2 s" },
      target: 99,
      owner: OWNER,
      runbook: "monitoring",
    },
    {
      name: "providers",
      indicator: {
        kind: "ratio",
        bad: "assistant_provider_errors_total",
        total: "assistant_provider_calls_total",
        labels: ["provider"],
        by: ["provider"],
      },
      target: 99,
      owner: OWNER,
      runbook: "incident",
      alerting: { off: "calls fail over to another provider; ProviderDown tells of one that stays away" },
    },
  ],
};
