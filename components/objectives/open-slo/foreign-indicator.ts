import type { Indicator } from "../indicator.ts";
import { promDuration, promqlProblem } from "../promql.ts";
import { shorthandSeconds } from "./durations.ts";
import type { Library } from "./library.ts";
import { fixed, singly, windowed } from "./promql-window.ts";
import type { Findings } from "./read.ts";
import type { ReadMetric, ReadObjective, ReadRatio, ReadSli } from "./schema.ts";

/** An indicator of somebody else's, as one of ours; and whether its events are really counted. */
export interface ForeignIndicator {
  readonly indicator: Indicator;
  /** False for a ratio that was reckoned before: how many events it stands for is not known. */
  readonly counted: boolean;
}

/** What an indicator is read from. */
export interface Place {
  /** Path of the objective that asks. */
  readonly at: string;
  /** Path of the indicator. */
  readonly path: string;
  readonly library: Library;
  readonly findings: Findings;
}

/** Kinds of sources that are asked in PromQL. */
const PROMETHEUS = /prometheus|thanos|mimir|cortex|victoria/i;

/** Range of a figure that is looked at again and again. */
const LOOK = "5m";

/** The PromQL of a metric; undefined, with a problem, where it is none. @param path the metric's */
function queryOf(metric: ReadMetric, path: string, { library, findings }: Place): string | undefined {
  const { type, metricSourceRef, spec } = metric.metricSource;
  const source = metricSourceRef === undefined ? undefined : library.find("DataSource", metricSourceRef);
  const kind = type ?? source?.spec.type;
  if (kind !== undefined && !PROMETHEUS.test(kind)) {
    findings.problems.push(
      `${path}.metricSource.type: ${JSON.stringify(kind)} is not asked in PromQL: give its query for Prometheus, or leave the objective out`,
    );
    return undefined;
  }
  if (typeof spec.query === "string" && spec.query.trim() !== "") return spec.query;
  findings.problems.push(`${path}.metricSource.spec.query: missing; it must be: PromQL, as a text`);
  return undefined;
}

/** A query of events, with `$window`; undefined, with a problem, where it can't be had. */
export function eventQuery(
  query: string | undefined,
  path: string,
  counter: boolean,
  { problems, notes }: Findings,
): string | undefined {
  if (query === undefined) return undefined;
  const result = windowed(query, counter);
  if ("problem" in result) {
    problems.push(`${path}: ${JSON.stringify(query)} ${result.problem}`);
    return undefined;
  }
  if (result.note !== undefined) notes.add(`${path}: ${result.note}`);
  return singly(result.query, "sum");
}

/** Good or bad ones of all; a share that was reckoned before counts as one event a second. */
export function shareOf(side: "bad" | "good", query: string): ForeignIndicator {
  const total = `0 * (${query}) + 1`;
  const indicator: Indicator =
    side === "bad" ? { kind: "queries", bad: query, total } : { kind: "queries", good: query, total };
  return { indicator, counted: false };
}

function events(ratio: ReadRatio, place: Place): ForeignIndicator | undefined {
  const { findings, path } = place;
  const { counter = false, good, bad, total, raw, rawType } = ratio;
  const asked = (metric: ReadMetric, name: string, grows: boolean) => {
    const at = `${path}.ratioMetric.${name}`;
    return eventQuery(queryOf(metric, at, place), `${at}.metricSource.spec.query`, grows, findings);
  };
  if (raw !== undefined) {
    if (rawType === undefined) {
      findings.problems.push(`${path}.ratioMetric.rawType: missing; it must be one of "success", "failure"`);
    }
    const query = asked(raw, "raw", false);
    return query === undefined ? undefined : shareOf(rawType === "failure" ? "bad" : "good", query);
  }
  const counted = bad ?? good;
  if (counted === undefined || total === undefined || (bad !== undefined && good !== undefined)) {
    findings.problems.push(
      `${path}.ratioMetric: it must have either good or bad, and total; or raw and rawType`,
    );
    return undefined;
  }
  const all = asked(total, "total", counter);
  const side = asked(counted, bad === undefined ? "good" : "bad", counter);
  if (all === undefined || side === undefined) return undefined;
  const indicator: Indicator =
    bad === undefined
      ? { kind: "queries", good: side, total: all }
      : { kind: "queries", bad: side, total: all };
  return { indicator, counted: true };
}

/**
 * A share of time: a moment is good while a figure is at most, or at least, so much. Anything but a positive figure that must
 * not be passed is moved so that it must not pass 1.
 */
function moments(figure: string, op: NonNullable<ReadObjective["op"]>, value: number): ForeignIndicator {
  const most = op === "lte" || op === "lt";
  const one = singly(figure, most ? "max" : "min");
  const indicator: Indicator =
    most && value > 0
      ? { kind: "saturation", used: one, capacity: value, limit: 100 }
      : {
          kind: "saturation",
          used: most ? `(${one}) - ${value} + 1` : `${value} - (${one}) + 1`,
          capacity: 1,
          limit: 100,
        };
  return { indicator, counted: true };
}

function threshold(metric: ReadMetric, objective: ReadObjective, place: Place): ForeignIndicator | undefined {
  const { at, path, findings } = place;
  const { op, value } = objective;
  if (op === undefined || value === undefined) {
    const missing =
      op === undefined
        ? 'op: missing; it must be one of "lte", "gte", "lt", "gt"'
        : "value: missing; it must be: number";
    findings.problems.push(`${at}.${missing}`);
    return undefined;
  }
  const query = queryOf(metric, `${path}.thresholdMetric`, place);
  if (query === undefined) return undefined;
  const figure = fixed(query, LOOK);
  const where = `${path}.thresholdMetric.metricSource.spec.query`;
  const problem = promqlProblem(figure);
  if (problem !== undefined) {
    findings.problems.push(`${where}: ${JSON.stringify(query)} is no PromQL: ${problem}`);
    return undefined;
  }
  if (figure !== query) findings.notes.add(`${where}: its range is ${LOOK} at each look`);
  if (op === "lt" || op === "gt") {
    findings.notes.add(`${at}.op: ${op} became ${op}e: a figure of exactly ${value} counts as good`);
  }
  return moments(figure, op, value);
}

/** Slices of time in which the share of good events is high enough. */
function slices(ratio: ReadRatio, objective: ReadObjective, place: Place): ForeignIndicator | undefined {
  const { at, findings } = place;
  const { timeSliceTarget, timeSliceWindow } = objective;
  if (timeSliceTarget === undefined || timeSliceWindow === undefined) {
    findings.problems.push(`${at}: Timeslices needs timeSliceTarget and timeSliceWindow`);
    return undefined;
  }
  const found = events(ratio, place)?.indicator;
  if (found?.kind !== "queries") return undefined;
  const range = promDuration(
    typeof timeSliceWindow === "number" ? timeSliceWindow * 60 : shorthandSeconds(timeSliceWindow),
  );
  const of = (part: string) =>
    `(${part.replaceAll("$window", range)}) / (${found.total.replaceAll("$window", range)})`;
  findings.notes.add(`${at}.timeSliceWindow: every moment looks back over ${range}, not slice by slice`);
  return "bad" in found
    ? moments(of(found.bad), "lte", Number((1 - timeSliceTarget).toPrecision(12)))
    : moments(of(found.good), "gte", timeSliceTarget);
}

/** An indicator as one of ours; undefined, with problems, where it can't be. */
export function foreignIndicator(
  sli: ReadSli,
  objective: ReadObjective,
  method: "Occurrences" | "Timeslices" | "RatioTimeslices",
  place: Place,
): ForeignIndicator | undefined {
  const { path, at, findings } = place;
  const { ratioMetric, thresholdMetric } = sli;
  if ((ratioMetric === undefined) === (thresholdMetric === undefined)) {
    findings.problems.push(`${path}: it must have either ratioMetric or thresholdMetric`);
    return undefined;
  }
  if (thresholdMetric !== undefined) return threshold(thresholdMetric, objective, place);
  if (ratioMetric === undefined) return undefined;
  if (method === "Timeslices") return slices(ratioMetric, objective, place);
  if (method === "RatioTimeslices") {
    findings.notes.add(`${at}: RatioTimeslices weighs every slice alike; here every event counts alike`);
  }
  return events(ratioMetric, place);
}
