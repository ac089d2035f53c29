import type { Counts } from "./evidence.ts";
import { logSum } from "./evidence.ts";

/*
 * A version may turn bad in the middle of a step. Against all that went well before, hours of failures would hardly show. So the bet
 * is placed anew at each look: half of the stake on everything since the step began, the rest on what comes after each look,
 * less on each later one. All stakes together are one, so what holds of a single bet holds of all of them: as long as the
 * limit is never passed, they ever win 1/α with a probability of at most α, however long the step is.
 */

/** What was counted at an earlier look of a step. */
export interface Mark {
  /** From 1. */
  readonly look: number;
  readonly candidate: Counts;
  readonly stable?: Counts;
}

/** What was counted since some moment. */
export interface Since {
  readonly candidate: Counts;
  readonly stable: Counts | undefined;
}

/** Evidence of all bets, and since when the strongest of them runs. */
export interface Strongest {
  readonly evidence: number;
  readonly since: Since;
  /** Of that bet alone, as if it were the only one. */
  readonly alone: number;
  /** Whether it is not about the whole step. */
  readonly isLate: boolean;
}

const HALF = Math.log(0.5);

function after(now: Counts, before: Counts): Counts {
  // Rates are extrapolated: a count may seem to have shrunk a little.
  const total = Math.max(0, now.total - before.total);
  return { total, bad: Math.min(total, Math.max(0, now.bad - before.bad)) };
}

/** @param evidence of what was counted since one moment */
export function strongest(now: Since, marks: readonly Mark[], evidence: (since: Since) => number): Strongest {
  const bet = (since: Since, stake: number, isLate: boolean) => {
    const alone = evidence(since);
    return { since, alone, isLate, log: stake + alone };
  };
  const bets = [
    bet(now, HALF, false),
    ...marks.map(({ look, candidate, stable }) => {
      const theirs =
        now.stable === undefined || stable === undefined ? now.stable : after(now.stable, stable);
      const since = { candidate: after(now.candidate, candidate), stable: theirs };
      return bet(since, HALF - Math.log(look * (look + 1)), true);
    }),
  ];
  const best = bets.reduce((one, other) => (other.log > one.log ? other : one));
  const { since, alone, isLate } = best;
  return { evidence: logSum(bets.map(({ log }) => log)), since, alone, isLate };
}

/** Looks of the same age are kept so close together: eight for each time that the age doubles. */
const CLOSE = 3;

/**
 * The marks that are kept when one more look was taken: all of the last, and of older ones fewer. What is left out takes no part in
 * the bet any more, which only makes it more careful.
 */
export function keptMarks(marks: readonly Mark[], last: Mark): readonly Mark[] {
  return [...marks, last].filter(({ look }) => {
    const age = last.look - look + 1;
    return look % 2 ** Math.max(0, Math.floor(Math.log2(age)) - CLOSE) === 0;
  });
}
