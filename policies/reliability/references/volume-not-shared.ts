import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { namespaceOf, podSpec, WORKLOADS } from "../../kubernetes.ts";
import { AUTOSCALERS, mostPods } from "../../kubernetes-stack.ts";
import { DAEMON_SET, DEPLOYMENT, PERSISTENT_VOLUME_CLAIM } from "../../types.ts";
import { directoryOf } from "./pods.ts";

const claimsOf = directoryOf((type) => type === PERSISTENT_VOLUME_CLAIM);

/** Modes in which pods of several machines may have a volume. */
const SHARED = ["ReadWriteMany", "ReadOnlyMany"];

function check(stack: Stack, deployment: Subject): Finding[] {
  return each(podSpec(deployment).at("volumes").items(), (volume) => {
    const name = volume.at("persistentVolumeClaim", "claimName");
    if (!name.present) return undefined;
    const claim = claimsOf(stack).byName.get(`${namespaceOf(deployment)}/${name.text()}`);
    const modes = claim?.props.at("spec", "accessModes").items() ?? [];
    if (modes.length === 0 || modes.some((mode) => SHARED.includes(mode.text() ?? ""))) return undefined;
    const most = mostPods(stack, deployment)?.count ?? 1;
    if (most > 1)
      return violation(
        name,
        `is ${name.quote()}, which one machine may have at a time, and there may be ${most} pods`,
      );
    const strategy = deployment.props.at("spec", "strategy", "type");
    return strategy.text() === "Recreate"
      ? undefined
      : {
          ...violation(
            name,
            `is ${name.quote()}, which one machine may have at a time, and a rollout starts the new pod before the old one goes`,
          ),
          level: "advisory" as const,
        };
  });
}

export const volumeNotShared: Policy = {
  id: "volume-not-shared",
  title: "Pods of several machines must not have a volume that one machine may have.",
  severity: "high",
  level: "mandatory",
  why: "The second pod waits for the volume for ever, or writes beside the first where both lie on one machine.",
  fix: "Use a StatefulSet, which gives each pod a volume of its own; one pod with strategy Recreate; or a volume of mode ReadWriteMany.",
  example: {
    yaml: `apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        resources: { requests: { storage: 10Gi } }`,
  },
  types: [...WORKLOADS.filter((type) => type !== DAEMON_SET), ...AUTOSCALERS, PERSISTENT_VOLUME_CLAIM],
  checkStack: (stack) => each(stack.ofType(DEPLOYMENT), (deployment) => check(stack, deployment)),
};
