import type { V1Node, V1Pod } from "@kubernetes/client-node";
import type { Figures } from "./figures.ts";

/** The three metrics APIs, by group, with the version that Kubernetes asks for. */
export const METRICS = {
  resource: { group: "metrics.k8s.io", version: "v1beta1" },
  custom: { group: "custom.metrics.k8s.io", version: "v1beta2" },
  external: { group: "external.metrics.k8s.io", version: "v1beta1" },
} as const;

const versionOf = ({ group, version }: { group: string; version: string }) => `${group}/${version}`;

/** What a container uses where nobody says anything: little. */
const LITTLE = { cpu: "5m", memory: "32Mi" };

const WINDOW = "10s";

/** The kinds of `metrics.k8s.io`, for discovery. The other groups list none: any name is a metric. */
export function resourceList(api: { group: string; version: string }): object {
  const resources = [
    { name: "nodes", singularName: "", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] },
    { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] },
  ];
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: versionOf(api),
    resources: api.group === METRICS.resource.group ? resources : [],
  };
}

/** What a running pod uses. */
export function podMetrics({ metadata, spec }: V1Pod, figures: Figures, now: Date): object {
  const said = metadata?.annotations ?? {};
  const usage = {
    cpu: said["sandbox.slipway/cpu"] ?? figures.cpu ?? LITTLE.cpu,
    memory: said["sandbox.slipway/memory"] ?? figures.memory ?? LITTLE.memory,
  };
  return {
    kind: "PodMetrics",
    apiVersion: versionOf(METRICS.resource),
    metadata: { name: metadata?.name, namespace: metadata?.namespace, labels: metadata?.labels ?? {} },
    timestamp: now.toISOString(),
    window: WINDOW,
    containers: (spec?.containers ?? []).map(({ name }) => ({ name, usage })),
  };
}

/** What a node uses: a hundredth of nothing that runs. */
export function nodeMetrics({ metadata }: V1Node, now: Date): object {
  return {
    kind: "NodeMetrics",
    apiVersion: versionOf(METRICS.resource),
    metadata: { name: metadata?.name, labels: metadata?.labels ?? {} },
    timestamp: now.toISOString(),
    window: WINDOW,
    usage: { cpu: "100m", memory: "512Mi" },
  };
}

/** An answer of `metrics.k8s.io` with many of one kind. */
export function metricsList(kind: "PodMetricsList" | "NodeMetricsList", items: readonly object[]): object {
  return { kind, apiVersion: versionOf(METRICS.resource), metadata: {}, items };
}

/** One custom metric of some objects. */
export function customMetric(
  described: readonly { kind: string; apiVersion: string; name: string; namespace: string }[],
  metric: string,
  figures: Figures,
  now: Date,
): object {
  return {
    kind: "MetricValueList",
    apiVersion: versionOf(METRICS.custom),
    metadata: {},
    items: described.map((describedObject) => ({
      describedObject,
      metric: { name: metric },
      timestamp: now.toISOString(),
      value: figures.custom?.[metric] ?? "0",
    })),
  };
}

/** One external metric. */
export function externalMetric(metric: string, figures: Figures, now: Date): object {
  return {
    kind: "ExternalMetricValueList",
    apiVersion: versionOf(METRICS.external),
    metadata: {},
    items: [
      {
        metricName: metric,
        metricLabels: {},
        timestamp: now.toISOString(),
        value: figures.external?.[metric] ?? "0",
      },
    ],
  };
}

/** An error as Kubernetes' clients read it. */
export function failure(code: number, message: string): object {
  const reason = code === 404 ? "NotFound" : "InternalError";
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message };
}
