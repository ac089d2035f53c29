import type { Policy } from "../../core/policy.ts";
import { evictionPossible } from "./eviction-possible.ts";
import { replicasLeftToAutoscaler } from "./replicas-left-to-autoscaler.ts";
import { twoInstancesInProduction } from "./two-instances-in-production.ts";

/** How many instances there are, where, and who decides. */
export const scaling: readonly Policy[] = [
  twoInstancesInProduction,
  replicasLeftToAutoscaler,
  evictionPossible,
];
