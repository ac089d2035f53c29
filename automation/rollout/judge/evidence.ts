/** Events of one version: how many, and how many of them were bad. May be fractions. */
export interface Counts {
  readonly total: number;
  readonly bad: number;
}

/*
 * Evidence is the natural logarithm of a likelihood ratio: how much better something else explains the counts than the hypothesis
 * that is tested does. The ratio is a mean over several alternatives. As long as the hypothesis is true, its expected value stays
 * at most 1 however often one looks, so it ever reaches 1/α with a probability of at most α (Ville's inequality).
 */

/**
 * How many times more, or less, is bad in the alternatives, and how much of the bet is on each. Most is on twice, where it matters
 * to be quick; something on hardly more at all, so that with requests enough any difference is seen.
 */
const ALTERNATIVES: readonly (readonly [times: number, weight: number])[] = [
  [1.02, 0.01],
  [1.05, 0.02],
  [1.1, 0.04],
  [1.25, 0.08],
  [1.5, 0.15],
  [2, 0.3],
  [3, 0.2],
  [5, 0.12],
  [10, 0.08],
];

/** The same with the logarithms of the weights. */
const BETS = ALTERNATIVES.map(([times, weight]) => [times, Math.log(weight)] as const);

/** Of the bet that less is bad: the part on nothing at all, beside that on the alternatives. */
const NEVER = 0.3;

/** Where a limit may lie: at 0 nothing could be within it, at 1 nothing beyond. */
function within(share: number): number {
  return Math.min(Math.max(share, 1e-9), 1 - 1e-9);
}

/** Logarithm of a sum whose summands are given as logarithms. */
export function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** Evidence of the whole bet, from that of each alternative: so many times more, or by a negative exponent less. */
export function mixture(log: (times: number) => number, exponent: 1 | -1): number {
  return logSum(BETS.map(([times, weight]) => weight + log(times ** exponent)));
}

/** How much better the odds of bad events, so many times those of the share, explain the counts. */
function shareLog({ total, bad }: Counts, share: number, times: number): number {
  // With odds o = share / (1 - share): p = times·o / (1 + times·o), so (1 - p) / (1 - share) = 1 / (1 + (times - 1)·share).
  return bad * Math.log(times) - total * Math.log1p((times - 1) * share);
}

/** Evidence that more than this share of events is bad. */
export function evidenceAbove(counts: Counts, share: number): number {
  const limit = within(share);
  return mixture((times) => shareLog(counts, limit, times), 1);
}

/** Evidence that less than this share of events is bad. */
export function evidenceBelow(counts: Counts, share: number): number {
  const limit = within(share);
  const some = Math.log(1 - NEVER) + mixture((times) => shareLog(counts, limit, times), -1);
  return counts.bad > 0 ? some : logSum([some, Math.log(NEVER) - counts.total * Math.log1p(-limit)]);
}
