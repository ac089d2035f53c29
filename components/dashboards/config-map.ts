import type * as k8s from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { MonitoringFacts } from "../alerting/facts.ts";
import { refuse } from "../errors.ts";
import { dashboardFiles } from "./files.ts";

/** Label by which Grafana's sidecar finds dashboards, as the chart `kube-prometheus-stack` sets it up. */
const DASHBOARD_LABEL = "grafana_dashboard";

/** Most bytes that a ConfigMap holds: 1 MiB, which Kubernetes counts over keys and values. */
const MOST_BYTES = 1_048_576;

/** A ConfigMap's problem with so much data, with the figures; none where it fits. */
export function configMapProblems(data: Readonly<Record<string, string>>): string[] {
  const sizes = Object.entries(data).map(([name, text]) => ({
    name,
    bytes: Buffer.byteLength(name) + Buffer.byteLength(text),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MOST_BYTES) return [];
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  return [
    `its dashboards take ${total} bytes, and a ConfigMap holds ${MOST_BYTES}. The largest: ${largest
      .map(({ name, bytes }) => `${name} (${bytes})`)
      .join(", ")}. Promise less of these services, or declare some of them as a system of their own`,
  ];
}

/**
 * A ConfigMap with all dashboards of a system, which Grafana's sidecar loads by its label.
 * @param labels what else it carries; the sidecar's label is added
 * @throws SlipwayError where they are more than a ConfigMap holds
 */
export function dashboardConfigMap(
  facts: MonitoringFacts,
  {
    namespace,
    labels = {},
  }: { readonly namespace: Input<string>; readonly labels?: Readonly<Record<string, string>> },
): k8s.core.v1.ConfigMapArgs & { readonly data: Readonly<Record<string, string>> } {
  const name = `grafana-dashboard-${facts.system}`;
  // Without blanks: half the size, and nobody reads it here.
  const data = Object.fromEntries(
    [...dashboardFiles(facts)].map(([file, text]) => [file, JSON.stringify(JSON.parse(text))]),
  );
  refuse(name, configMapProblems(data));
  return { metadata: { name, namespace, labels: { ...labels, [DASHBOARD_LABEL]: "1" } }, data };
}
