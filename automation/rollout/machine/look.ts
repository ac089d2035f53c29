import { holdEnd } from "./judged.ts";
import type { RolloutState } from "./state.ts";

/** How a release ended; undefined while it is under way. */
export function outcome({
  phase,
}: Pick<RolloutState, "phase">): "promoted" | "rolled-back" | "failed" | undefined {
  return phase === "promoted" || phase === "rolled-back" || phase === "failed" ? phase : undefined;
}

/** Whether nothing more comes. */
export function isOver(state: Pick<RolloutState, "phase">): boolean {
  return outcome(state) !== undefined;
}

/**
 * When the gates are looked at next: at moments counted from the beginning of the hold, so that they don't drift; at its end;
 * and when a round of probes is due. Undefined where no step is held.
 */
export function nextLookAt(state: RolloutState): Date | undefined {
  const { phase, plan, step, heldSince, lookedAt } = state;
  const held = plan.steps[step];
  const over = holdEnd(state);
  if (phase !== "holding" || held === undefined || heldSince === undefined || over === undefined)
    return undefined;
  const since = Date.parse(heldSince);
  const last = lookedAt === undefined ? since : Date.parse(lookedAt);
  const next = (everySeconds: number) => {
    const every = everySeconds * 1000;
    return since + (Math.floor((last - since) / every) + 1) * every;
  };
  const moments = [
    next(held.everySeconds),
    ...(plan.soak === undefined ? [] : [next(plan.soak.everySeconds)]),
  ];
  return new Date(Math.min(...moments, ...(over > last ? [over] : [])));
}
