import type { Policy } from "../../core/policy.ts";
import { gracefulShutdown } from "./graceful-shutdown.ts";
import { livenessActsLast, livenessOfItsOwn } from "./liveness-acts-last.ts";
import { probeAccepted } from "./probe-accepted.ts";
import { probePortExists } from "./probe-port.ts";
import { probeAnswersInTime, slowStartProbed, startHasTime } from "./probe-timing.ts";
import { probesComplete } from "./probes-complete.ts";
import { limitCoversRequest, memoryNotOvercommitted, scratchSpaceBounded } from "./resources-consistent.ts";
import { resourcesRequested } from "./resources-requested.ts";
import { podsSettle, rollbackPossible, rolloutFailsInTime, rolloutKeepsServing } from "./rollout.ts";
import { selectorMatchesPods, spreadSelectsOwnPods } from "./selector-matches-pods.ts";
import { variableStatedOnce } from "./variable-stated-once.ts";

/** What an instance is asked, given, and told. */
export const workloads: readonly Policy[] = [
  probesComplete,
  probeAccepted,
  probeAnswersInTime,
  probePortExists,
  startHasTime,
  slowStartProbed,
  livenessActsLast,
  livenessOfItsOwn,
  resourcesRequested,
  limitCoversRequest,
  memoryNotOvercommitted,
  scratchSpaceBounded,
  gracefulShutdown,
  rolloutKeepsServing,
  rolloutFailsInTime,
  rollbackPossible,
  podsSettle,
  selectorMatchesPods,
  spreadSelectsOwnPods,
  variableStatedOnce,
];
