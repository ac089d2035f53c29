import { keptMarks } from "../judge/change.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { RolloutEvent } from "./event.ts";
import { isRoundDue, probes } from "./rounds.ts";
import type { RolloutState } from "./state.ts";
import { goOn, takeBack, without } from "./transitions.ts";

const milliseconds = (time: string) => Date.parse(time);

/** When a step's hold is over, in milliseconds; undefined where none is held. */
export function holdEnd({ plan, step, heldSince }: RolloutState): number | undefined {
  const held = plan.steps[step];
  return heldSince === undefined || held === undefined
    ? undefined
    : milliseconds(heldSince) + held.holdSeconds * 1000;
}

/** Healthy, and for a gate that counts: the machine promotes nothing by itself without that. */
export function hasEvidence({ verdict, gates }: Judgement): boolean {
  return verdict === "healthy" && gates.some((gate) => gate.counts && gate.verdict === "healthy");
}

/** The hold is over, and there is too little to go on with: waits, pauses or takes back, as the plan says. */
function undecided(state: RolloutState, at: string, over: number, { verdict, reason }: Judgement) {
  const { afterSeconds, do: what } = state.plan.undecided;
  const since = Math.max(over, milliseconds(state.undecidedSince ?? state.began));
  if (milliseconds(at) - since < afterSeconds * 1000) return state;
  const why = `the hold at ${state.weight} % is long over and its verdict is still ${verdict}: ${reason}`;
  return what === "roll-back"
    ? takeBack(state, at, why)
    : { ...state, paused: { by: "plan", at, reason: why } };
}

/** What was counted at this look, beside what is kept of the looks before. */
function marked(
  { looks = 0, marks = {} }: RolloutState,
  { gates }: Judgement,
): Pick<RolloutState, "looks" | "marks"> {
  const look = looks + 1;
  const counted = gates.flatMap(({ gate, candidate, stable }) => {
    if (candidate.kind !== "events") return [];
    const theirs = stable?.kind === "events" ? { stable: { total: stable.total, bad: stable.bad } } : {};
    const own = { total: candidate.total, bad: candidate.bad };
    return [[gate, keptMarks(marks[gate] ?? [], { look, candidate: own, ...theirs })] as const];
  });
  return { looks: look, marks: { ...marks, ...Object.fromEntries(counted) } };
}

/** Somebody looked at the gates while a step is held. */
export function onJudged(
  state: RolloutState,
  { at, judgement, memory }: Extract<RolloutEvent, { kind: "judged" }>,
): RolloutState {
  if (state.phase !== "holding") return state;
  const looked: RolloutState = {
    ...without(state, "memory"),
    ...marked(state, judgement),
    judgement,
    lookedAt: at,
    ...(memory === undefined ? {} : { memory }),
  };
  if (judgement.verdict === "unhealthy") return takeBack(looked, at, judgement.reason);
  if (looked.effect !== undefined) return looked;
  const over = holdEnd(looked);
  const isOver = over !== undefined && milliseconds(at) >= over;
  if (isOver && looked.paused === undefined && hasEvidence(judgement)) {
    return goOn(looked, at, `healthy to the end: ${judgement.reason}`);
  }
  if (isRoundDue(looked, at)) return probes(looked, at);
  return isOver && looked.paused === undefined ? undecided(looked, at, over, judgement) : looked;
}
