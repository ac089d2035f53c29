import { type Duration, seconds } from "../units.ts";

/**
 * What is counted. Everything is a ratio of good to all events: "P95 under 2 s" is "95 % of requests under 2 s".
 * - `availability`: requests that did not end in a 5xx.
 * - `latency`: requests answered within `threshold`; of one `route`, or of all.
 * - `ratio`: events of one counter (`total`) that another (`bad`) did not count.
 * - `delta`: how much longer one route's requests take than another's, at the quantile that the target names.
 */
export type Indicator =
  | { readonly kind: "availability" }
  | { readonly kind: "latency"; readonly threshold: Duration; readonly route?: string }
  | { readonly kind: "ratio"; readonly bad: string; readonly total: string }
  | {
      readonly kind: "delta";
      readonly threshold: Duration;
      readonly route: string;
      readonly against: string;
    };

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
  route?: string;
  against?: string;
  bad?: string;
  total?: string;
}

const DAY = 86_400;

/** Name of a Prometheus metric. */
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

function indicatorProblems(at: string, indicator: Indicator): string[] {
  if (indicator.kind === "delta" && indicator.route === indicator.against) {
    return [`${at}.indicator: "${indicator.route}" is held against itself; name two routes`];
  }
  if (indicator.kind !== "ratio") return [];
  return (["bad", "total"] as const)
    .filter((side) => !METRIC.test(indicator[side]))
    .map((side) => `${at}.indicator.${side}: "${indicator[side]}" is no metric's name`);
}

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
    return [...problems, ...indicatorProblems(at, objective.indicator)];
  });
}

/** Fills in defaults. */
export function normalizeObjective({
  name,
  indicator,
  target,
  window,
  owner,
}: Objective): NormalizedObjective {
  const facts = {
    name,
    kind: indicator.kind,
    target,
    windowDays: seconds(window ?? "30 days") / DAY,
    owner,
  };
  switch (indicator.kind) {
    case "availability":
      return facts;
    case "ratio":
      return { ...facts, bad: indicator.bad, total: indicator.total };
    case "delta":
      return {
        ...facts,
        thresholdSeconds: seconds(indicator.threshold),
        route: indicator.route,
        against: indicator.against,
      };
    case "latency":
      return {
        ...facts,
        thresholdSeconds: seconds(indicator.threshold),
        ...(indicator.route === undefined ? {} : { route: indicator.route }),
      };
  }
}
