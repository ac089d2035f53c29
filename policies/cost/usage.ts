/** A figure that is not known beforehand: the least, the likely and the most. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What the pods of a stack run on, where no resource of it says so. */
export type ClusterKind = "unstated" | "autopilot" | "standard";

/** What no declaration says and a bill depends on. */
export interface Usage {
  /** Share of the day's highest rate that is asked for in each hour of a working day; 24 numbers from 0 to 1. */
  readonly loadShape: readonly number[];
  /** Share of the stated peak that a usual working day reaches: the peak is what has to be served, not what comes daily. */
  readonly usualDay: number;
  /** Share of a working day's rates that is asked for on Saturdays and Sundays. */
  readonly weekend: number;
  /** KiB that one answer sends to the internet. */
  readonly answerKibibytes: Range;
  /** GiB kept in each bucket. */
  readonly bucketGibibytes: Range;
  /** GiB that go out through NAT in a month. */
  readonly natGibibytes: Range;
  /** Times that each version of a secret is read in a month. */
  readonly secretReads: Range;
  /** GiB that each topic takes in a month. */
  readonly topicGibibytes: Range;
  /** GiB of images kept in each registry. */
  readonly registryGibibytes: Range;
  /** GiB that each log bucket takes in a month. */
  readonly logGibibytes: Range;
  /** Share of its time-out that one run of a job takes; a minute is billed at least. */
  readonly jobShare: Range;
  /** People with a seat at Vercel. */
  readonly vercelSeats: Range;
  /** What pods run on, where the stack holds no cluster. */
  readonly cluster: ClusterKind;
}

/**
 * Assumptions where nobody has measured. The day is that of users in one time zone: a quiet night and two busy stretches. A
 * usual one stays below the peak that is stated, and weekends are quieter: over a month, a quarter of the peak. Nothing here
 * comes from a bill. What a usual day and a weekend reach was chosen so that EthixAI's own plan (EA-15), the only figures that
 * there are, comes out at 50 and at 200 requests/s alike: a fit, and no proof. Give your own once there is a bill.
 */
export const ASSUMED_USAGE: Usage = {
  loadShape: [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.15, 0.25, 0.4, 0.65, 0.85, 1, 0.95, 0.8, 0.85, 1, 0.9, 0.75, 0.55, 0.4, 0.35,
    0.3, 0.2, 0.12, 0.1,
  ],
  usualDay: 0.7,
  weekend: 0.4,
  answerKibibytes: { low: 2, expected: 4, high: 16 },
  bucketGibibytes: { low: 10, expected: 50, high: 200 },
  natGibibytes: { low: 5, expected: 50, high: 200 },
  secretReads: { low: 0, expected: 1_000, high: 10_000 },
  topicGibibytes: { low: 0, expected: 0.1, high: 1 },
  registryGibibytes: { low: 1, expected: 5, high: 20 },
  logGibibytes: { low: 1, expected: 20, high: 100 },
  jobShare: { low: 0, expected: 0.25, high: 1 },
  vercelSeats: { low: 1, expected: 1, high: 3 },
  cluster: "unstated",
};

/** Days of a week: five that people work on, and two that they don't. */
const [WORKING_DAYS, WEEKEND_DAYS] = [5, 2];

/** Shares of the stated peak over a week, each with how often it comes: all of them add up to 1. */
export function weekOf(usage: Usage): readonly { readonly share: number; readonly weight: number }[] {
  const hours = usage.loadShape.length * (WORKING_DAYS + WEEKEND_DAYS);
  return usage.loadShape.flatMap((hour) => [
    { share: hour * usage.usualDay, weight: WORKING_DAYS / hours },
    { share: hour * usage.usualDay * usage.weekend, weight: WEEKEND_DAYS / hours },
  ]);
}
