import { HOURS_PER_MONTH } from "./prices.ts";
import { type Range, type Usage, weekOf } from "./usage.ts";

const HOUR_SECONDS = 3600;

/** What runs during hours of one rate: instances that work, and minimum instances that have nothing to do. */
interface Running {
  readonly busy: number;
  readonly idle: number;
  /** Requests a second. */
  readonly rate: number;
}

/** A month's instance-hours, and requests in millions. */
export interface Month {
  readonly busyHours: Range;
  readonly idleHours: Range;
  readonly requests: Range;
}

/** What a service is told by: how much it gets, and how many instances there may be for it. */
export interface Demand {
  /** Requests a second at peak, and how many of them one instance serves. */
  readonly peak: number;
  readonly perInstance: number;
  readonly fewest: number;
  readonly most: number;
}

/**
 * A service's month. Low: nobody comes, and the minimum instances wait. Expected: the assumed week's rates, with as many
 * instances as the stated capacity asks for. High: the peak, all month. An instance that works at all counts as working.
 */
export function monthOf({ peak, perInstance, fewest, most }: Demand, usage: Usage): Month {
  const at = (share: number): Running => {
    const busy = Math.min(most, Math.ceil((peak * share) / perInstance));
    return { busy, idle: Math.max(0, fewest - busy), rate: peak * share };
  };
  const week = weekOf(usage);
  const total = (field: keyof Running, factor: number): Range => ({
    low: at(0)[field] * factor,
    expected: week.reduce((sum, { share, weight }) => sum + at(share)[field] * weight, 0) * factor,
    high: at(1)[field] * factor,
  });
  return {
    busyHours: total("busy", HOURS_PER_MONTH),
    idleHours: total("idle", HOURS_PER_MONTH),
    requests: total("rate", (HOURS_PER_MONTH * HOUR_SECONDS) / 1e6),
  };
}
