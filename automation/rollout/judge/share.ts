import { figure } from "../../status/figures.ts";
import type { Gate } from "../gate.ts";
import { percentText } from "../report/words.ts";
import { evidenceBetter, evidenceWorse } from "./against-stable.ts";
import type { Answer } from "./answer.ts";
import { type Mark, type Strongest, strongest } from "./change.ts";
import { type Counts, evidenceAbove, evidenceBelow } from "./evidence.ts";
import type { Levels } from "./rule.ts";
import { aboutText, counted, lateText, shareOf, shareText, stableText } from "./words.ts";

/**
 * Without a limit, what is no worse than allowed as far as one sees is good enough once it is surely not so many times too bad.
 * To be sure of the allowance itself takes thousands of bad events where it is a few percent.
 */
const CLEARLY = 2;

/** Where neither version has a single bad event there is nothing to compare: surely below this share is good enough. */
const HARDLY_ANY = 0.01;

/** How many good events more would be evidence enough that the share is below. */
function stillNeeded({ total, bad }: Counts, limit: number, level: number): number {
  const enough = (more: number) => evidenceBelow({ total: total + more, bad }, limit) >= level;
  let most = 1;
  while (!enough(most)) most *= 2;
  let least = Math.floor(most / 2);
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (enough(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/** Stable passes the limit itself, so the candidate need not hold it to be the better one of the two. */
function besideBroken(
  gate: Gate,
  candidate: Counts,
  stable: Counts,
  limit: number,
  isPassed: boolean,
  levels: Levels,
): Answer {
  const both = `${shareText(gate, candidate)}; stable is over the limit of ${percentText(limit)} itself with ${percentText(shareOf(stable))}`;
  if (evidenceBetter(candidate, stable, 1) >= levels.holds)
    return { verdict: "healthy", reason: `${both}, and is surely the worse one` };
  if (isPassed && evidenceWorse(candidate, stable, gate.worseThan ?? 1) >= levels.passed)
    return { verdict: "unhealthy", reason: `${both}, and is surely the better one` };
  return { verdict: "inconclusive", reason: `${both}, and it isn't sure yet which is better` };
}

function whole(since: Strongest["since"], evidence: number): Strongest {
  return { evidence, alone: evidence, since, isLate: false };
}

/** Evidence of the whole step, or, with marks, of all that it may have turned bad since. */
function found(
  candidate: Counts,
  stable: Counts | undefined,
  marks: readonly Mark[] | undefined,
  evidence: (candidate: Counts, stable: Counts | undefined) => number,
): Strongest {
  const now = { candidate, stable };
  return marks === undefined
    ? whole(now, evidence(candidate, stable))
    : strongest(now, marks, (since) => evidence(since.candidate, since.stable));
}

function againstLimit(
  gate: Gate,
  candidate: Counts,
  stable: Counts | undefined,
  limit: number,
  levels: Levels,
  marks: readonly Mark[] | undefined,
): Answer {
  const settled = gate.settled ?? limit;
  const late = found(candidate, stable, marks, (own) => evidenceAbove(own, limit));
  const isPassed = late.evidence >= levels.passed;
  // What would be evidence enough, were this the only moment to bet on, is not called healthy for what was before.
  const isTurning = late.isLate && late.alone >= levels.passed;
  const all = shareText(gate, candidate);
  const text =
    late.isLate && (isPassed || isTurning) ? `${lateText(gate, late.since.candidate)} (${all} in all)` : all;
  const named = `limit ${percentText(limit)}`;
  if (!isPassed && !isTurning && evidenceBelow(candidate, settled) >= levels.holds)
    return {
      verdict: "healthy",
      reason:
        settled < limit ? `${text}, surely below ${percentText(settled)}, ${named}` : `${text}, ${named}`,
    };
  if (stable !== undefined && evidenceAbove(stable, limit) >= levels.holds)
    return besideBroken(gate, candidate, stable, limit, isPassed, levels);
  if (isPassed) {
    // Evidence comes later to the one with less traffic: it must not be taken for the better one until then.
    if (stable !== undefined && shareOf(stable) > limit && shareOf(stable) >= shareOf(candidate))
      return {
        verdict: "inconclusive",
        reason: `${text}, ${named}; ${stableText(stable)}, and it isn't sure yet whether that is over the limit, too`,
      };
    return { verdict: "unhealthy", reason: `${text}, ${named}` };
  }
  if (isTurning)
    return {
      verdict: "inconclusive",
      reason: `${text}, ${named}: it may have turned bad, but on too few to be sure`,
    };
  const needed = aboutText(stillNeeded(candidate, settled, levels.holds));
  const where =
    shareOf(candidate) > limit
      ? "above it, but on too few to be sure"
      : settled < limit && shareOf(candidate) >= settled
        ? `not below the ${percentText(settled)} that the next step wants`
        : "too few to be sure";
  return {
    verdict: "inconclusive",
    reason: `${text}, ${named}: ${where}; needs ${needed} more ${counted(gate)} without a bad one`,
  };
}

/** Against stable alone. */
function compared(gate: Gate, candidate: Counts, stable: Counts | undefined, levels: Levels): Answer {
  const { settled, worseThan = 1 } = gate;
  const text = shareText(gate, candidate);
  if (settled !== undefined && evidenceBelow(candidate, settled) >= levels.holds)
    return { verdict: "healthy", reason: `${text}, surely below ${percentText(settled)}` };
  if (stable === undefined)
    return { verdict: "inconclusive", reason: `${text}; stable has no traffic to compare with` };
  const beside = `${text}, ${stableText(stable)}`;
  if (candidate.bad === 0 && stable.bad === 0 && evidenceBelow(candidate, HARDLY_ANY) >= levels.holds)
    return { verdict: "healthy", reason: `${beside}; surely below ${percentText(HARDLY_ANY)}` };
  if (shareOf(candidate) > worseThan * shareOf(stable))
    return { verdict: "inconclusive", reason: `${beside}: worse, but on too few to be sure` };
  return evidenceBetter(candidate, stable, CLEARLY * worseThan) >= levels.holds
    ? { verdict: "healthy", reason: beside }
    : { verdict: "inconclusive", reason: `${beside}: too few bad ones to compare` };
}

/** What the counts of a step say at any moment, however often they are looked at. @param marks counts at earlier looks */
export function judgeShare(
  gate: Gate,
  candidate: Counts,
  stable: Counts | undefined,
  levels: Levels,
  marks?: readonly Mark[],
): Answer {
  const { limit, worseThan } = gate;
  if (worseThan !== undefined && stable !== undefined) {
    const { evidence, since, isLate } = found(candidate, stable, marks, (own, theirs) =>
      evidenceWorse(own, theirs ?? stable, worseThan),
    );
    if (evidence >= levels.passed) {
      const own = isLate ? lateText(gate, since.candidate) : shareText(gate, candidate);
      return {
        verdict: "unhealthy",
        reason: `${own}, ${stableText(since.stable ?? stable)}: surely more than ${figure(worseThan)} times as many`,
      };
    }
  }
  return limit === undefined
    ? compared(gate, candidate, stable, levels)
    : againstLimit(gate, candidate, stable, limit, levels, marks);
}
