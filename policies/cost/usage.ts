/** A figure that is not known beforehand: the least, the likely and the most. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What no declaration says and a bill depends on. */
export interface Usage {
  /** Share of the peak rate that is asked for in each hour of a day; 24 numbers from 0 to 1. */
  readonly loadShape: readonly number[];
  /** KiB that one answer sends to the internet. */
  readonly answerKibibytes: Range;
  /** GiB kept in each bucket. */
  readonly bucketGibibytes: Range;
  /** GiB that go out through NAT in a month. */
  readonly natGibibytes: Range;
  /** People with a seat at Vercel. */
  readonly vercelSeats: Range;
}

/**
 * Assumptions where nobody has measured. The day is that of users in one time zone: a quiet night, two busy stretches,
 * 46 % of the peak in the mean. Nothing here comes from a bill: give your own figures once there is one.
 */
export const ASSUMED_USAGE: Usage = {
  loadShape: [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.15, 0.25, 0.4, 0.65, 0.85, 1, 0.95, 0.8, 0.85, 1, 0.9, 0.75, 0.55, 0.4, 0.35,
    0.3, 0.2, 0.12, 0.1,
  ],
  answerKibibytes: { low: 2, expected: 4, high: 16 },
  bucketGibibytes: { low: 10, expected: 50, high: 200 },
  natGibibytes: { low: 5, expected: 50, high: 200 },
  vercelSeats: { low: 1, expected: 1, high: 3 },
};
