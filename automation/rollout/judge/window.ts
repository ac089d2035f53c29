import type { Gate } from "../gate.ts";
import { countText, percentText } from "../report/words.ts";
import type { Answer } from "./answer.ts";
import type { Counts } from "./evidence.ts";
import type { JudgeRule } from "./rule.ts";
import { counted, shareOf, shareText, stableText } from "./words.ts";

/** Fewest events that a window is judged on: with two bad ones among them the limit still holds. */
function fewest(limit: number | undefined, asked: number | undefined): number {
  return asked ?? Math.max(50, limit === undefined || limit <= 0 ? 0 : Math.ceil(2 / limit));
}

/** At the end: the shares as they are, against the limit, and against stable's. */
function atEnd(gate: Gate, candidate: Counts, stable: Counts | undefined): Answer {
  const { limit, worseThan, settled = limit } = gate;
  const [own, theirs] = [shareOf(candidate), stable === undefined ? undefined : shareOf(stable)];
  const text = shareText(gate, candidate);
  const beside = stable === undefined ? text : `${text}, ${stableText(stable)}`;
  const isBroken = limit !== undefined && theirs !== undefined && theirs > limit;
  if (theirs !== undefined && (worseThan !== undefined || isBroken) && own > (worseThan ?? 1) * theirs)
    return { verdict: "unhealthy", reason: `${beside}: worse than stable` };
  if (isBroken) {
    const passes = `${beside}, over the limit of ${percentText(limit)}`;
    return own < theirs
      ? { verdict: "healthy", reason: passes }
      : { verdict: "inconclusive", reason: `${passes}, too, and no better` };
  }
  if (limit !== undefined && own > limit)
    return { verdict: "unhealthy", reason: `${text}, limit ${percentText(limit)}` };
  if (settled !== undefined && own > settled)
    return {
      verdict: "inconclusive",
      reason: `${text}, not below the ${percentText(settled)} that the next step wants`,
    };
  if (limit === undefined && theirs === undefined)
    return { verdict: "inconclusive", reason: `${text}; stable has no traffic to compare with` };
  return {
    verdict: "healthy",
    reason: limit === undefined ? beside : `${text}, limit ${percentText(limit)}`,
  };
}

/** What the counts of a whole hold say; before its end only that it can't be held any more, even if nothing bad comes. */
export function judgeWindow(
  gate: Gate,
  candidate: Counts,
  stable: Counts | undefined,
  { elapsedSeconds, holdSeconds, minimumRequests }: JudgeRule,
): Answer {
  const { limit } = gate;
  const least = fewest(limit, minimumRequests);
  if (candidate.total < least)
    return {
      verdict: "inconclusive",
      reason: `${shareText(gate, candidate)}: too few to be judged, which takes ${countText(least)}`,
    };
  if (elapsedSeconds >= holdSeconds)
    return atEnd(gate, candidate, stable !== undefined && stable.total < least ? undefined : stable);
  const expected = (candidate.total * holdSeconds) / Math.max(elapsedSeconds, 1);
  const isBroken = limit !== undefined && stable !== undefined && shareOf(stable) > limit;
  if (limit !== undefined && !isBroken && candidate.bad > limit * expected)
    return {
      verdict: "unhealthy",
      reason: `${shareText(gate, candidate)}, limit ${percentText(limit)}: passed even if none of the ${countText(expected - candidate.total)} ${counted(gate)} still to come is bad`,
    };
  return {
    verdict: "inconclusive",
    reason: `${shareText(gate, candidate)}; judged at the end of the hold`,
  };
}
