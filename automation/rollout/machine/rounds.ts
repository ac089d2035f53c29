import type { RolloutState } from "./state.ts";
import { want } from "./transitions.ts";

/**
 * Whether a round of probes is to begin: rounds begin with the step's hold and then every so often, counted from there, so that
 * they don't drift. One that was missed (nobody drove the release) isn't made up for.
 */
export function isRoundDue({ plan, heldSince, probedAt }: RolloutState, at: string): boolean {
  if (plan.soak === undefined || heldSince === undefined) return false;
  const every = plan.soak.everySeconds * 1000;
  const slot = (time: string) => Math.floor((Date.parse(time) - Date.parse(heldSince)) / every);
  return probedAt === undefined || slot(at) > slot(probedAt);
}

/** Begins a round of probes. */
export function probes(state: RolloutState, at: string): RolloutState {
  return want({ ...state, probedAt: at }, "holding", {
    kind: "probe",
    round: state.rounds + 1,
    probes: state.plan.soak?.rounds ?? [],
  });
}
