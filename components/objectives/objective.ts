import { type Duration, seconds } from "../units.ts";

/**
 * What is counted. Everything is a ratio of good to all events: "P95 under 2 s" is "95 % of requests under 2 s".
 * - `availability`: requests that did not end in a 5xx.
 * - `latency`: requests answered within `threshold`.
 */
export type Indicator =
  | { readonly kind: "availability" }
  | { readonly kind: "latency"; readonly threshold: Duration };

/** A promise about a service, stated once beside it; alerts, dashboards and release gates are derived from it. */
export interface Objective {
  /** Unique within its service; lower case, words joined by `-`. */
  readonly name: string;
  readonly indicator: Indicator;
  /** Share of good events, in percent, above 0 and below 100. */
  readonly target: number;
  /** Period that the target is held over. Default `"30 days"`. */
  readonly window?: Duration;
  /** Team that answers for it. */
  readonly owner: string;
}

/** An objective with its defaults filled in and its durations in seconds: what is carried on the resource. */
export interface NormalizedObjective {
  name: string;
  kind: Indicator["kind"];
  target: number;
  windowDays: number;
  owner: string;
  thresholdSeconds?: number;
}

const DAY = 86_400;

/** Problems of a service's objectives, each quoting the value and saying what would do. */
export function objectiveProblems(objectives: readonly Objective[]): string[] {
  const seen = new Set<string>();
  return objectives.flatMap((objective) => {
    const at = `objectives["${objective.name}"]`;
    const problems: string[] = [];
    if (seen.has(objective.name)) problems.push(`${at}: there are two of this name; give each its own`);
    seen.add(objective.name);
    if (!(objective.target > 0 && objective.target < 100)) {
      problems.push(
        `${at}.target: ${objective.target} must lie above 0 and below 100 (percent of good events)`,
      );
    }
    if (seconds(objective.window ?? "30 days") < DAY) {
      problems.push(`${at}.window: "${objective.window}" is shorter than a day; use 7, 28 or 30 days`);
    }
    return problems;
  });
}

/** Fills in defaults. */
export function normalizeObjective(objective: Objective): NormalizedObjective {
  return {
    name: objective.name,
    kind: objective.indicator.kind,
    target: objective.target,
    windowDays: seconds(objective.window ?? "30 days") / DAY,
    owner: objective.owner,
    ...(objective.indicator.kind === "latency"
      ? { thresholdSeconds: seconds(objective.indicator.threshold) }
      : {}),
  };
}
