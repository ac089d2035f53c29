import { type Duration, seconds } from "../units.ts";
import { promDuration } from "./promql.ts";

/**
 * Someone is told when so much of the error budget goes within the long window, and still goes within the short one: the long
 * one keeps a moment's trouble from counting, the short one ends the alert soon after the trouble ended.
 */
export interface BurnTier {
  readonly severity: "page" | "ticket";
  /** Percent of the whole window's budget that may be gone by then. */
  readonly budgetPercent: number;
  readonly long: Duration;
  /** A twelfth of the long one is usual. At least a minute. */
  readonly short: Duration;
}

/** A tier in seconds, with the burn rate that it stands for: 1 spends the budget exactly within the objective's window. */
export interface NormalizedTier {
  severity: BurnTier["severity"];
  budgetPercent: number;
  longSeconds: number;
  shortSeconds: number;
  factor: number;
}

/** SRE workbook, chapter "Alerting on SLOs", table 5-8, for a window of 30 days: burn rates of 14.4, 6 and 1. */
const WORKBOOK: readonly Omit<NormalizedTier, "factor">[] = [
  { severity: "page", budgetPercent: 2, longSeconds: 3600, shortSeconds: 300 },
  { severity: "page", budgetPercent: 5, longSeconds: 21_600, shortSeconds: 1800 },
  { severity: "ticket", budgetPercent: 10, longSeconds: 259_200, shortSeconds: 21_600 },
];

const WORKBOOK_WINDOW = 30 * 86_400;
const MINUTE = 60;

/** Longest range that a burn is first reckoned over; every longer window is made from these. */
const LONGEST_BASE = 300;

/** Shortest range that a rate means something over: four scrapes, 15 s apart. */
const SHORTEST = MINUTE;

function withFactor(tier: Omit<NormalizedTier, "factor">, windowSeconds: number): NormalizedTier {
  const factor = ((tier.budgetPercent / 100) * windowSeconds) / tier.longSeconds;
  return { ...tier, factor: Number(factor.toPrecision(6)) };
}

/** The workbook's tiers for another window: near 30 days its windows stand; else they shrink or grow as the objective's does. */
function scaled(windowSeconds: number): Omit<NormalizedTier, "factor">[] {
  const ratio = windowSeconds / WORKBOOK_WINDOW;
  if (ratio >= 0.9 && ratio <= 1.1) return [...WORKBOOK];
  return WORKBOOK.map((tier) => ({
    ...tier,
    longSeconds: Math.round((tier.longSeconds * ratio) / MINUTE) * MINUTE,
    shortSeconds: Math.floor((tier.shortSeconds * ratio) / MINUTE) * MINUTE,
  }));
}

function allTiers(windowSeconds: number, tiers?: readonly BurnTier[]): NormalizedTier[] {
  const stated = tiers?.map(({ severity, budgetPercent, long, short }) => ({
    severity,
    budgetPercent,
    longSeconds: seconds(long),
    shortSeconds: seconds(short),
  }));
  return (stated ?? scaled(windowSeconds)).map((tier) => withFactor(tier, windowSeconds));
}

/**
 * The tiers of an objective, with their burn rates: percent of budget × objective's window ÷ long window. Those whose windows
 * are too short for a rate are left out: there are some where the objective's window is, and nobody is told.
 * @param tiers those that it states; default: the workbook's, scaled to its window
 */
export function burnTiers(windowSeconds: number, tiers?: readonly BurnTier[]): NormalizedTier[] {
  return allTiers(windowSeconds, tiers).filter(
    ({ longSeconds, shortSeconds }) => Math.min(longSeconds, shortSeconds) >= SHORTEST,
  );
}

/** The range, in seconds, that an objective's events are first counted over. */
export function baseWindow(tiers: readonly NormalizedTier[]): number {
  return Math.min(LONGEST_BASE, ...tiers.map(({ shortSeconds }) => shortSeconds));
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function unreachable(tier: NormalizedTier, target: number, windowSeconds: number): string[] {
  const budget = 1 - target / 100;
  const threshold = tier.factor * budget;
  if (threshold < 1) return [];
  // One quarter of an hour more than what exactly every event being bad would give.
  const least = (Math.floor(((tier.budgetPercent / 100) * windowSeconds * budget) / 900) + 1) * 900;
  const factor = ((tier.budgetPercent / 100) * windowSeconds) / least;
  return [
    `its ${tier.severity} at a burn rate of ${figure(tier.factor)} (${tier.budgetPercent} % of the budget in ${promDuration(tier.longSeconds)}) needs ${figure(threshold * 100)} % bad events, which can't be: ` +
      `state \`alerting.tiers\` with ${tier.budgetPercent} % in ${promDuration(least)} or longer (a burn rate of ${figure(factor)}), or a target above ${figure(100 * (1 - 1 / tier.factor))} %`,
  ];
}

function tierProblems(tier: NormalizedTier, windowSeconds: number, stated: boolean): string[] {
  const at = `its ${tier.severity} on ${tier.budgetPercent} % of the budget`;
  const { longSeconds, shortSeconds } = tier;
  if (!(tier.budgetPercent > 0 && tier.budgetPercent <= 100)) {
    return [`${at}: that must lie above 0 and be at most 100 percent`];
  }
  if (shortSeconds < SHORTEST) {
    const days = Math.ceil(((SHORTEST / 300) * WORKBOOK_WINDOW) / 86_400);
    return [
      `${at}: its short window rounds away: a rate needs at least ${promDuration(SHORTEST)} (four scrapes, 15 s apart). ` +
        (stated
          ? `Give it a \`short\` of "1 min" or more`
          : `Use a window of ${days} days or more, or state \`alerting.tiers\`, such as 25 % in "${Math.max(1, Math.round(windowSeconds / 86_400))} h" with a short window of "5 min"`),
    ];
  }
  if (longSeconds <= shortSeconds) {
    return [
      `${at}: its long window of ${promDuration(longSeconds)} is no longer than its short one, ${promDuration(shortSeconds)}; a twelfth is usual`,
    ];
  }
  return longSeconds > windowSeconds
    ? [`${at}: its long window of ${promDuration(longSeconds)} is longer than the objective's`]
    : [];
}

/** Two alerts that nothing tells apart would be one. */
function twice({ severity, longSeconds }: NormalizedTier, seen: Set<string>): string[] {
  const identity = `${severity} over ${promDuration(longSeconds)}`;
  if (seen.has(identity)) return [`its ${identity}: there are two; give each its own long window`];
  seen.add(identity);
  return [];
}

/**
 * Problems of an objective's tiers, with figures that would do: a burn that no error rate can reach, a short window that
 * rounds away.
 * @param target percent, above 0 and below 100
 */
export function burnProblems(target: number, windowSeconds: number, tiers?: readonly BurnTier[]): string[] {
  if (tiers?.length === 0) {
    return ["alerting.tiers: there are none; leave it out for the workbook's, or say `off` and why"];
  }
  const seen = new Set<string>();
  return allTiers(windowSeconds, tiers).flatMap((tier) => {
    const problems = [...tierProblems(tier, windowSeconds, tiers !== undefined), ...twice(tier, seen)];
    return problems.length > 0 ? problems : unreachable(tier, target, windowSeconds);
  });
}
