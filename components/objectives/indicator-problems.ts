import { seconds } from "../units.ts";
import type { Indicator, LabelMatch } from "./indicator.ts";
import { type MetricNames, SCRAPE_LABELS } from "./measured-service.ts";
import { METRIC, promqlProblem } from "./promql.ts";

const WINDOW = "$window";

/** Labels that an indicator's series have: those of the scrape, those of its metric, and those that it says itself. */
function knownLabels(indicator: Indicator, metrics: MetricNames): string[] {
  const own: Partial<Record<Indicator["kind"], readonly string[]>> = {
    availability: ["method", metrics.route, metrics.code],
    latency: [metrics.route],
    delta: [metrics.route],
    health: ["endpoint", "status"],
  };
  const stated = "labels" in indicator ? (indicator.labels ?? []) : [];
  return [...SCRAPE_LABELS, ...(own[indicator.kind] ?? []), ...stated];
}

function labelProblems(at: string, indicator: Indicator, metrics: MetricNames): string[] {
  if (indicator.kind === "queries") return [];
  const known = knownLabels(indicator, metrics);
  const unknown = (path: string, label: string) =>
    known.includes(label)
      ? []
      : [
          `${at}.${path}: there is no label "${label}" on its series. Known: ${known.join(", ")}. Name others in \`labels\`, if the metric has them`,
        ];
  return [
    ...Object.entries(indicator.where ?? {}).flatMap(([label, match]) => [
      ...unknown("where", label),
      ...patternProblem(`${at}.where["${label}"]`, match),
    ]),
    ...(indicator.by ?? []).flatMap((label) => unknown("by", label)),
  ];
}

/** RE2, which Prometheus matches by, knows no look-around and no back references. */
function patternProblem(at: string, match: LabelMatch): string[] {
  if (typeof match === "string") return [];
  const pattern = "matches" in match ? match.matches : match.not;
  try {
    new RegExp(pattern);
  } catch {
    return [`${at}: "${pattern}" is no regular expression`];
  }
  return /\(\?[=!<]|\\[1-9]/.test(pattern)
    ? [`${at}: "${pattern}" looks around or back, which Prometheus' patterns can't`]
    : [];
}

function metricProblem(at: string, name: string): string[] {
  return METRIC.test(name) ? [] : [`${at}: "${name}" is no metric's name`];
}

function queryProblems(at: string, query: string): string[] {
  if (!query.includes(WINDOW)) {
    return [
      `${at}: "${query}" has no ${WINDOW} where its range stands, such as rate(events_total[${WINDOW}])`,
    ];
  }
  const problem = promqlProblem(query.replaceAll(WINDOW, "5m"));
  return problem === undefined ? [] : [`${at}: "${query}" is no PromQL: ${problem}`];
}

/** A metric's name, or PromQL. */
function valueProblem(at: string, value: string): string[] {
  const problem = METRIC.test(value) ? undefined : promqlProblem(value);
  return problem === undefined ? [] : [`${at}: "${value}" is no metric's name and no PromQL: ${problem}`];
}

/** Counted events: each of an indicator's sides, by name. */
function sides(indicator: Extract<Indicator, { kind: "ratio" | "queries" }>): [string, string][] {
  const counted = "bad" in indicator ? indicator.bad : indicator.good;
  return [
    ["bad" in indicator ? "bad" : "good", counted],
    ["total", indicator.total],
  ];
}

function thresholdProblems(at: string, threshold: number, edges: readonly number[] | undefined): string[] {
  if (!(threshold > 0)) return [`${at}: ${threshold} s must be above 0`];
  if (edges === undefined || edges.includes(threshold)) return [];
  const near = [...edges].sort((a, b) => Math.abs(a - threshold) - Math.abs(b - threshold)).slice(0, 2);
  return [
    `${at}: the histogram has no bucket edge at ${threshold} s, so nothing can be said of it. Nearest: ${near.join(" s, ")} s; or give the histogram that edge (\`metrics.edges\`)`,
  ];
}

/** Problems of one indicator, each with its path and value. @param at its path */
export function indicatorProblems(at: string, indicator: Indicator, metrics: MetricNames): string[] {
  return [...kindProblems(at, indicator, metrics), ...labelProblems(at, indicator, metrics)];
}

function kindProblems(at: string, indicator: Indicator, metrics: MetricNames): string[] {
  switch (indicator.kind) {
    case "availability":
      return metrics.code in (indicator.where ?? {})
        ? [
            `${at}.where: "${metrics.code}" tells what is good, so it can't choose what is counted; use a ratio of two counters`,
          ]
        : [];
    case "health":
      return [];
    case "latency":
      return thresholdProblems(`${at}.threshold`, seconds(indicator.threshold), metrics.edges);
    case "ratio":
      return sides(indicator).flatMap(([side, metric]) => metricProblem(`${at}.${side}`, metric));
    case "queries":
      return sides(indicator).flatMap(([side, query]) => queryProblems(`${at}.${side}`, query));
    case "delta": {
      const { route, against, quantile = 95 } = indicator;
      return [
        ...(route === against ? [`${at}: "${route}" is held against itself; name two routes`] : []),
        ...(quantile > 0 && quantile < 100
          ? []
          : [`${at}.quantile: ${quantile} must lie above 0 and below 100 (percent)`]),
        ...thresholdProblems(`${at}.threshold`, seconds(indicator.threshold), undefined),
      ];
    }
    case "freshness":
      return [
        ...valueProblem(`${at}.lastSuccess`, indicator.lastSuccess),
        ...(seconds(indicator.maxAge) > 0 ? [] : [`${at}.maxAge: "${indicator.maxAge}" must be above 0`]),
      ];
    case "saturation": {
      const { used, capacity, limit } = indicator;
      return [
        ...valueProblem(`${at}.used`, used),
        ...(typeof capacity === "string"
          ? valueProblem(`${at}.capacity`, capacity)
          : capacity > 0
            ? []
            : [`${at}.capacity: ${capacity} must be above 0`]),
        ...(limit > 0 ? [] : [`${at}.limit: ${limit} must be above 0 (percent of the capacity)`]),
      ];
    }
  }
}
