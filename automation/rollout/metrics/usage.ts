import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { quoted, selector } from "../../../components/objectives/promql.ts";
import { revisionLabels, serviceLabels } from "../../../components/objectives/queries.ts";

/** What of an instance is used up. */
export type Resource = "cpu" | "memory";

/**
 * Names of cAdvisor, which measures containers: in Kubernetes the kubelet serves them, and the local cloud has the same for
 * its instances, with the labels of their service and revision.
 */
export const USAGE = {
  /** Counter, in seconds of one CPU. */
  cpu: "container_cpu_usage_seconds_total",
  memory: "container_memory_working_set_bytes",
  /** CPU that a container may have: microseconds of a period. */
  cpuQuota: "container_spec_cpu_quota",
  cpuPeriod: "container_spec_cpu_period",
  memoryLimit: "container_spec_memory_limit_bytes",
} as const;

/** What kube-state-metrics says of limits. The usual installations of Prometheus drop cAdvisor's. */
const KUBERNETES_LIMITS = "kube_pod_container_resource_limits";

/** Metrics of pods know no revision: they are those of the pods that are scraped as this one. */
function ofPods(service: MeasuredService, revision: string) {
  const own = selector("up", { ...serviceLabels(service), ...revisionLabels(service, revision) });
  const namespace = service.namespace === undefined ? {} : { namespace: service.namespace };
  return (metric: string, labels: Readonly<Record<string, string>>, wrap: (series: string) => string) => {
    // Without a container's name a series is the whole pod's, which counts all of them again.
    const named = Object.entries({ ...namespace, ...labels }).map(
      ([label, value]) => `${label}=${quoted(value)}`,
    );
    const series = `${metric}{${[...named, 'container!=""', 'container!="POD"'].join(",")}}`;
    return `sum (${wrap(series)} and on (namespace, pod) ${own})`;
  };
}

/** Percent of the CPU or memory that a revision's instances have which they use, in PromQL: CPU over the range, memory now. */
export function usageQuery(
  service: MeasuredService,
  resource: Resource,
  revision: string,
  range: string,
): string {
  const rate = (series: string) => `rate(${series}[${range}])`;
  const now = (series: string) => series;
  if (service.runtime === "kubernetes") {
    const sum = ofPods(service, revision);
    const used = resource === "cpu" ? sum(USAGE.cpu, {}, rate) : sum(USAGE.memory, {}, now);
    return `100 * ${used} / ${sum(KUBERNETES_LIMITS, { resource }, now)}`;
  }
  const of = (metric: string) =>
    selector(metric, { ...serviceLabels(service), ...revisionLabels(service, revision) });
  return resource === "cpu"
    ? `100 * sum (${rate(of(USAGE.cpu))}) / sum (${of(USAGE.cpuQuota)} / ${of(USAGE.cpuPeriod)})`
    : `100 * sum (${of(USAGE.memory)}) / sum (${of(USAGE.memoryLimit)})`;
}
