import { type Scope, labels as scopeLabels } from "../scope.ts";

/** Which of two versions of a workload its pods belong to, while a release is under way. */
export type Track = "stable" | "candidate";

/** Label of a {@link Track}. */
export const TRACK_LABEL = "slipway.dev/track";

/** What selects a workload's pods: never changed, since a Deployment's selector can't be. */
export function selectorLabels(
  scope: Scope,
  workload: string,
  track: Track = "stable",
): Record<string, string> {
  return {
    "app.kubernetes.io/name": workload,
    "app.kubernetes.io/part-of": scope.system,
    [TRACK_LABEL]: track,
  };
}

/**
 * What every object carries: the recommended labels of Kubernetes, and the environment, which policies read.
 * @param workload the workload it belongs to; none for what a namespace's workloads share
 */
export function objectLabels(scope: Scope, workload?: string): Record<string, string> {
  return {
    ...(workload === undefined ? {} : { "app.kubernetes.io/name": workload }),
    "app.kubernetes.io/part-of": scope.system,
    "app.kubernetes.io/managed-by": scopeLabels(scope)["managed-by"] as string,
    "slipway.dev/environment": scope.environment,
  };
}
