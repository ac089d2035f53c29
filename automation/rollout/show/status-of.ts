import type { LedgerEntry, ReleaseCommand, Version } from "../../../components/release/ledger.ts";
import type { Verdict } from "../judge/verdict.ts";
import type { Effect } from "../machine/effect.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { nextLookAt } from "../machine/look.ts";
import type { Strategy } from "../machine/plan.ts";
import type { Phase, RolloutState } from "../machine/state.ts";
import { type GateSaid, gatesSaid } from "../report/gate-words.ts";
import { dataWithoutSecrets } from "../report/redact.ts";
import { between, sharedOut } from "../report/words.ts";
import { type NextCommand, nextCommands } from "./commands.ts";

/** How a release stands; what `--json` prints. Times are ISO 8601, weights percent. */
export interface ReleaseStatus {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly target: RolloutTarget;
  readonly release: string;
  readonly strategy: Strategy;
  readonly by: string;
  readonly began: string;
  readonly phase: Phase;
  /** The phase in words. */
  readonly doing: string;
  readonly stable: Version & { readonly percent: number };
  readonly candidate: Version & { readonly percent: number };
  /** What the percentages are of. */
  readonly of: "requests" | "users";
  /** Weights of all steps. */
  readonly weights: readonly number[];
  readonly step?: {
    /** From 1. */
    readonly number: number;
    readonly weight: number;
    readonly holdSeconds: number;
    readonly everySeconds: number;
    /** These two are absent while the weight isn't live. */
    readonly heldSeconds?: number;
    /** Seconds to the next look; 0 where it is due. */
    readonly nextLookSeconds?: number;
  };
  /** Of a soak: probe rounds that are done. */
  readonly rounds?: number;
  readonly verdict?: Verdict;
  readonly reason?: string;
  readonly gates: readonly GateSaid[];
  readonly paused?: RolloutState["paused"];
  /** What is being done, and how often it failed. */
  readonly effect?: { readonly kind: Effect["kind"]; readonly failures: number };
  readonly driver?: { readonly holder: string; readonly until: string; readonly alive: boolean };
  /** What people asked and no driver has heard yet. */
  readonly commands: readonly ReleaseCommand[];
  readonly decision?: RolloutState["decision"];
  readonly ended?: string;
  readonly leftover?: string;
  readonly next: readonly NextCommand[];
}

/** What a release is doing, in words. */
export function doingText({ phase, plan, step, weight, paused, effect }: RolloutState): string {
  const of = sharedOut(plan);
  const goal = effect?.kind === "shift" ? effect.weight : (plan.steps[step]?.weight ?? weight);
  const words: Record<Phase, string> = {
    staging: "the candidate is put beside the stable version",
    testing: "the candidate is tested, without traffic",
    shifting: `the candidate is given ${goal} % of the ${of}`,
    holding: plan.strategy === "soak" ? "soaking" : `the candidate is held at ${weight} % of the ${of}`,
    promoting: "the candidate takes over",
    promoted: plan.strategy === "soak" ? "passed its soak" : "promoted",
    withdrawing: `the ${of} go back to the stable version`,
    tidying: "taken back; the candidate is removed",
    "rolled-back": "taken back",
    failed: "failed; a person has to take the traffic back",
  };
  return paused === undefined ? words[phase] : `paused; ${words[phase]}`;
}

function stepOf(state: RolloutState, now: string): ReleaseStatus["step"] {
  const { plan, step, heldSince, phase } = state;
  const here = plan.steps[step];
  const next = nextLookAt(state);
  if (here === undefined || (phase !== "shifting" && phase !== "holding")) return undefined;
  return {
    number: step + 1,
    ...here,
    ...(heldSince === undefined || next === undefined
      ? {}
      : { heldSeconds: between(heldSince, now), nextLookSeconds: between(now, next.toISOString()) }),
  };
}

/** How a release stands, without anything that looks like a secret. @param now ISO 8601 */
export function statusOf(state: RolloutState, entry: LedgerEntry, now: string): ReleaseStatus {
  const { target, release, plan, by, began, phase, weight, judgement, paused, effect, failures } = state;
  const { decision, ended, leftover, rounds } = state;
  const step = stepOf(state, now);
  const { lease } = entry;
  return dataWithoutSecrets<ReleaseStatus>({
    schemaVersion: 1,
    at: now,
    target,
    release,
    strategy: plan.strategy,
    by,
    began,
    phase,
    doing: doingText(state),
    stable: { ...state.stable, percent: 100 - weight },
    candidate: { ...state.candidate, percent: weight },
    of: sharedOut(plan),
    weights: plan.steps.map((each) => each.weight),
    ...(step === undefined ? {} : { step }),
    ...(plan.strategy === "soak" ? { rounds } : {}),
    ...(judgement === undefined ? {} : { verdict: judgement.verdict, reason: judgement.reason }),
    gates: gatesSaid(plan.gates, judgement),
    ...(paused === undefined ? {} : { paused }),
    ...(effect === undefined ? {} : { effect: { kind: effect.kind, failures } }),
    ...(lease === undefined || ended !== undefined
      ? {}
      : { driver: { holder: lease.holder, until: lease.until, alive: lease.until > now } }),
    commands: entry.commands,
    ...(decision === undefined ? {} : { decision }),
    ...(ended === undefined ? {} : { ended }),
    ...(leftover === undefined ? {} : { leftover }),
    next: nextCommands(state, lease !== undefined && lease.until > now),
  });
}
