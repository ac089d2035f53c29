import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import type { Condition } from "../../sandbox/kubernetes/controllers/conditions.ts";

/** An object as a cluster has it. */
export type Found = AnyObject & {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads deep into plain data
  readonly spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly status?: any;
};

/** `kind/name` of objects, sorted. */
export function named(objects: readonly Found[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata?.name}`).sort();
}

/** The condition that says of each kind that it works. */
const WORKS: Readonly<Record<string, string>> = {
  Certificate: "Ready",
  Deployment: "Available",
  ExternalSecret: "Ready",
  Gateway: "Programmed",
  HorizontalPodAutoscaler: "ScalingActive",
  Pod: "Ready",
  PodDisruptionBudget: "DisruptionAllowed",
  SecretStore: "Ready",
};

function holds(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((each) => each.type === type && each.status === "True") ?? false;
}

function works({ kind = "", metadata, spec, status }: Found): boolean {
  const condition = WORKS[kind];
  if (condition !== undefined) return holds(status?.conditions, condition);
  switch (kind) {
    case "HTTPRoute": {
      const parents: { conditions: Condition[] }[] = status?.parents ?? [];
      const accepted = parents.every(
        ({ conditions }) => holds(conditions, "Accepted") && holds(conditions, "ResolvedRefs"),
      );
      return parents.length === spec.parentRefs.length && accepted;
    }
    case "PersistentVolume":
    case "PersistentVolumeClaim":
      return status?.phase === "Bound";
    case "StatefulSet":
      return (
        status?.observedGeneration === metadata?.generation && status?.availableReplicas === spec.replicas
      );
    default:
      return true;
  }
}

/** What of a system's objects is not ready, bound, accepted or programmed, with what it says of itself. */
export function notReady(objects: readonly Found[]): string[] {
  return objects
    .filter((each) => !works(each))
    .map(({ kind, metadata, status }) => `${kind}/${metadata?.name}: ${JSON.stringify(status)}`);
}
