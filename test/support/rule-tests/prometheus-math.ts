import type { Sample, Series } from "./series.ts";

/**
 * What Prometheus makes of samples, from its documentation: `rate` with its extrapolation, the last value, a quantile of a
 * histogram. It knows nothing of the rules.
 *
 * Whether a range holds a sample exactly at its beginning differs: up to Prometheus 2 it does (`closed`), from 3 on not.
 */
export type Ranges = "closed" | "open";

/** How old a value may be, in seconds, and still be the last one. */
const LOOKBACK = 300;

/** Whether a moment lies within the range that ends at `end`. */
export function within(at: number, end: number, range: number, ranges: Ranges): boolean {
  return at <= end && (ranges === "closed" ? at >= end - range : at > end - range);
}

function inRange({ samples }: Series, end: number, range: number, ranges: Ranges): readonly Sample[] {
  return samples.slice(firstFrom(samples, end - range)).filter(([at]) => within(at, end, range, ranges));
}

/** The index of the first sample that is not before a moment. */
function firstFrom(samples: readonly Sample[], moment: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.[0] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much a counter went up within a range, resets allowed for and carried on to the range's ends; undefined: unknown. */
export function increase(series: Series, end: number, range: number, ranges: Ranges): number | undefined {
  const samples = inRange(series, end, range, ranges).filter(([at]) => at <= end);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2) return undefined;
  const drops = samples.flatMap(([, value], index) => {
    const before = samples[index - 1]?.[1] ?? 0;
    return value < before ? [before] : [];
  });
  const gone = last[1] - first[1] + drops.reduce((sum, drop) => sum + drop, 0);
  const seen = last[0] - first[0];
  const between = seen / (samples.length - 1);
  const edge = (gap: number) => (gap < between * 1.1 ? gap : between / 2);
  // No counter was ever below 0.
  const fromZero = gone > 0 ? (seen * first[1]) / gone : Number.POSITIVE_INFINITY;
  const before = Math.min(edge(first[0] - (end - range)), fromZero);
  return (gone * (seen + before + edge(end - last[0]))) / seen;
}

/** The sum of counters' rates; undefined where none has one. */
export function rateOf(
  series: readonly Series[],
  end: number,
  range: number,
  ranges: Ranges,
): number | undefined {
  const known = series.map((each) => increase(each, end, range, ranges)).filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0) / range;
}

/** Whether a value that is so many seconds old is still the last one. */
export function isFresh(age: number, ranges: Ranges): boolean {
  return ranges === "closed" ? age <= LOOKBACK : age < LOOKBACK;
}

/** A gauge's value at a moment. */
export function latest({ samples }: Series, at: number, ranges: Ranges): number | undefined {
  const [when, value] = samples[firstFrom(samples, at + 1e-9) - 1] ?? [Number.NEGATIVE_INFINITY, undefined];
  return isFresh(at - when, ranges) ? value : undefined;
}

/** A quantile of a histogram's cumulative buckets, the last of which has no upper edge; NaN where there is nothing in them. */
export function quantile(
  share: number,
  buckets: readonly (readonly [edge: number, count: number])[],
): number {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (!(total > 0)) return Number.NaN;
  const index = buckets.findIndex(([, count]) => count >= share * total);
  const [edge, count] = buckets[index] ?? [Number.NaN, 0];
  const [below, under] = buckets[index - 1] ?? [0, 0];
  if (edge === Number.POSITIVE_INFINITY) return below;
  return below + ((edge - below) * (share * total - under)) / (count - under);
}
