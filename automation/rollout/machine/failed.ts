import type { Effect } from "./effect.ts";
import type { RolloutEvent } from "./event.ts";
import type { RolloutState } from "./state.ts";
import { end, takeBack } from "./transitions.ts";

/** How often an effect is tried again: what can be taken back is given up soon, taking it back isn't. */
const RETRIES: Record<Effect["kind"], number> = {
  stage: 0,
  test: 0,
  probe: 0,
  shift: 3,
  promote: 3,
  withdraw: 10,
  tidy: 3,
};

const LONGEST_WAIT_SECONDS = 30;

/** What failed, for the sentence that says why a release was taken back. */
function failedWords(effect: Effect): string {
  switch (effect.kind) {
    case "stage":
      return "the candidate could not be staged";
    case "test":
      return "the candidate failed its tests";
    case "probe":
      return `round ${effect.round} of the soak's probes failed`;
    case "shift":
      return `${effect.weight} % of the traffic could not be moved to the candidate`;
    case "promote":
      return "the candidate could not be promoted";
    case "withdraw":
      return "the candidate's traffic could not be taken back; it may have some still";
    case "tidy":
      return "what the release left could not be removed";
  }
}

/** Seconds to wait before the effect under way is done: none the first time, then 1, 2, 4 … up to 30. */
export function waitBefore({ failures }: Pick<RolloutState, "failures">): number {
  return failures === 0 ? 0 : Math.min(LONGEST_WAIT_SECONDS, 2 ** (failures - 1));
}

/** An effect failed: it is done again, or the candidate is taken back, or a person has to. */
export function onFailed(
  state: RolloutState,
  { at, effect: n, error }: Extract<RolloutEvent, { kind: "failed" }>,
): RolloutState {
  const { effect } = state;
  if (effect === undefined || effect.n !== n) return state;
  const failures = state.failures + 1;
  if (failures <= RETRIES[effect.kind]) return { ...state, failures };
  const what = `${failedWords(effect)}${failures > 1 ? ` in ${failures} attempts` : ""}: ${error}`;
  if (effect.kind === "withdraw") return end(state, "failed", at, what);
  if (effect.kind === "tidy") return end(state, "rolled-back", at, what);
  return takeBack(state, at, what);
}
