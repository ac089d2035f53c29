import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { podLabels, podSpec, selects, WORKLOADS } from "../../kubernetes.ts";
import { REPLICATION_CONTROLLER } from "../../types.ts";

function check(workload: Subject): Finding[] {
  const selector = workload.props.at("spec", "selector");
  const labels = podLabels(workload);
  return parts(() => {
    // A ReplicationController takes its pods' labels where it says nothing.
    if (!selector.present)
      return workload.type === REPLICATION_CONTROLLER
        ? undefined
        : violation(selector, "is not set: the API server refuses it");
    const isMet =
      workload.type === REPLICATION_CONTROLLER
        ? selector.entries().every(([name, value]) => labels.at(name).text() === value.text())
        : selects(selector, labels);
    return isMet ? undefined : violation(selector, `does not select the pods of ${labels.path}`);
  });
}

export const selectorMatchesPods: Policy = {
  id: "selector-matches-pods",
  title: "A workload's selector must select its own pods.",
  severity: "high",
  level: "mandatory",
  why: "The API server refuses it; and where a selector fits other pods than its own, a workload takes over what it did not make.",
  fix: "Put every label of spec.selector.matchLabels into spec.template.metadata.labels.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  selector:
    matchLabels: { app.kubernetes.io/name: api }
  template:
    metadata:
      labels: { app.kubernetes.io/name: api }`,
  },
  types: WORKLOADS,
  check,
};

export const spreadSelectsOwnPods: Policy = {
  id: "spread-selects-own-pods",
  title: "What spreads a workload's pods must select those pods.",
  severity: "medium",
  level: "mandatory",
  why: "A topologySpreadConstraint whose labels are another workload's spreads nothing, and looks as if it did.",
  fix: "Write the labels of spec.template.metadata.labels into the constraint's labelSelector.",
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
  types: WORKLOADS,
  // To stay away from somebody else's pods (podAntiAffinity) is a wish of its own.
  check: (resource) =>
    each(podSpec(resource).at("topologySpreadConstraints").items(), (constraint) => {
      const selector = constraint.at("labelSelector");
      if (!selector.present) return violation(selector, "is not set: it selects no pod");
      return selects(selector, podLabels(resource))
        ? undefined
        : violation(selector, "does not select the pods of this workload");
    }),
};
