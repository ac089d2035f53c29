import type { Effect } from "./effect.ts";
import type { Phase, RolloutState } from "./state.ts";

/** An effect before it has its number. */
type Wanted<E = Effect> = E extends Effect ? Omit<E, "n"> : never;

/** A state without some of what it may hold. */
export function without<K extends keyof RolloutState>(state: RolloutState, ...keys: readonly K[]) {
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => !keys.includes(key as K)),
  ) as unknown as Omit<RolloutState, K>;
}

/** Goes into a phase to do something there, in place of what was being done. */
export function want(state: RolloutState, phase: Phase, wanted: Wanted): RolloutState {
  const n = state.effects + 1;
  return { ...state, phase, effect: { ...wanted, n } as Effect, effects: n, failures: 0 };
}

/** Stays in a phase with nothing to do. */
export function idle(state: RolloutState, phase: Phase): RolloutState {
  return { ...without(state, "effect"), phase, failures: 0 };
}

/** It is over. */
export function end(state: RolloutState, phase: Phase, at: string, leftover?: string): RolloutState {
  return { ...idle(state, phase), ended: at, ...(leftover === undefined ? {} : { leftover }) };
}

/** Takes the candidate back; says why once, however it came to it. */
export function takeBack(state: RolloutState, at: string, reason: string): RolloutState {
  const decided = { ...without(state, "paused"), decision: { at, promote: false, reason } };
  return want(decided, "withdrawing", { kind: "withdraw" });
}

/** Makes the candidate the stable version. */
function promote(state: RolloutState, at: string, reason: string): RolloutState {
  return want({ ...state, decision: { at, promote: true, reason } }, "promoting", { kind: "promote" });
}

/** What the last look read of the stable version, by gate; what was known before where it read nothing. */
function stableReadings({ judgement, stableBefore }: RolloutState): RolloutState["stableBefore"] {
  const read = (judgement?.gates ?? []).flatMap(({ gate, stable }) =>
    stable?.kind === "events" || stable?.kind === "value" ? [[gate, stable] as const] : [],
  );
  return read.length === 0 ? stableBefore : { ...stableBefore, ...Object.fromEntries(read) };
}

/** Begins the next step; its hold and its evidence are its own. */
function nextStep(state: RolloutState, weight: number): RolloutState {
  const stableBefore = stableReadings(state);
  const { step, ...rest } = without(
    state,
    "heldSince",
    "judgement",
    "lookedAt",
    "looks",
    "marks",
    "memory",
    "probedAt",
    "undecidedSince",
  );
  const known = stableBefore === undefined ? {} : { stableBefore };
  return want({ ...rest, ...known, step: step + 1 }, "shifting", { kind: "shift", weight });
}

/** Goes one step on; after the last one promotes. @param reason why it is promoted, if it is */
export function goOn(state: RolloutState, at: string, reason: string): RolloutState {
  const next = state.plan.steps[state.step + 1];
  return next === undefined ? promote(state, at, reason) : nextStep(state, next.weight);
}

/**
 * The first traffic, once the candidate is staged and tested; a paused release waits with it. A hotfix has no steps: it gets all
 * of the traffic at once.
 */
export function enter(state: RolloutState): RolloutState {
  if (state.paused !== undefined) return idle(state, "testing");
  const [first] = state.plan.steps;
  return first === undefined
    ? want(state, "shifting", { kind: "shift", weight: 100 })
    : nextStep(state, first.weight);
}

/** A hotfix has all of the traffic: it is promoted, for the reason that it was begun with; a paused one waits with it. */
export function finishHotfix(state: RolloutState, at: string): RolloutState {
  return state.paused === undefined
    ? promote(state, at, state.decision?.reason ?? "hotfix")
    : idle(state, "shifting");
}
