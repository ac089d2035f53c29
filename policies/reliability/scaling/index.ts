import type { Policy } from "../../core/policy.ts";
import { autoscalerFree, autoscalerHasRoom } from "./autoscaler-bounds.ts";
import { autoscalerTarget } from "./autoscaler-target.ts";
import { budgetForService, budgetLetsBrokenGo, budgetSelectsPods, oneBudget } from "./disruption-budgets.ts";
import { evictionPossible } from "./eviction-possible.ts";
import { autoscalerMeasuresContainer, oneAutoscaler, verticalBesideHorizontal } from "./one-autoscaler.ts";
import { podsSpread } from "./pods-spread.ts";
import { fitsLimitRange, quotaCoversPeak, quotaCoversRollout } from "./quota.ts";
import { replicasLeftToAutoscaler } from "./replicas-left-to-autoscaler.ts";
import { twoInstancesInProduction } from "./two-instances-in-production.ts";

/** How many instances there are, where, and who decides. */
export const scaling: readonly Policy[] = [
  twoInstancesInProduction,
  replicasLeftToAutoscaler,
  autoscalerHasRoom,
  autoscalerFree,
  autoscalerTarget,
  autoscalerMeasuresContainer,
  oneAutoscaler,
  verticalBesideHorizontal,
  evictionPossible,
  budgetForService,
  oneBudget,
  budgetSelectsPods,
  budgetLetsBrokenGo,
  podsSpread,
  quotaCoversPeak,
  quotaCoversRollout,
  fitsLimitRange,
];
