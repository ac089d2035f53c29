import { type Counts, mixture } from "./evidence.ts";

/*
 * Whether the candidate's share of bad events is more, or less, than so many times stable's. Of all bad events, the candidate's part
 * is looked at: with n requests each and a ratio r of the shares, the next bad event is the candidate's with the probability
 * r·n_candidate / (r·n_candidate + n_stable), whatever the shares themselves are. For the counts of a step, whose split of the
 * traffic stays as it is, this is the sequential two-sample test of Turner, Ly and Grünwald where bad events are rare; where they
 * are not, it is on the safe side, since ln(1 + x) ≤ x.
 */

/** How much better a ratio so many times the other explains whose the bad events are. */
function ratioLog(candidate: Counts, stable: Counts, ratio: number, times: number): number {
  const [tested, alternative] = [ratio, times * ratio].map((each) => each * candidate.total + stable.total);
  return (
    candidate.bad * Math.log(times) +
    (candidate.bad + stable.bad) * Math.log((tested as number) / (alternative as number))
  );
}

/** Evidence that the candidate's share is more than so many times stable's. None without requests of both. */
export function evidenceWorse(candidate: Counts, stable: Counts, ratio: number): number {
  if (candidate.total === 0 || stable.total === 0) return Number.NEGATIVE_INFINITY;
  return mixture((times) => ratioLog(candidate, stable, ratio, times), 1);
}

/** Evidence that the candidate's share is less than so many times stable's. None without requests of both. */
export function evidenceBetter(candidate: Counts, stable: Counts, ratio: number): number {
  if (candidate.total === 0 || stable.total === 0) return Number.NEGATIVE_INFINITY;
  return mixture((times) => ratioLog(candidate, stable, ratio, times), -1);
}
