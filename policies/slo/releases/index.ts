import type { Policy } from "../../core/policy.ts";
import { releaseBudget } from "./release-budget.ts";
import { releaseGated } from "./release-gated.ts";
import { releaseGatesExist } from "./release-gates-exist.ts";
import { releaseHolds } from "./release-holds.ts";
import { releaseNoData } from "./release-no-data.ts";
import { releasePlanAtEdge } from "./release-plan-at-edge.ts";
import { releaseShortcut } from "./release-shortcut.ts";
import { releaseSteps } from "./release-steps.ts";
import { releaseVerified } from "./release-verified.ts";

/** How new versions reach users, and what stops a bad one. */
export const releases: readonly Policy[] = [
  releasePlanAtEdge,
  releaseGated,
  releaseGatesExist,
  releaseSteps,
  releaseHolds,
  releaseBudget,
  releaseVerified,
  releaseNoData,
  releaseShortcut,
];
