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

/** How many times the odds of a bad event are higher, or lower, in the alternatives. */
const FACTORS = [1.5, 2, 3, 5, 10] as const;

/** Where a limit may lie: at 0 nothing could be within it, at 1 nothing beyond. */
function within(share: number): number {
  return Math.min(Math.max(share, 1e-9), 1 - 1e-9);
}

/** Logarithm of the mean of what is given as logarithms. */
export function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  const sum = logs.reduce((all, log) => all + Math.exp(log - most), 0);
  return most + Math.log(sum / logs.length);
}

/** How much better the odds of bad events, so many times those of the share, explain the counts. */
function shareLog({ total, bad }: Counts, share: number, times: number): number {
  // With odds o = share / (1 - share): p = times·o / (1 + times·o), so (1 - p) / (1 - share) = 1 / (1 + (times - 1)·share).
  return bad * Math.log(times) - total * Math.log1p((times - 1) * share);
}

/** Evidence that more than this share of events is bad. */
export function evidenceAbove(counts: Counts, share: number): number {
  const limit = within(share);
  return logMean(FACTORS.map((factor) => shareLog(counts, limit, factor)));
}

/** Evidence that less than this share of events is bad. */
export function evidenceBelow(counts: Counts, share: number): number {
  const limit = within(share);
  const never = counts.bad === 0 ? -counts.total * Math.log1p(-limit) : Number.NEGATIVE_INFINITY;
  return logMean([never, ...FACTORS.map((factor) => shareLog(counts, limit, 1 / factor))]);
}
