import type { RolloutEvent } from "./event.ts";
import { isRoundDue, probes } from "./rounds.ts";
import type { RolloutState } from "./state.ts";
import { end, enter, finishHotfix, idle, want } from "./transitions.ts";

type Done = Extract<RolloutEvent, { kind: "done" }>;

function staged(state: RolloutState, { staged }: Done): RolloutState {
  const { candidate, stable, plan } = state;
  const known: RolloutState =
    staged === undefined
      ? state
      : {
          ...state,
          staged,
          candidate: { ...candidate, revision: staged.candidate },
          stable:
            staged.stable === undefined || stable.revision !== undefined
              ? stable
              : { ...stable, revision: staged.stable },
        };
  return plan.tests.length === 0 ? enter(known) : want(known, "testing", { kind: "test" });
}

function shifted(state: RolloutState, weight: number, at: string): RolloutState {
  const live = { ...state, weight };
  if (state.plan.steps.length === 0) return finishHotfix(live, at);
  const held = idle({ ...live, heldSince: at }, "holding");
  return isRoundDue(held, at) ? probes(held, at) : held;
}

/** An effect is done. One that isn't under way any more changes nothing. */
export function onDone(state: RolloutState, event: Done): RolloutState {
  const { effect } = state;
  if (effect === undefined || effect.n !== event.effect) return state;
  switch (effect.kind) {
    case "stage":
      return staged(state, event);
    case "test":
      return enter(state);
    case "shift":
      return shifted(state, effect.weight, event.at);
    case "probe":
      return idle({ ...state, rounds: state.rounds + 1 }, "holding");
    case "promote":
      return end({ ...state, weight: 100 }, "promoted", event.at);
    case "withdraw":
      return want({ ...state, weight: 0 }, "tidying", { kind: "tidy" });
    case "tidy":
      return end(state, "rolled-back", event.at);
  }
}
