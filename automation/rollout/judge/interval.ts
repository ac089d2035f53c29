import type { Counts } from "./evidence.ts";

/** Logarithm of the gamma function for positive numbers: Stirling's series, from ten upwards. */
export function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Where a function changes from false to true, between a place where it is false and one where it is true. */
function turn(isTrue: (at: number) => boolean, from: number, to: number): number {
  let [no, yes] = [from, to];
  for (let round = 0; round < 60 && Math.abs(yes - no) > 1e-12; round += 1) {
    const middle = (no + yes) / 2;
    if (isTrue(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/**
 * Where the share of bad events lies: a confidence sequence, so it may be looked at as often as one likes. Every share against
 * which there isn't evidence enough is in it; the bet against each is a beta distribution around the limit (Robbins).
 * @param level natural logarithm of the evidence that puts a share out: ln 100 is 99 %, at all times together
 */
export function interval(
  { total, bad }: Counts,
  limit: number | undefined,
  level: number,
): { readonly low: number; readonly high: number } {
  const good = total - bad;
  const middle = Math.min(Math.max(limit ?? 0.5, 1e-9), 0.5);
  const [a, b] = [0.5, (0.5 * (1 - middle)) / middle];
  const bet = logBeta(a + bad, b + good) - logBeta(a, b);
  const isOut = (share: number) =>
    bet - (bad > 0 ? bad * Math.log(share) : 0) - (good > 0 ? good * Math.log1p(-share) : 0) >= level;
  const share = total > 0 ? bad / total : 0;
  return {
    low: bad > 0 ? turn(isOut, share, 0) : 0,
    high: good > 0 ? turn(isOut, share, 1) : 1,
  };
}
