import type { Stack } from "../core/policy.ts";
import { attempt } from "../core/unknown.ts";
import { namespaceOf } from "../kubernetes.ts";
import { once } from "../kubernetes-stack.ts";
import { NAMESPACE } from "../types.ts";

/**
 * Namespaces that the stack declares: only of those can be said that something is not in them. For policies whose `types`
 * hold Namespace. Whose name is not known yet is none of them.
 */
export const declaredNamespaces = once((stack: Stack): ReadonlySet<string> => {
  const names = stack
    .ofType(NAMESPACE)
    .map(({ props }) => attempt(() => props.at("metadata", "name").text()).value);
  return new Set(names.filter((name) => name !== undefined));
});

/** Groups of Kubernetes itself, and of kinds that make no pods; of Prometheus' operator four do. */
const NO_PODS =
  /^kubernetes:(core|apps|batch|autoscaling|policy|rbac\.authorization\.k8s\.io|networking\.k8s\.io|scheduling\.k8s\.io|storage\.k8s\.io|gateway\.networking\.k8s\.io|networking\.gke\.io|autoscaling\.k8s\.io|keda\.sh|external-secrets\.io|monitoring\.coreos\.com(?!\/\w+:(?:Prometheus|PrometheusAgent|Alertmanager|ThanosRuler)$)|cert-manager\.io|secrets-store\.csi\.x-k8s\.io|admissionregistration\.k8s\.io|apiextensions\.k8s\.io|discovery\.k8s\.io|coordination\.k8s\.io|node\.k8s\.io|apiregistration\.k8s\.io|snapshot\.storage\.k8s\.io)\//;

/** Namespaces in which something of this stack lies that an operator may make pods of: a database's own kind, a Rollout. */
const withOtherKinds = once((stack: Stack) => {
  const names = new Set<string>();
  for (const resource of stack.resources) {
    if (!resource.type.startsWith("kubernetes:") || NO_PODS.test(resource.type)) continue;
    names.add(attempt(() => namespaceOf(resource)).value ?? "");
  }
  return names;
});

/** Whether pods may come about in a namespace that no workload of the stack makes. For policies that see every kind. */
export function makesOtherPods(stack: Stack, namespace: string): boolean {
  const names = withOtherKinds(stack);
  return names.has(namespace) || names.has("");
}
