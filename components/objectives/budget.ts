import { DAY, plain } from "../units.ts";
import { burnTiers, type NormalizedTier } from "./burn-rate.ts";
import { MINIMUM_BAD, type NormalizedObjective } from "./objective.ts";
import { promDuration } from "./promql.ts";

/** The error budget: the share of events, or of the time, that may be bad. */
export function budgetShare({ target }: Pick<NormalizedObjective, "target">): number {
  return plain(1 - target / 100);
}

/** What burns how fast for whom: an objective's own tiers, or the workbook's for its window. */
export function tiersOf({
  windowDays,
  alerting,
}: Pick<NormalizedObjective, "windowDays" | "alerting">): NormalizedTier[] {
  return burnTiers(windowDays * DAY, alerting?.tiers);
}

/** Windows of tiers in seconds, each once, the shortest first. */
export function windowsOf(tiers: readonly NormalizedTier[]): number[] {
  const all = tiers.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds]);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** The shortest window that an objective's burn is recorded over, as PromQL writes it. */
export function shortestWindow(objective: NormalizedObjective): string {
  return promDuration(Math.min(...windowsOf(tiersOf(objective))));
}

/** How soon all of the budget is gone at a burn rate, to the minute, as PromQL writes it. */
export function goneIn({ windowDays }: NormalizedObjective, factor: number): string {
  return promDuration(Math.round((windowDays * DAY) / factor / 60) * 60);
}

/** Bad events that there must be in a tier's long window before anybody is told. */
export function minimumBad({ alerting }: NormalizedObjective): number {
  return alerting?.minimumBad ?? MINIMUM_BAD;
}
