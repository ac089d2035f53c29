import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, fewestPods, serves } from "../../kubernetes-stack.ts";
import { DEPLOYMENT, KUBERNETES_SERVICE, STATEFUL_SET } from "../../types.ts";

/** Labels of nodes that tell machines and zones apart. */
const APART = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"];

function check(stack: Stack, workload: Subject): Finding | undefined {
  const fewest = fewestPods(stack, workload);
  if (fewest === undefined || fewest.count < 2 || !serves(stack, workload)) return undefined;
  const spec = podSpec(workload);
  const constraints = spec.at("topologySpreadConstraints");
  const away = spec.at("affinity", "podAntiAffinity");
  const keys = [
    ...constraints.items(),
    ...away.at("requiredDuringSchedulingIgnoredDuringExecution").items(),
    ...away
      .at("preferredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((term) => term.at("podAffinityTerm")),
  ].map((term) => term.at("topologyKey").text());
  if (keys.some((key) => key !== undefined && APART.includes(key))) return undefined;
  return violation(
    constraints,
    keys.length === 0
      ? `is not set, nor podAntiAffinity: all ${fewest.count} pods may lie on one machine`
      : "spreads over neither zones nor machines, and podAntiAffinity doesn't, either",
  );
}

export const podsSpread: Policy = {
  id: "pods-spread",
  title: "Pods that take requests should be spread over zones and machines; in production they must.",
  severity: "medium",
  level: "mandatory",
  why: "Two pods on one machine are one: what ends the machine ends the service.",
  fix: "Give the pods topologySpreadConstraints over topology.kubernetes.io/zone and kubernetes.io/hostname.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    metadata:
      labels: { app.kubernetes.io/name: api }
    spec:
      topologySpreadConstraints:
        - topologyKey: topology.kubernetes.io/zone
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: { app.kubernetes.io/name: api }`,
  },
  requirements: ["OS-01"],
  types: [...WORKLOADS, ...AUTOSCALERS, KUBERNETES_SERVICE],
  checkStack: (stack) =>
    each(
      [DEPLOYMENT, STATEFUL_SET].flatMap((type) => stack.ofType(type)),
      (workload) =>
        adviceOutsideProduction(
          workload,
          parts(() => check(stack, workload)),
        ),
    ),
};
