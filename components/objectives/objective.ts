import { DAY, type Duration, seconds } from "../units.ts";
import { type BurnTier, burnProblems, burnTiers } from "./burn-rate.ts";
import { type Indicator, type NormalizedIndicator, normalizeIndicator } from "./indicator.ts";
import { indicatorProblems } from "./indicator-problems.ts";
import { METRICS, type MetricNames } from "./measured-service.ts";
import { promDuration } from "./promql.ts";

/** When people are told that an objective is about to be missed. */
export interface BurnAlerting {
  /** What burns how fast for whom. Default: the SRE workbook's ({@link burnTiers}). */
  readonly tiers?: readonly BurnTier[];
  /**
   * Bad events that there must be in a tier's long window, so that with little traffic a single failed request wakes nobody.
   * Default 5. Means nothing for shares of time.
   */
  readonly minimumBad?: number;
  /** Why nobody is told: another objective, or an alert, says the same. The budget is still reckoned. */
  readonly off?: string;
}

/** A promise about a service, stated once beside it; alerts, dashboards and release gates are derived from it. */
export interface Objective {
  /** Unique within its service; lower case, words joined by `-`. */
  readonly name: string;
  readonly indicator: Indicator;
  /** Share of good events (or of time), in percent, above 0 and below 100. */
  readonly target: number;
  /** Period that the target is held over: a rolling one, or each calendar month. Default `"30 days"`. */
  readonly window?: Duration | "calendar month";
  /** Team that answers for it. */
  readonly owner: string;
  /** Runbook of the system that says what to do, by its name. Default: the system's first. */
  readonly runbook?: string;
  readonly alerting?: BurnAlerting;
}

/** An objective with its defaults filled in and its durations in seconds: what is carried on the resource. */
export interface NormalizedObjective extends NormalizedIndicator {
  name: string;
  target: number;
  /** Days of the window; a calendar month counts as 30. */
  windowDays: number;
  /** Whether the window begins anew with each month. */
  calendar?: true;
  owner: string;
  runbook?: string;
  alerting?: BurnAlerting;
}

const DEFAULT_WINDOW = "30 days";

/** Bad events below which nobody is told, unless an objective says otherwise. */
export const MINIMUM_BAD = 5;

function windowSeconds(window: Objective["window"]): number {
  return seconds(window === undefined || window === "calendar month" ? DEFAULT_WINDOW : window);
}

function nameProblem({ name }: Objective, seen: ReadonlySet<string>): string[] {
  const at = `objectives["${name}"]`;
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
      ? []
      : [`${at}: its name must be lower-case words joined by "-"`]),
    ...(seen.has(name) ? [`${at}: there are two of this name; give each its own`] : []),
  ];
}

function alertingProblems(at: string, objective: Objective): string[] {
  const { target, alerting = {} } = objective;
  const { off, minimumBad = MINIMUM_BAD, tiers } = alerting;
  if (off !== undefined) {
    return off.trim() === "" ? [`${at}.alerting.off: say why nobody is told when it is missed`] : [];
  }
  return [
    ...(Number.isInteger(minimumBad) && minimumBad >= 0
      ? []
      : [`${at}.alerting.minimumBad: ${minimumBad} must be a whole number, 0 or more`]),
    ...burnProblems(target, windowSeconds(objective.window), tiers).map((problem) => `${at}: ${problem}`),
  ];
}

/**
 * Problems of a service's objectives, each quoting the value and saying what would do.
 * @param metrics what the service calls its metrics
 */
export function objectiveProblems(
  objectives: readonly Objective[],
  metrics: MetricNames = METRICS,
): string[] {
  const seen = new Set<string>();
  return objectives.flatMap((objective) => {
    const at = `objectives["${objective.name}"]`;
    const problems = nameProblem(objective, seen);
    seen.add(objective.name);
    const window = windowSeconds(objective.window);
    const isTarget = objective.target > 0 && objective.target < 100;
    if (!isTarget) {
      problems.push(
        `${at}.target: ${objective.target} must lie above 0 and below 100 (percent of good events)`,
      );
    }
    if (window < DAY) {
      problems.push(`${at}.window: "${objective.window}" is shorter than a day; use 7, 28 or 30 days`);
    }
    if (isTarget && window >= DAY) problems.push(...alertingProblems(at, objective));
    return [...problems, ...indicatorProblems(`${at}.indicator`, objective.indicator, metrics)];
  });
}

/**
 * Problems that a service's traffic makes: an alert whose long window never holds as many requests as it wants bad ones could not
 * fire if every one of them failed.
 * @param peak requests per second at most
 */
export function rareTrafficProblems(objectives: readonly Objective[], peak: number): string[] {
  return objectives.flatMap(({ name, indicator, window, alerting = {} }) => {
    const { off, minimumBad = MINIMUM_BAD, tiers } = alerting;
    const ofRequests = indicator.kind === "availability" || indicator.kind === "latency";
    if (!ofRequests || off !== undefined || windowSeconds(window) < DAY) return [];
    return burnTiers(windowSeconds(window), tiers)
      .filter(({ longSeconds }) => peak * longSeconds < minimumBad)
      .map(
        ({ severity, longSeconds }) =>
          `objectives["${name}"]: its ${severity} wants ${minimumBad} bad requests within ${promDuration(longSeconds)}, and at the peak of ${peak} requests/s there are ${Number((peak * longSeconds).toPrecision(3))} in all: it could never fire. Lower \`alerting.minimumBad\`, or state \`alerting.tiers\` with longer windows`,
      );
  });
}

/** Fills in defaults. */
export function normalizeObjective(objective: Objective): NormalizedObjective {
  const { name, indicator, target, window, owner, runbook, alerting } = objective;
  const { kind, ...counted } = normalizeIndicator(indicator);
  return {
    name,
    kind,
    target,
    windowDays: windowSeconds(window) / DAY,
    ...(window === "calendar month" ? { calendar: true } : {}),
    owner,
    ...counted,
    ...(runbook === undefined ? {} : { runbook }),
    ...(alerting === undefined ? {} : { alerting }),
  };
}
