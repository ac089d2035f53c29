import { fewestInstances, mostInstances } from "../../cloud-run.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { AUTOSCALERS } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE, SCALED_OBJECT } from "../../types.ts";

/** Where an autoscaler says how few and how many; and what it takes where it doesn't (API reference; KEDA's reference). */
function boundsOf(scaler: Subject) {
  const spec = scaler.props.at("spec");
  return scaler.type === SCALED_OBJECT
    ? {
        least: spec.at("minReplicaCount").number() ?? 0,
        most: spec.at("maxReplicaCount").number() ?? 100,
        at: spec.at("maxReplicaCount"),
      }
    : {
        least: spec.at("minReplicas").number() ?? 1,
        most: spec.at("maxReplicas").number(),
        at: spec.at("maxReplicas"),
      };
}

function compared(least: number, most: number | undefined, at: Property): Finding | undefined {
  if (most === undefined || most > least) return undefined;
  if (most < least) return violation(at, `is ${most}, less than the fewest, ${least}`);
  return {
    ...violation(at, `is ${most}, which is the fewest too: nothing is ever scaled`),
    level: "advisory",
  };
}

function check(resource: Subject): Finding[] {
  return parts(() => {
    if (resource.type === CLOUD_RUN_SERVICE) {
      const manual = resource.props.at("scaling", "scalingMode").text() === "MANUAL";
      return manual
        ? undefined
        : compared(
            fewestInstances(resource),
            mostInstances(resource),
            resource.props.at("template", "scaling", "maxInstanceCount"),
          );
    }
    const { least, most, at } = boundsOf(resource);
    return compared(least, most, at);
  });
}

export const autoscalerHasRoom: Policy = {
  id: "autoscaler-has-room",
  title: "An autoscaler's most must be more than its fewest.",
  severity: "medium",
  level: "mandatory",
  why: "Where most is less, the API refuses it; where both are the same, what looks like scaling is a fixed number, and the peak finds that out.",
  fix: "Raise maxReplicas (on Cloud Run maxInstanceCount), or say a fixed number and leave the autoscaler out.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  minReplicas: 3
  maxReplicas: 12`,
  },
  requirements: ["EA-01", "OS-01"],
  types: [CLOUD_RUN_SERVICE, ...AUTOSCALERS],
  check,
};

/** Kubernetes' own word for "do not". */
const NEVER = "Disabled";

/** A window below which two waves of requests look like two peaks, in seconds. */
const LEAST_WINDOW = 60;

export const autoscalerFree: Policy = {
  id: "autoscaler-not-hindered",
  title: "An autoscaler must be let to scale up, and should scale down slowly.",
  severity: "medium",
  level: "mandatory",
  why: "One that may not add pods is none in a peak; one that takes them away at the first quiet moment does so between two waves.",
  fix: "Leave scaleUp.selectPolicy out, and scaleDown.stabilizationWindowSeconds at its 300 s.",
  example: {
    yaml: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  behavior:
    scaleDown: { stabilizationWindowSeconds: 300 }`,
  },
  types: AUTOSCALERS,
  check: (scaler) => {
    const behavior =
      scaler.type === SCALED_OBJECT
        ? scaler.props.at("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")
        : scaler.props.at("spec", "behavior");
    const window = behavior.at("scaleDown", "stabilizationWindowSeconds");
    return parts(
      () => {
        const policy = behavior.at("scaleUp", "selectPolicy");
        return policy.text() === NEVER ? violation(policy, `is "${NEVER}": no pod is ever added`) : undefined;
      },
      () =>
        (window.number() ?? LEAST_WINDOW) < LEAST_WINDOW
          ? {
              ...violation(window, `is ${window.quote()}: pods go at the first quiet moment`),
              level: "advisory",
            }
          : undefined,
    );
  },
};
