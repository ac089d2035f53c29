import type { Policy } from "../../core/policy.ts";
import { capacityCoversPeak } from "../capacity-covers-peak.ts";
import { calleeBearsCallers } from "./callee-bears-callers.ts";
import { capacitySurvivesZone } from "./capacity-survives-zone.ts";
import { edgeProbed } from "./edge-probed.ts";
import { floorBearsOrdinaryLoad } from "./floor-bears-ordinary-load.ts";

/** Whether the load that is expected can be borne, and whether anybody asks. */
export const capacity: readonly Policy[] = [
  capacityCoversPeak,
  capacitySurvivesZone,
  floorBearsOrdinaryLoad,
  calleeBearsCallers,
  edgeProbed,
];
