import type { RuleCost } from "./evaluate.ts";

/** What a rule is for. Sloth records shares of bad events where ours record burn rates: both by window. */
export const CLASSES = ["events and bad events", "by window", "budget and facts", "alerts"] as const;

type Class = (typeof CLASSES)[number];

/** The class of one of our rules, or of Sloth's. */
export function classOf({ rule, alerting }: Pick<RuleCost, "rule" | "alerting">): Class {
  if (alerting) return "alerts";
  if (rule.startsWith("objective:events:") || rule.startsWith("objective:bad_events:")) {
    return "events and bad events";
  }
  const window = /^slo:sli_error:ratio_rate(\w+)$/.exec(rule)?.[1];
  return rule.startsWith("objective:burn_rate:") || (window !== undefined && window !== "30d")
    ? "by window"
    : "budget and facts";
}

/** What rules cost in an hour, together. */
export interface HourlyCost {
  readonly rules: number;
  /** Series that they record. */
  readonly recorded: number;
  readonly samples: number;
  /** Series that their selectors choose, in every evaluation anew. */
  readonly series: number;
  readonly seconds: number;
  /** Most samples that any one of them holds at a time. */
  readonly peak: number;
}

/** Adds up, each rule as often as it is evaluated in an hour. */
export function hourly(costs: readonly RuleCost[]): HourlyCost {
  const sum = (of: (cost: RuleCost) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    rules: costs.length,
    recorded: sum(({ alerting, results }) => (alerting ? 0 : results)),
    samples: sum(({ samples, perHour }) => samples * perHour),
    series: sum(({ series, perHour }) => series * perHour),
    seconds: sum((cost) => cost.seconds * cost.perHour),
    peak: Math.max(0, ...costs.map(({ peak }) => peak)),
  };
}
