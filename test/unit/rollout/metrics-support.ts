import type { Gate } from "../../../automation/rollout/gate.ts";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";

/** A shop's api with these objectives. */
export function shopApi(
  objectives: readonly Pick<Objective, "name" | "indicator" | "target">[],
  changes: Partial<MeasuredService> = {},
): MeasuredService {
  return {
    environment: "production",
    system: "shop",
    service: "api",
    runtime: "cloud-run",
    metrics: METRICS,
    objectives: objectives.map((each) => normalizeObjective({ owner: "shop-platform", ...each })),
    ...changes,
  };
}

/** A plan with only what measures. */
export function planOf(measures: Partial<ReleasePlan>): ReleasePlan {
  return { strategy: "canary", steps: [{ weight: 100, hold: "15 min" }], gates: [], ...measures };
}

/** The gates of one objective, threshold or comparison, which are one. */
export function gateOf(service: MeasuredService, measures: Partial<ReleasePlan>): Gate {
  const [gate, ...more] = gatesOf(service, planOf(measures));
  if (gate === undefined || more.length > 0) throw new Error(`${more.length + 1} gates`);
  return gate;
}

export const CANDIDATE = "api-new";
export const STABLE = "api-old";
export const versions = { candidate: CANDIDATE, stable: STABLE };
