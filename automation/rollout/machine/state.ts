import type { Version } from "../../../components/release/ledger.ts";
import type { Reading } from "../gate.ts";
import type { Mark } from "../judge/change.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { Effect, Staged } from "./effect.ts";
import type { RolloutTarget } from "./event.ts";
import type { RolloutPlan } from "./plan.ts";

/**
 * `staging` → `testing` → for each step `shifting`, `holding` → `promoting` → `promoted`; from anywhere before the end
 * `withdrawing` → `tidying` → `rolled-back`. `failed`: traffic could not be taken back; a person has to.
 */
export type Phase =
  | "staging"
  | "testing"
  | "shifting"
  | "holding"
  | "promoting"
  | "promoted"
  | "withdrawing"
  | "tidying"
  | "rolled-back"
  | "failed";

/** Everything that the machine knows of a release: what its events add up to. Plain data. */
export interface RolloutState {
  readonly release: string;
  readonly target: RolloutTarget;
  readonly plan: RolloutPlan;
  readonly stable: Version;
  readonly candidate: Version;
  readonly by: string;
  readonly began: string;
  readonly phase: Phase;
  /** Index into the plan's steps; -1 before the first. */
  readonly step: number;
  /** Percent of the traffic that the candidate is known to have. */
  readonly weight: number;
  /** When the step's hold began: with its weight live. */
  readonly heldSince?: string;
  readonly staged?: Staged;
  /** What is being done. Nothing else is begun before it is done. */
  readonly effect?: Effect;
  /** Effects so far. */
  readonly effects: number;
  /** Times that the effect under way failed. */
  readonly failures: number;
  readonly paused?: { readonly by: string; readonly at: string; readonly reason: string };
  /** Soak: rounds that passed. */
  readonly rounds: number;
  /** When the last round of probes began. */
  readonly probedAt?: string;
  /** The last look of the step. */
  readonly judgement?: Judgement;
  readonly lookedAt?: string;
  /** Looks of the step so far, and what was counted at some of them, by gate. */
  readonly looks?: number;
  readonly marks?: Readonly<Record<string, readonly Mark[]>>;
  /** What the last look of the step before read of the stable version, by gate: with all the traffic on the candidate it has none. */
  readonly stableBefore?: Readonly<Record<string, Reading>>;
  /** What the metrics' source wants back at the next look. */
  readonly memory?: unknown;
  /** From when too little evidence is waited out anew: a person let a paused release go on. */
  readonly undecidedSince?: string;
  /** Why it ends as it does, from the moment that this is known. */
  readonly decision?: { readonly at: string; readonly promote: boolean; readonly reason: string };
  /** When it ended. */
  readonly ended?: string;
  /** What could not be done at the end, and has to be. */
  readonly leftover?: string;
}
