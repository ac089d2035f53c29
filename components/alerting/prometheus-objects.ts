import type * as k8s from "@pulumi/kubernetes";
import type { CustomResourceArgs } from "../kubernetes/identity.ts";
import { selectorLabels } from "../kubernetes/labels.ts";
import type { Scope } from "../scope.ts";
import type { RuleGroup } from "./rule.ts";

type Metadata = k8s.types.input.meta.v1.ObjectMeta;

const OPERATOR = "monitoring.coreos.com/v1";

/** Seconds between two scrapes: four of them make the shortest range that a rate is taken over. */
const SCRAPE_SECONDS = 15;

/**
 * Rules for the Prometheus operator. Labelled as its usual installations select them: by none, or by `release`, which is given
 * through the transform `rules`.
 */
export function planPrometheusRule(metadata: Metadata, groups: readonly RuleGroup[]): CustomResourceArgs {
  return { apiVersion: OPERATOR, kind: "PrometheusRule", metadata, spec: { groups } };
}

/** A pod's label as Prometheus knows it while it decides what to scrape. */
function podLabel(label: string): string {
  return `__meta_kubernetes_pod_label_${label.replace(/[^a-zA-Z0-9_]/g, "_")}`;
}

/**
 * What makes Prometheus scrape every pod of a service, stable and candidate, and label its series as rules and dashboards ask
 * for them: `environment`, `system`, `service`, `revision`.
 */
export function planPodMonitor(
  scope: Scope,
  metadata: Metadata,
  service: string,
  metricsPath: string,
): CustomResourceArgs {
  const { "slipway.dev/track": _anyTrack, ...matchLabels } = selectorLabels(scope, service);
  const copied = {
    system: "app.kubernetes.io/part-of",
    service: "app.kubernetes.io/name",
    revision: "slipway.dev/revision",
  };
  return {
    apiVersion: OPERATOR,
    kind: "PodMonitor",
    metadata,
    spec: {
      selector: { matchLabels },
      podMetricsEndpoints: [
        {
          port: "http",
          path: metricsPath,
          interval: `${SCRAPE_SECONDS}s`,
          relabelings: [
            ...Object.entries(copied).map(([label, from]) => ({
              action: "replace",
              sourceLabels: [podLabel(from)],
              targetLabel: label,
            })),
            { action: "replace", replacement: scope.environment, targetLabel: "environment" },
          ],
        },
      ],
    },
  };
}
