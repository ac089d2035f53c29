import { figure } from "../../status/figures.ts";
import type { Gate } from "../gate.ts";
import { gateFigure } from "../report/gate-words.ts";
import type { Answer } from "./answer.ts";
import type { JudgeRule } from "./rule.ts";

/** A figure of less time than this says little: new traffic, cold caches, few scrapes. */
const SETTLING_SECONDS = 60;

/** Whether one figure is worse than another, in the gate's direction. */
function isWorse({ badWhen }: Pick<Gate, "badWhen">, value: number, than: number): boolean {
  return badWhen === "above" ? value > than : value < than;
}

/** The worst figure that stable's allows. */
function allowance({ badWhen }: Gate, stable: number, times: number): number {
  return badWhen === "above" ? stable * times : stable / times;
}

/** What is wrong with a figure; undefined where nothing is. */
function fault(gate: Gate, value: number, stable: number | undefined): string | undefined {
  const { limit, worseThan } = gate;
  const isPassed = limit !== undefined && isWorse(gate, value, limit);
  const isBroken = limit !== undefined && stable !== undefined && isWorse(gate, stable, limit);
  const times = worseThan ?? (isPassed && isBroken ? 1 : undefined);
  if (stable !== undefined && times !== undefined && isWorse(gate, value, allowance(gate, stable, times)))
    return `${times === 1 ? "" : `more than ${figure(times)} times `}worse than stable's ${gateFigure(gate, stable)}`;
  return isPassed && !isBroken ? `limit ${gateFigure(gate, limit)}` : undefined;
}

/**
 * A figure since the step began: one number, whose noise nobody knows. It is believed where it is bad once the step is a minute
 * old, or half over; and where it is good at the end of the hold only.
 */
export function judgeValue(
  gate: Gate,
  value: number,
  stable: number | undefined,
  { elapsedSeconds, holdSeconds }: JudgeRule,
): Answer {
  const { limit } = gate;
  const own = gateFigure(gate, value);
  const wrong = fault(gate, value, stable);
  if (wrong !== undefined)
    return elapsedSeconds >= Math.min(SETTLING_SECONDS, holdSeconds / 2)
      ? { verdict: "unhealthy", reason: `${own}, ${wrong}` }
      : { verdict: "inconclusive", reason: `${own}, ${wrong}, but the step has only begun` };
  const beside = [
    own,
    ...(limit === undefined ? [] : [`limit ${gateFigure(gate, limit)}`]),
    ...(stable === undefined ? [] : [`stable has ${gateFigure(gate, stable)}`]),
  ].join(", ");
  if (limit === undefined && stable === undefined)
    return { verdict: "inconclusive", reason: `${own}; there is no figure of stable to compare with` };
  if (elapsedSeconds < holdSeconds)
    return { verdict: "inconclusive", reason: `${beside}; judged at the end of the hold` };
  const isPassed = limit !== undefined && isWorse(gate, value, limit);
  const isNoBetter = isPassed && stable !== undefined && !isWorse(gate, stable, value);
  return isNoBetter
    ? { verdict: "inconclusive", reason: `${beside}: no better than stable, which is over the limit, too` }
    : { verdict: "healthy", reason: beside };
}
