import type { NormalizedIndicator } from "../objectives/indicator.ts";
import {
  countsEvents,
  type Indicator,
  type LabelMatch,
  normalizeIndicator,
} from "../objectives/indicator.ts";
import { indicatorProblems } from "../objectives/indicator-problems.ts";
import { METRICS, type MetricNames } from "../objectives/measured-service.ts";
import { METRIC, promqlProblem } from "../objectives/promql.ts";
import { type Duration, seconds } from "../units.ts";

/**
 * How bad it is, and so whom it reaches ({@link Escalation}): `page` wakes somebody, `warning` is looked at within the day's
 * work, `ticket` is planned.
 */
export type Severity = "page" | "warning" | "ticket";

/** Every severity, the worst first. */
export const SEVERITIES: readonly Severity[] = ["page", "warning", "ticket"];

/**
 * What has to hold for an alert.
 * - `share`: bad events are more than `above` percent of all, counted over `over` (default 5 minutes).
 * - `limit`: an indicator that is a share of time passes its limit now.
 * - `count`: more than `above` events of a counter within `over`. The counter has to be exported as 0 from the start: Prometheus
 *   sees no increase to what was not there.
 * - `value`: a gauge is above or below a figure; `orAbsent`: or isn't there, as when what exports it is down.
 * - `promql`: whatever it gives a value for.
 */
export type Condition =
  | {
      readonly kind: "share";
      readonly indicator: Indicator;
      readonly above: number;
      readonly over?: Duration;
    }
  | { readonly kind: "limit"; readonly indicator: Indicator; readonly over?: Duration }
  | ({
      readonly kind: "count";
      readonly metric: string;
      readonly above: number;
      readonly over: Duration;
    } & MetricSelection)
  | ({
      readonly kind: "value";
      readonly metric: string;
      readonly above?: number;
      readonly below?: number;
      readonly aggregate?: "max" | "min" | "sum" | "avg";
      readonly orAbsent?: boolean;
    } & MetricSelection)
  | { readonly kind: "promql"; readonly expression: string };

/** Which series of a metric; it is not said here what labels it has, so any may be named. */
interface MetricSelection {
  readonly where?: Readonly<Record<string, LabelMatch>>;
  readonly by?: readonly string[];
}

/** An alert that is no matter of an error budget: a fixed threshold, for a fixed time. */
export interface Alert {
  /** Unique among those of its service; words in capitals, such as `HighErrorRate`. */
  readonly name: string;
  /** Service that it watches, by name. Left out: the system as a whole, and its series have no label `service`. */
  readonly service?: string;
  readonly condition: Condition;
  /** How long it has to hold. `"0 s"`: at once. */
  readonly for: Duration;
  readonly severity: Severity;
  /** Team that answers for it. */
  readonly owner: string;
  /**
   * What it is about. A `page` silences warnings and tickets of the same concern and service. Default: its own name. An
   * objective's alerts have the objective's name.
   */
  readonly concern?: string;
  /** Who has its metrics, where that is not who watches its service: such as those of Google's own services. */
  readonly watchedBy?: "prometheus" | "cloud-monitoring";
  /** Runbook of the system that says what to do, by its name. */
  readonly runbook: string;
  /** What is wrong, in one sentence for someone who has just woken up: `"More than 1 % of requests fail."` */
  readonly what: string;
  /** How bad that is for whom. */
  readonly impact: string;
  /** What to do first. */
  readonly first: string;
}

/** An alert's condition with its durations in seconds. */
export type NormalizedCondition =
  | { kind: "share"; indicator: NormalizedIndicator; above: number; overSeconds: number }
  | { kind: "limit"; indicator: NormalizedIndicator; overSeconds: number }
  | ({ kind: "count"; metric: string; above: number; overSeconds: number } & MetricSelection)
  | ({
      kind: "value";
      metric: string;
      above?: number;
      below?: number;
      aggregate: "max" | "min" | "sum" | "avg";
      orAbsent: boolean;
    } & MetricSelection)
  | { kind: "promql"; expression: string };

/** An alert as plain data. */
export interface NormalizedAlert extends Omit<Alert, "condition" | "for" | "concern"> {
  readonly condition: NormalizedCondition;
  readonly forSeconds: number;
  readonly concern: string;
}

const DEFAULT_OVER: Duration = "5 min";

function normalizeCondition(condition: Condition): NormalizedCondition {
  switch (condition.kind) {
    case "share":
      return {
        kind: "share",
        indicator: normalizeIndicator(condition.indicator),
        above: condition.above,
        overSeconds: seconds(condition.over ?? DEFAULT_OVER),
      };
    case "limit":
      return {
        kind: "limit",
        indicator: normalizeIndicator(condition.indicator),
        overSeconds: seconds(condition.over ?? DEFAULT_OVER),
      };
    case "count": {
      const { over, ...rest } = condition;
      return { ...rest, overSeconds: seconds(over) };
    }
    case "value":
      return { aggregate: "max", orAbsent: false, ...condition };
    case "promql":
      return condition;
  }
}

/** Fills in defaults. */
export function normalizeAlert({ condition, for: time, concern, ...alert }: Alert): NormalizedAlert {
  return {
    ...alert,
    condition: normalizeCondition(condition),
    forSeconds: seconds(time),
    concern: concern ?? alert.name,
  };
}

function conditionProblems(at: string, condition: Condition, metrics: MetricNames): string[] {
  switch (condition.kind) {
    case "share":
      return [
        ...indicatorProblems(`${at}.indicator`, condition.indicator, metrics),
        ...(countsEvents(condition.indicator)
          ? []
          : [`${at}: ${condition.indicator.kind} is no share of events; use { kind: "limit", … }`]),
        ...(condition.above >= 0 && condition.above < 100
          ? []
          : [`${at}.above: ${condition.above} must be 0 or more and below 100 (percent of events)`]),
        ...rangeProblem(`${at}.over`, condition.over ?? DEFAULT_OVER),
      ];
    case "limit":
      return [
        ...indicatorProblems(`${at}.indicator`, condition.indicator, metrics),
        ...(countsEvents(condition.indicator)
          ? [`${at}: ${condition.indicator.kind} is a share of events; use { kind: "share", above: … }`]
          : []),
        ...rangeProblem(`${at}.over`, condition.over ?? DEFAULT_OVER),
      ];
    case "count":
      return [
        ...metricProblem(at, condition.metric),
        ...(condition.above >= 0 ? [] : [`${at}.above: ${condition.above} must be 0 or more events`]),
        ...rangeProblem(`${at}.over`, condition.over),
      ];
    case "value":
      return [
        ...metricProblem(at, condition.metric),
        ...((condition.above === undefined) === (condition.below === undefined)
          ? [`${at}: state either \`above\` or \`below\``]
          : []),
      ];
    case "promql": {
      const problem = promqlProblem(condition.expression);
      return problem === undefined
        ? []
        : [`${at}.expression: "${condition.expression}" is no PromQL: ${problem}`];
    }
  }
}

function metricProblem(at: string, metric: string): string[] {
  return METRIC.test(metric) ? [] : [`${at}.metric: "${metric}" is no metric's name`];
}

function rangeProblem(at: string, over: Duration): string[] {
  return seconds(over) >= 60 && Number.isInteger(seconds(over))
    ? []
    : [`${at}: "${over}" must be whole seconds, and a minute or more: four scrapes, 15 s apart`];
}

/**
 * Problems of a system's alerts, each with its value and what would do.
 * @param metricsOf what a service calls its metrics; undefined where there is no such service
 */
export function alertProblems(
  alerts: readonly Alert[],
  metricsOf: (service: string) => MetricNames | undefined,
  services: readonly string[],
): string[] {
  const seen = new Set<string>();
  return alerts.flatMap((alert) => {
    const at = `alerts["${alert.name}"]`;
    const metrics = alert.service === undefined ? METRICS : metricsOf(alert.service);
    const identity = `${alert.service ?? ""}/${alert.name}`;
    const twice = seen.has(identity);
    seen.add(identity);
    return [
      ...(/^[A-Z][A-Za-z0-9]*$/.test(alert.name)
        ? []
        : [`${at}: its name must be words in capitals without blanks, such as HighErrorRate`]),
      ...(twice ? [`${at}: there are two of this name; give each its own`] : []),
      ...(metrics === undefined
        ? [`${at}.service: there is no service "${alert.service}"; there are: ${services.join(", ")}`]
        : []),
      ...(["what", "impact", "first"] as const)
        .filter((text) => alert[text].trim() === "")
        .map((text) => `${at}.${text}: say it in one sentence; whoever reads it has just woken up`),
      ...conditionProblems(`${at}.condition`, alert.condition, metrics ?? METRICS),
    ];
  });
}
