import type { NormalizedObjective } from "../../../components/objectives/objective.ts";
import { seconds } from "../../../components/units.ts";
import type { Readings } from "./instruments.ts";
import { isFresh, type Ranges, within } from "./prometheus-math.ts";

/** When somebody is told: the workbook's table for 30 days, unless an objective says otherwise. */
export interface Tier {
  readonly severity: "page" | "ticket";
  readonly long: number;
  readonly short: number;
  /** Times as much as the promise allows. */
  readonly factor: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Longest window, in seconds, that every look counts in. */
const EVERY_LOOK = HOUR;

/** An objective's tiers by the definition of a burn rate: percent of the budget × the objective's window ÷ the long window. */
export function tiersOf({ windowDays, alerting }: NormalizedObjective): Tier[] {
  if (alerting?.tiers !== undefined) {
    return alerting.tiers.map(({ severity, budgetPercent, long, short }) => ({
      severity,
      long: seconds(long),
      short: seconds(short),
      factor: (budgetPercent * windowDays * DAY) / 100 / seconds(long),
    }));
  }
  const scale = windowDays >= 27 && windowDays <= 33 ? 1 : windowDays / 30;
  const minutes = (time: number, round: (value: number) => number) => round((time * scale) / 60) * 60;
  return (
    [
      ["page", 2, HOUR, 300],
      ["page", 5, 6 * HOUR, 1800],
      ["ticket", 10, 3 * DAY, 6 * HOUR],
    ] as const
  ).map(([severity, percent, long, short]) => ({
    severity,
    long: minutes(long, Math.round),
    short: minutes(short, Math.floor),
    factor: (percent * windowDays * DAY) / 100 / minutes(long, Math.round),
  }));
}

/** The range, in seconds, that events are first counted over. */
export function baseOf(objective: NormalizedObjective): number {
  return Math.min(300, ...tiersOf(objective).map(({ short }) => short));
}

/** Share of events that may be bad. */
export function budgetOf({ target }: NormalizedObjective): number {
  return (100 - target) / 100;
}

/** Bad events and all, or bad moments and all, as one look finds them. */
interface Look {
  readonly bad: number;
  readonly all: number;
}

/**
 * What is found at each look, `every` seconds apart. An event counts from when it happened for as long as the base range; a
 * moment of time is bad where the figure is above the limit.
 */
function looks(
  readings: Readings,
  limit: number,
  base: number,
  every: number,
  end: number,
  ranges: Ranges,
): (Look | undefined)[] {
  return Array.from({ length: Math.floor(end / every) + 1 }, (_, index) => {
    const at = index * every;
    if (readings.events !== undefined) return readings.events(at, base, ranges);
    const figure = readings.figure?.(at, base, ranges);
    if (figure === undefined || Number.isNaN(figure)) return undefined;
    return { bad: figure > limit ? 1 : 0, all: 1 };
  });
}

/**
 * Whether a figure is above what it is held against.
 * @throws Error where it is just that: binary fractions would decide, so a test has to play other figures
 */
function exceeds(figure: number, against: number): boolean {
  if (against > 0 && Math.abs(figure / against - 1) < 1e-9) {
    throw new Error(`${figure} is just ${against}: such a case decides nothing`);
  }
  return figure > against;
}

/** How a tier's alert comes about: its objective, and how often is looked. */
export interface Burning {
  readonly objective: NormalizedObjective;
  readonly tier: Tier;
  /** Seconds between two evaluations of the rules. */
  readonly every: number;
  readonly limit: number;
  readonly end: number;
}

/**
 * At which evaluations a tier's alert fires: both windows' bad share is more than the budget times the factor, and the long one
 * holds enough bad events. Long windows (over an hour) are evaluated before everything else, so they know of the looks before.
 */
export function firing(readings: Readings, burning: Burning, ranges: Ranges): boolean[] {
  const { objective, tier, every, limit, end } = burning;
  const isTime = readings.events === undefined;
  const base = baseOf(objective);
  const found = looks(readings, limit, base, every, end, ranges);
  const { minimumBad = 5 } = objective.alerting ?? {};
  const threshold = budgetOf(objective) * tier.factor;

  /** Looks that a window sees at an evaluation, as far as they are known by then. */
  const seen = (at: number, window: number, known: number): Look[] => {
    const direct = window <= EVERY_LOOK || isTime;
    const step = direct ? every : base;
    const first = Math.max(0, Math.ceil((at - window) / step) * step);
    const result: Look[] = [];
    for (let moment = first; moment <= at; moment += step) {
      if (!within(moment, at, window, ranges)) continue;
      const look = Math.min(Math.floor(moment / every) * every, known);
      const one = found[look / every];
      if (one === undefined || (direct ? look !== moment : !isFresh(moment - look, ranges))) continue;
      result.push(one);
    }
    return result;
  };
  const total = (of: readonly Look[]): Look =>
    of.reduce((sum, { bad, all }) => ({ bad: sum.bad + bad, all: sum.all + all }), { bad: 0, all: 0 });
  const burns = (at: number, window: number): boolean => {
    const { bad, all } =
      window === base && !isTime
        ? (found[at / every] ?? { bad: 0, all: 0 })
        : total(seen(at, window, window > EVERY_LOOK ? at - every : at));
    return exceeds(bad / all, threshold);
  };
  const enough = (at: number): boolean => {
    if (isTime) return true;
    const each = tier.long <= EVERY_LOOK ? 30 : base;
    return exceeds(each * total(seen(at, tier.long, at)).bad, minimumBad);
  };
  return found.map((_, index) => {
    const at = index * every;
    return burns(at, tier.short) && burns(at, tier.long) && enough(at);
  });
}
