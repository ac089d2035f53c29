import type { Policy } from "../../core/policy.ts";
import { labelledForCost } from "./labelled-for-cost.ts";
import { fewNatGateways, oneRegionOutsideProduction } from "./regions.ts";
import { addressesUsed, disksUsed } from "./unused.ts";

/** Where things are, and what for. A new policy is one file beside this one and one line here. */
export const places: readonly Policy[] = [
  addressesUsed,
  disksUsed,
  fewNatGateways,
  oneRegionOutsideProduction,
  labelledForCost,
];
