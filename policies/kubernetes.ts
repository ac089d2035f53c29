import type { Subject } from "./core/policy.ts";
import type { Property } from "./core/property.ts";
import {
  CRON_JOB,
  DAEMON_SET,
  DEPLOYMENT,
  JOB,
  POD,
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  STATEFUL_SET,
} from "./types.ts";

/** What keeps pods running. */
export const WORKLOADS = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, REPLICATION_CONTROLLER] as const;

/** Everything that pods are made from, and pods themselves. */
export const POD_TYPES = [...WORKLOADS, JOB, CRON_JOB, POD] as const;

/** What pods of a resource are made from: `metadata` and `spec` lie below it. */
export function podTemplate({ type, props }: Subject): Property {
  if (type === POD) return props;
  if (type === CRON_JOB) return props.at("spec", "jobTemplate", "spec", "template");
  return props.at("spec", "template");
}

/** The `spec` of a resource's pods. */
export function podSpec(resource: Subject): Property {
  return podTemplate(resource).at("spec");
}

/** What a resource's pods say of themselves: `labels` and `annotations` lie below it. */
export function podMetadata(resource: Subject): Property {
  return podTemplate(resource).at("metadata");
}

/** The labels of a resource's pods. */
export function podLabels(resource: Subject): Property {
  return podTemplate(resource).at("metadata", "labels");
}

/** Every container that may run in a pod: its own, those that prepare it, and those that somebody debugs it with. */
export function allContainers(resource: Subject): Property[] {
  const spec = podSpec(resource);
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((field) => spec.at(field).items());
}

/** Containers that run as long as the pod does: its own, and sidecars that start before them. */
export function lastingContainers(resource: Subject): Property[] {
  const spec = podSpec(resource);
  const sidecars = spec
    .at("initContainers")
    .items()
    .filter((container) => container.at("restartPolicy").text() === "Always");
  return [...spec.at("containers").items(), ...sidecars];
}

/** What ports are called by custom at which only a collector of metrics asks: `metrics`, `http-metrics`, `telemetry`. */
const FOR_METRICS = /(^|-)(metrics|prometheus|telemetry)(-|$)/;

/** Whether a port, of a container or of a Service, is there for metrics alone, by its name. */
export function isForMetrics(port: Property): boolean {
  const name = port.at("name");
  return name.known && FOR_METRICS.test(name.text() ?? "");
}

/** Whether a container says that it listens for requests. Whoever collects its metrics is nobody's user. */
export function listens(container: Property): boolean {
  return !container.at("ports").items().every(isForMetrics);
}

/** Says which of a pod's containers is the one that counts (kubectl's own annotation). */
const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

/** The container that takes requests: the only one, the one that is said to count, or the first that listens. */
export function servingContainer(workload: Subject): Property | undefined {
  const containers = podSpec(workload).at("containers").items();
  if (containers.length === 1) return containers[0];
  const named = podTemplate(workload).at("metadata", "annotations", DEFAULT_CONTAINER).text();
  return (
    containers.find((container) => named !== undefined && container.at("name").text() === named) ??
    containers.find(listens) ??
    containers[0]
  );
}

/** Where an object lies. Kubernetes puts what names no namespace into `default`. */
export function namespaceOf({ props }: Subject): string {
  return props.at("metadata", "namespace").text() || "default";
}

/** What an object is called; undefined where the API server makes its name. */
export function nameOf({ props }: Subject): string | undefined {
  return props.at("metadata", "name").text();
}

/** The account that pods run as; `default` where nothing is said. The older of the two fields still works. */
export function serviceAccountOf(resource: Subject): { readonly name: string; readonly at: Property } {
  const spec = podSpec(resource);
  const [current, former] = [spec.at("serviceAccountName"), spec.at("serviceAccount")];
  const at = current.present || !former.present ? current : former;
  return { name: at.text() || "default", at };
}

/** Namespaces of the cluster itself, in which its own parts run as they must. */
export function isClustersOwn(namespace: string): boolean {
  return namespace.startsWith("kube-");
}

/** Whether a selector (`matchLabels`, `matchExpressions`) selects pods with these labels. An empty one selects all. */
export function selects(selector: Property, labels: Property): boolean {
  const equal = selector
    .at("matchLabels")
    .entries()
    .every(([label, value]) => labels.at(label).text() === value.text());
  return (
    equal &&
    selector
      .at("matchExpressions")
      .items()
      .every((expression) => meets(expression, labels))
  );
}

function meets(expression: Property, labels: Property): boolean {
  const value = labels.at(expression.at("key").text() ?? "").text();
  const values = expression
    .at("values")
    .items()
    .map((each) => each.text());
  switch (expression.at("operator").text()) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

/** Whether a selector is there, and selects everything. */
export function selectsAll(selector: Property): boolean {
  return (
    selector.present &&
    selector.at("matchLabels").entries().length === 0 &&
    selector.at("matchExpressions").items().length === 0
  );
}
