import type { Gate, Reading } from "../gate.ts";
import { evidenceBelow } from "../judge/evidence.ts";
import { levels } from "../judge/rule.ts";
import type { GateVerdict } from "../judge/verdict.ts";
import type { RolloutPlan } from "../machine/plan.ts";

/** Further than this nobody waits: it will not come. */
const MOST_TIMES = 2 ** 20;

/** How many events there have to be, all in all, if as large a share of them stays bad; undefined where it never suffices. */
export function enoughEvents(
  { total, bad }: { readonly total: number; readonly bad: number },
  limit: number,
  level: number,
): number | undefined {
  const enough = (times: number) => evidenceBelow({ total: total * times, bad: bad * times }, limit) >= level;
  if (total <= 0) return undefined;
  let most = 1;
  while (!enough(most)) {
    most *= 2;
    if (most > MOST_TIMES) return undefined;
  }
  let least = most / 2;
  while (total * (most - least) > 1) {
    const middle = (least + most) / 2;
    if (enough(middle)) most = middle;
    else least = middle;
  }
  return Math.ceil(total * most);
}

/** What a gate still lacks to be healthy. */
export interface Lack {
  /** Events more, if as large a share of them stays bad. Absent where that never suffices, or nobody can tell. */
  readonly events?: number;
  /** How long that takes at the current rate. */
  readonly seconds?: number;
  /** Why no number of events suffices. */
  readonly never?: "above the limit" | "nothing is measured";
  /** It is judged at the end of the hold, whatever is counted before. */
  readonly atEnd?: true;
}

function ofShare(plan: RolloutPlan, gate: Gate, counts: Extract<Reading, { kind: "events" }>): Lack {
  const wanted = gate.settled ?? gate.limit;
  if (wanted === undefined) return {};
  const enough = enoughEvents(counts, wanted, levels(plan.gates, { steps: plan.steps.length }).holds);
  return enough === undefined
    ? { never: "above the limit" }
    : { events: Math.max(0, enough - Math.round(counts.total)) };
}

/** What one gate lacks. @param heldSeconds since the step's hold began: what the counts are of */
export function lackOf(
  plan: RolloutPlan,
  gate: Gate,
  { candidate, verdict, counts }: GateVerdict,
  heldSeconds: number,
): Lack | undefined {
  if (verdict === "healthy" || verdict === "unhealthy" || !counts) return undefined;
  if (candidate.kind === "nothing" || candidate.kind === "unanswered")
    return { never: "nothing is measured" };
  if (candidate.kind === "value" || plan.judging === "fixed-window") return { atEnd: true };
  const lack = ofShare(plan, gate, candidate);
  const perSecond = heldSeconds > 0 ? candidate.total / heldSeconds : 0;
  return lack.events === undefined || perSecond === 0
    ? lack
    : { ...lack, seconds: Math.ceil(lack.events / perSecond) };
}
