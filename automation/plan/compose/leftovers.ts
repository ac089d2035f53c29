import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Parts } from "./parts.ts";
import type { System } from "./workloads.ts";

/** Kinds whose whole meaning is in a compose file, in some other form. */
const TAKEN_IN = [
  "Deployment",
  "StatefulSet",
  "Service",
  "NetworkPolicy",
  "ExternalSecret",
  "PersistentVolumeClaim",
  "Namespace",
];

/** Why kinds are not in a compose file, or what is there instead. */
const REASONS: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: "nothing scales by use here; as many run as the least that it keeps",
  PodDisruptionBudget: "nothing is evicted here",
  PriorityClass: "nobody else's containers wait for room here",
  LimitRange: "each service states its own limits",
  ResourceQuota: "each service states its own limits",
  ServiceAccount: "containers have no identity here",
  Role: "there is no Kubernetes API here",
  ClusterRole: "there is no Kubernetes API here",
  RoleBinding: "there is no Kubernetes API here",
  ClusterRoleBinding: "there is no Kubernetes API here",
  SecretStore: "secrets are files here",
  ClusterSecretStore: "secrets are files here",
  Secret: "secrets are files here, or variables",
  Gateway: "ports are published on this machine alone, without TLS",
  GatewayClass: "ports are published on this machine alone, without TLS",
  IngressClass: "ports are published on this machine alone, without TLS",
  Certificate: "ports are published on this machine alone, without TLS",
  Issuer: "ports are published on this machine alone, without TLS",
  ClusterIssuer: "ports are published on this machine alone, without TLS",
  HTTPRoute:
    "what it leads to has a port of its own here: no host names, weights, header matches or rate limits",
  Ingress:
    "what it leads to has a port of its own here: no host names, weights, header matches or rate limits",
  BackendTrafficPolicy: "there is no load balancer here",
  GCPBackendPolicy: "there is no load balancer here",
  GCPGatewayPolicy: "there is no load balancer here",
  HealthCheckPolicy: "there is no load balancer here",
  ConfigMap: "nothing that runs here reads it",
  PodMonitor: "nothing measures here",
  ServiceMonitor: "nothing measures here",
  PrometheusRule: "nothing measures here",
};

/** What of a system is not in its compose file, by why; each line names objects. */
export function leftovers({ sources, candidates }: System, parts: Parts): string[] {
  const objects = sources
    .map(({ object }) => object)
    .filter((object) => !candidates.includes(object) && !parts.used.has(object.urn))
    .filter(({ kind, apiVersion }) => !(TAKEN_IN.includes(kind) && !apiVersion.includes("knative")));
  const byReason = Map.groupBy(objects, ({ kind }) => REASONS[kind] ?? "compose has no form for it");
  const lines = [...byReason].map(([reason, members]) => `${named(members)}: ${reason}`);
  return [
    ...(candidates.length === 0
      ? []
      : [`${named(candidates)}: a release's candidate; one version of each runs here, the stable one`]),
    ...lines.sort(),
    ...[...parts.left].sort(),
  ];
}

/** `HorizontalPodAutoscaler backend, frontend`. */
function named(objects: readonly KubernetesObject[]): string {
  const kinds = [...Map.groupBy(objects, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  return kinds
    .map(([kind, members]) => {
      const names = members.map(({ name, logicalName }) => name ?? logicalName).sort();
      return `${kind} ${[...new Set(names)].join(", ")}`;
    })
    .join("; ");
}
