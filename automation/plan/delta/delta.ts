import { costDelta } from "../../../policies/cost/delta.ts";
import type { PlanResult } from "../result.ts";
import { policyDelta } from "./policies.ts";
import { matched, resourceChanges } from "./resources.ts";
import { capacityChanges, objectiveChanges } from "./services.ts";
import type { PlanDelta } from "./types.ts";

/** What a plan is compared with: one that `--format json` printed. */
export type BasePlan = Omit<PlanResult, "places"> & Partial<Pick<PlanResult, "places">>;

/**
 * What separates two plans of one stack: what merging a pull request would change. A plan knows nothing of what was really
 * deployed: `slipway preview` does. Pure.
 * @param today ISO 8601, for which exemptions end soon
 */
export function planDelta(before: BasePlan, after: PlanResult, today: string): PlanDelta {
  const pairing = matched(before.resources, after.resources);
  const resources = resourceChanges(pairing, before, after);
  const renamed = new Map(pairing.pairs.map(([was, resource]) => [was.urn, resource.urn]));
  return {
    resources,
    policy: policyDelta(before.policy, after.policy, renamed, today),
    objectives: objectiveChanges(before.services, after.services),
    capacity: capacityChanges(before.services, after.services),
    cost: costDelta(before.cost, after.cost),
  };
}
