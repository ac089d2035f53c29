import type { Policy } from "../../core/policy.ts";
import { latencyEdge } from "./latency-edge.ts";
import { objectiveAlertsOn } from "./objective-alerts-on.ts";
import { objectiveDashboard } from "./objective-dashboard.ts";
import { objectiveDependencies } from "./objective-dependencies.ts";
import { objectiveKinds } from "./objective-kinds.ts";
import { objectiveOwner } from "./objective-owner.ts";
import { objectiveStated } from "./objective-stated.ts";
import { objectiveTarget } from "./objective-target.ts";
import { objectiveTraffic } from "./objective-traffic.ts";
import { objectiveWindow } from "./objective-window.ts";
import { servicePromises } from "./service-promises.ts";

/** What services promise, and whether that can be kept and measured. */
export const objectives: readonly Policy[] = [
  objectiveStated,
  objectiveKinds,
  objectiveTarget,
  objectiveWindow,
  objectiveOwner,
  latencyEdge,
  objectiveTraffic,
  objectiveDependencies,
  objectiveAlertsOn,
  objectiveDashboard,
  servicePromises,
];
