import type { Gate } from "../gate.ts";
import type { Mark } from "./change.ts";

/** What a step is judged by. */
export interface JudgeRule {
  /** `sequential`: whenever the evidence is there, looked at as often as one likes. `fixed-window`: at the end of the hold. */
  readonly judging: "sequential" | "fixed-window";
  /** Since the step's hold began. */
  readonly elapsedSeconds: number;
  readonly holdSeconds: number;
  /** Percent of the traffic that the candidate has in this step. At 100 there is no stable version to hold it against. */
  readonly weight: number;
  /** Steps of the release, which share its allowance for wrong rollbacks. */
  readonly steps: number;
  /** What was counted at earlier looks of the step, by gate: a version that turns bad late is found by what came after them. */
  readonly earlier?: Readonly<Record<string, readonly Mark[]>>;
  /** Highest probability that the release takes a version back that holds every limit, 0 to 1. Default 0.01. */
  readonly falseRollback?: number;
  /** Highest probability that a version which passes a limit is called healthy there, 0 to 1. Default 0.01. */
  readonly miss?: number;
  /**
   * `fixed-window`: no verdict on fewer requests. Default: so many that two bad ones are still within the limit, and at least 50.
   */
  readonly minimumRequests?: number;
}

/** How much evidence each test needs, as the natural logarithm of a likelihood ratio. */
export interface Levels {
  /** To say that something is passed. */
  readonly passed: number;
  /** To say that something holds. */
  readonly holds: number;
}

/** Tests that could take a version back: against the limit, and against stable. */
function tests(gates: readonly Gate[]): number {
  return gates
    .filter(({ unit }) => unit === "share")
    .reduce(
      (sum, { limit, worseThan }) => sum + (limit === undefined ? 0 : 1) + (worseThan === undefined ? 0 : 1),
      0,
    );
}

/**
 * The allowance for wrong rollbacks is shared out over all tests of all steps (a union bound), since any one of them ends the
 * release. That for misses is not: a version is promoted only where every gate calls it healthy, so the gate whose limit it
 * passes has to err itself, whatever the others say.
 */
export function levels(
  gates: readonly Gate[],
  { steps, falseRollback = 0.01, miss = 0.01 }: Pick<JudgeRule, "steps" | "falseRollback" | "miss">,
): Levels {
  return {
    passed: Math.log((Math.max(1, steps) * Math.max(1, tests(gates))) / falseRollback),
    holds: Math.log(1 / miss),
  };
}
