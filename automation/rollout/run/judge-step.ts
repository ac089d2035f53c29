import type { DriveOptions } from "../driver/options.ts";
import type { Gate, GateReading } from "../gate.ts";
import { judge } from "../judge/judge.ts";
import type { RolloutState } from "../machine/state.ts";
import { between } from "../report/words.ts";

/** Whether a reading shows that its limit is passed. */
function isOver({ limit, badWhen }: Gate, reading: GateReading["stable"]): boolean {
  if (limit === undefined || reading === undefined) return false;
  if (reading.kind === "events") return reading.total > 0 && reading.bad / reading.total > limit;
  if (reading.kind !== "value") return false;
  return badWhen === "above" ? reading.value > limit : reading.value < limit;
}

/**
 * With all the traffic on the candidate, nothing is measured of a stable version that was broken before: what was read of it in
 * the step before stands in, or it would block what mends a part of it.
 */
function withBrokenStable(
  { plan, weight, stableBefore = {} }: RolloutState,
  reading: GateReading,
): GateReading {
  const gate = plan.gates.find(({ name }) => name === reading.gate);
  const before = stableBefore[reading.gate];
  if (weight < 100 || gate === undefined || before === undefined || !isOver(gate, before)) return reading;
  return { ...reading, stable: before };
}

/** What the figures of a look say of the step under way. */
export const judgeStep: DriveOptions["judge"] = (state, readings, at) => {
  const { plan, step, heldSince, weight, marks = {} } = state;
  const now = at.toISOString();
  return judge(
    plan.gates,
    readings.map((reading) => withBrokenStable(state, reading)),
    {
      judging: plan.judging,
      elapsedSeconds: between(heldSince ?? now, now),
      holdSeconds: plan.steps[step]?.holdSeconds ?? 0,
      weight,
      steps: plan.steps.length,
      earlier: Object.fromEntries(plan.gates.map(({ name }) => [name, marks[name] ?? []])),
    },
  );
};
