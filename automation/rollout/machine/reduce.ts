import { onAsked } from "./asked.ts";
import { begin } from "./begin.ts";
import { onDone } from "./done.ts";
import type { RolloutEvent } from "./event.ts";
import { onFailed } from "./failed.ts";
import { onJudged } from "./judged.ts";
import { isOver } from "./look.ts";
import type { RolloutState } from "./state.ts";

/**
 * What an event makes of a release; the whole of how one goes. `effect` of the result is what is to be done now; without one the
 * gates are looked at next, or it is over. An event that doesn't fit gives the same state back.
 * @throws RangeError where a release doesn't start with its beginning
 */
export function reduce(state: RolloutState | undefined, event: RolloutEvent): RolloutState {
  if (state === undefined) {
    if (event.kind === "begun") return begin(event);
    throw new RangeError(`a release starts with "begun", not with "${event.kind}"`);
  }
  if (isOver(state)) return state;
  switch (event.kind) {
    case "done":
      return onDone(state, event);
    case "failed":
      return onFailed(state, event);
    case "judged":
      return onJudged(state, event);
    case "asked":
      return onAsked(state, event);
    case "begun":
    case "taken-over":
      return state;
  }
}
