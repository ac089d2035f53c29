import type * as k8s from "@pulumi/kubernetes";
import { refuse } from "../errors.ts";

/** A budget without the labels that it watches over: those are the workload's. */
type Budget = Omit<k8s.types.input.policy.v1.PodDisruptionBudgetSpec, "selector">;

/** Pods that may be away at once, where nothing else is said: a quarter, and never none. */
const AWAY = 0.25;

/**
 * What is wrong with a stated number of pods that must stay, or undefined.
 * @param min pods that always run: the autoscaler's minimum, or the replicas of what is not scaled
 */
export function disruptionProblem(min: number, minAvailable: number): string | undefined {
  if (!Number.isInteger(minAvailable) || minAvailable < 0) {
    return `minAvailable: ${minAvailable} must be a whole number from 0 to ${Math.max(0, min - 1)}`;
  }
  if (minAvailable === 0 || minAvailable < min) return undefined;
  const ways =
    min > 1 ? `use 0 to ${min - 1}, or run ${minAvailable + 1} pods or more` : "use 0, or run more pods";
  return `minAvailable: ${minAvailable} of ${min} pods blocks every eviction, and with it each upgrade of a node; ${ways}`;
}

/**
 * How many pods of a workload may be evicted at once: a quarter of those that always run, and at least one, unless
 * `minAvailable` says how many must stay. Pods that are not ready may always be evicted: they hold up no node.
 * @param workload its name, for the error
 * @param min pods that always run: the autoscaler's minimum, or the replicas of what is not scaled
 * @throws SlipwayError where no pod could ever be evicted
 */
export function planDisruptionBudget(
  workload: string,
  min: number,
  minAvailable: number | undefined,
): Budget {
  const always = { unhealthyPodEvictionPolicy: "AlwaysAllow" };
  if (minAvailable === undefined) {
    return { maxUnavailable: Math.max(1, Math.floor(min * AWAY)), ...always };
  }
  const problem = disruptionProblem(min, minAvailable);
  refuse(workload, problem === undefined ? [] : [problem]);
  return { minAvailable, ...always };
}
