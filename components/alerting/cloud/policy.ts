import type * as gcp from "@pulumi/gcp";
import type { Severity } from "../alert.ts";
import type { MonitoringFacts } from "../facts.ts";
import { alertLabels, type Notice, planNotice } from "./documentation.ts";

/** An alert policy but for its channels, which follow from the severity. */
export interface PlannedPolicy {
  /** What tells it from the system's others: end of its logical name. */
  readonly name: string;
  readonly severity: Severity;
  readonly args: gcp.monitoring.AlertPolicyArgs;
}

/** Longest range of a query that may have to hold for a time, in seconds: 25 hours. Source: Cloud Monitoring, PromQL alerts. */
export const LONGEST_WITH_DURATION = 90_000;

/** What a policy in PromQL asks, and for how long it has to hold. */
export interface PromqlCondition {
  readonly displayName: string;
  readonly query: string;
  readonly forSeconds: number;
  /** Longest range in the query. */
  readonly rangeSeconds: number;
}

/** A policy of one condition in PromQL: the interface takes no other beside such a one. */
export function promqlPolicy(
  facts: MonitoringFacts,
  project: string,
  name: string,
  notice: Notice,
  { displayName, query, forSeconds, rangeSeconds }: PromqlCondition,
): PlannedPolicy {
  return {
    name,
    severity: notice.severity,
    args: {
      ...planNotice(facts, project, notice, rangeSeconds),
      displayName: `${facts.system} ${facts.environment}: ${displayName}`,
      combiner: "OR",
      conditions: [
        {
          displayName,
          conditionPrometheusQueryLanguage: {
            query,
            ...(rangeSeconds > LONGEST_WITH_DURATION ? {} : { duration: `${forSeconds}s` }),
            evaluationInterval: "30s",
            alertRule: notice.alert,
            labels: alertLabels(facts, notice),
            // A metric is there once it was first written: after the first deployment, not before.
            disableMetricValidation: true,
          },
        },
      ],
    },
  };
}
