import { budgetShare, tiersOf } from "../../objectives/budget.ts";
import type { NormalizedTier } from "../../objectives/burn-rate.ts";
import type { NormalizedObjective } from "../../objectives/objective.ts";
import { promDuration } from "../../objectives/promql.ts";
import { DAY, plain } from "../../units.ts";

/** Longest that a burn rate of Cloud Monitoring looks back. Source: its page "Alerting on your burn rate". */
const LONGEST_BURN = DAY;
/** Longest long window in PromQL. What is longer is read from raw samples at every look, each half minute. */
const LONGEST_QUERY = 3 * DAY;
/** The short window of a tier that is brought to 24 hours: a twelfth. */
const SHORT_OF_DAY = 7200;

/** How a tier is watched: by the objective's own burn rate, or by a query over the metrics. */
export interface CloudTier extends NormalizedTier {
  readonly by: "burn-rate" | "promql";
  /** Long window that was stated, where it is too long for Cloud Monitoring. */
  readonly instead?: number;
}

/** Whether PromQL can say exactly what an objective counts: Cloud Run's histogram has no edge at the threshold. */
function countable({ kind }: NormalizedObjective): boolean {
  return kind !== "latency";
}

function cloudTier(objective: NormalizedObjective, filtered: boolean, tier: NormalizedTier): CloudTier {
  if (!filtered) return { ...tier, by: "promql" };
  if (tier.longSeconds <= LONGEST_BURN) return { ...tier, by: "burn-rate" };
  if (countable(objective)) return { ...tier, by: "promql" };
  return {
    ...tier,
    by: "burn-rate",
    longSeconds: LONGEST_BURN,
    shortSeconds: SHORT_OF_DAY,
    factor: plain(((tier.budgetPercent / 100) * objective.windowDays * DAY) / LONGEST_BURN),
    instead: tier.longSeconds,
  };
}

/** The tiers of an objective as Cloud Monitoring can watch them. @param filtered whether it has an objective there */
export function cloudTiers(objective: NormalizedObjective, filtered: boolean): CloudTier[] {
  return tiersOf(objective).map((tier) => cloudTier(objective, filtered, tier));
}

/** Problems of the tiers of an objective in Cloud Monitoring, each with its value and what would do. */
export function tierProblems(at: string, objective: NormalizedObjective, filtered: boolean): string[] {
  if (objective.alerting?.off !== undefined) return [];
  return cloudTiers(objective, filtered).flatMap((tier) => {
    const what = `${at}.alerting.tiers: its ${tier.severity} on ${tier.budgetPercent} % of the budget`;
    if (tier.by === "promql" && tier.longSeconds > LONGEST_QUERY) {
      return [
        `${what} looks back ${promDuration(tier.longSeconds)}, and Cloud Monitoring is asked for at most ${promDuration(LONGEST_QUERY)}: state a tier whose \`long\` is "3 days" or less`,
      ];
    }
    const share = tier.factor * budgetShare(objective);
    if (tier.instead === undefined || share < 1) return [];
    return [
      `${what} within ${promDuration(tier.instead)} is brought to 24 h, the longest that Cloud Monitoring reckons a burn rate over, and would need ${plain(share * 100)} % bad events there, which can't be: state a tier with a smaller share of the budget, such as ${plain((tier.budgetPercent / share) * 0.9)} %`,
    ];
  });
}
