import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { nameOf, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, scalerOf, workloadsOf } from "../../kubernetes-stack.ts";

export const replicasLeftToAutoscaler: Policy = {
  id: "replicas-left-to-autoscaler",
  title: "A workload that an autoscaler scales must not state its replicas.",
  severity: "high",
  level: "mandatory",
  why: "Each deployment sets the number back to what is written, in the middle of a peak too, until the autoscaler has noticed.",
  fix: "Leave spec.replicas out; set the autoscaler's minReplicas instead.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  minReplicas: 3
  maxReplicas: 12`,
  },
  requirements: ["OS-01"],
  types: [...WORKLOADS, ...AUTOSCALERS],
  checkStack: (stack) =>
    each(workloadsOf(stack), (workload) => {
      const replicas = workload.props.at("spec", "replicas");
      // In what was read from a cluster stands what the autoscaler itself wrote.
      if (!replicas.present || workload.props.at("metadata", "uid").present) return undefined;
      const scaler = scalerOf(stack, workload);
      return scaler === undefined
        ? undefined
        : violation(
            replicas,
            `is ${replicas.quote()}, beside ${scaler.type.slice(scaler.type.lastIndexOf(":") + 1)} ${nameOf(scaler) ?? ""}`.trimEnd(),
          );
    }),
};
