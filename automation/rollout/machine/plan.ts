import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { EmergencyStop, ReleaseTest, SoakRound } from "../../../components/release/plan.ts";
import type { Gate } from "../gate.ts";
import type { Traffic } from "../traffic.ts";

/**
 * How a release goes. Beside the plan's own strategies: `soak`, which probes a version for a long time and promotes nothing on
 * the way; `hotfix`, which skips the candidate's steps, loudly.
 */
export type Strategy = "canary" | "blue-green" | "cohort" | "soak" | "hotfix";

/** One step, in seconds. */
export interface Step {
  /** Percent of the traffic. */
  readonly weight: number;
  readonly holdSeconds: number;
  /** From one look to the next. */
  readonly everySeconds: number;
}

/** All that a release goes by, as plain data: what is declared later doesn't change a release that has begun. */
export interface RolloutPlan {
  readonly strategy: Strategy;
  /** Whose series are read, and by which names. */
  readonly service: MeasuredService;
  readonly traffic: Traffic;
  /** Empty for a hotfix; one of weight 100 for a soak. */
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly judging: "sequential" | "fixed-window";
  readonly undecided: { readonly afterSeconds: number; readonly do: "pause" | "roll-back" };
  /** Passed before the candidate gets any traffic. */
  readonly tests: readonly ReleaseTest[];
  /** Rounds of probes while a step is held. */
  readonly soak?: { readonly everySeconds: number; readonly rounds: readonly SoakRound[] };
  /** Requests with this header always reach the candidate. */
  readonly header?: { readonly name: string; readonly value: string };
  /** Turned before anything else where the release is taken back. */
  readonly emergency?: EmergencyStop;
}
