import type { Policy } from "../../core/policy.ts";
import { fewIdleInstancesOutsideProduction, idleCapacityFitsPeak } from "./idle-instances.ts";
import { instancesBounded } from "./instances-bounded.ts";
import { autopilotPairs, nodesScale, nodesSpotOutsideProduction } from "./nodes.ts";
import { smallDatabasesOutsideProduction } from "./small-databases.ts";

/** How much there is of things. A new policy is one file beside this one and one line here. */
export const sizes: readonly Policy[] = [
  instancesBounded,
  fewIdleInstancesOutsideProduction,
  idleCapacityFitsPeak,
  nodesScale,
  nodesSpotOutsideProduction,
  autopilotPairs,
  smallDatabasesOutsideProduction,
];
