import { countsEvents, type LabelMatch, type NormalizedIndicator } from "./indicator.ts";
import type { MeasuredService } from "./measured-service.ts";
import { aggregated, METRIC, selector } from "./promql.ts";

/** Labels by which a query is narrowed beside what its indicator says, such as one revision. */
export type Narrowing = Readonly<Record<string, LabelMatch>>;

/** An indicator that counts events, in PromQL: events per second over a range, by the indicator's `by`. */
export interface EventQueries {
  readonly unit: "events";
  /** What is really counted; the other side is what remains. */
  readonly counted: Counted;
  /** Bad events per second. Has no value, not 0, where it can't be told what was good. */
  bad(range: string, narrowing?: Narrowing): string;
  /** All events per second. */
  total(range: string, narrowing?: Narrowing): string;
}

/** One side of an indicator's events, per second. */
interface Counted {
  readonly side: "bad" | "good";
  readonly rate: (range: string, narrowing?: Narrowing) => string;
  /**
   * Whether a side without any series counts as 0 where there are events: a counter that nobody has incremented yet. Not so a
   * histogram without a bucket at the threshold: then nothing is known, and that is not "all were in time".
   */
  readonly zeroWhereAbsent: boolean;
}

/** An indicator that is a share of time, in PromQL: a figure, and what it must not be above. */
export interface TimeQueries {
  readonly unit: "time";
  /** Has no value where nothing was measured. `range` matters to those that are made from rates. */
  value(range: string, narrowing?: Narrowing): string;
  /** In the figure's own unit: seconds, or percent. */
  readonly limit: number;
}

/** `le` of a bucket's edge, however it was written: Prometheus' text has `2`, OpenMetrics `2.0`. */
function edge(seconds: number): LabelMatch {
  const text = String(seconds);
  return text.includes(".") ? text : { matches: `${text}(\\.0)?` };
}

/** The labels that choose a service's own series. */
export function serviceLabels({
  environment,
  system,
  service,
}: Pick<MeasuredService, "environment" | "system" | "service">): Record<string, string> {
  return { environment, system, service };
}

/**
 * The label that tells a service's versions apart. What is deployed elsewhere, or turned on for some users, has none: all of its
 * series are the candidate's.
 */
export function revisionLabels(
  { runtime }: Pick<MeasuredService, "runtime">,
  revision: string,
): { readonly revision?: string } {
  return runtime === "elsewhere" ? {} : { revision };
}

type Side = (range: string, narrowing?: Narrowing) => string;

/** Events of a counter per second. */
function rateOf(
  { metric, labels }: { readonly metric: string; readonly labels: Record<string, LabelMatch> },
  by: readonly string[],
): Side {
  return (range, narrowing = {}) =>
    aggregated("sum", by, `rate(${selector(metric, { ...labels, ...narrowing })}[${range}])`);
}

function withRange(query: string): Side {
  return (range) => `(${query.replaceAll("$window", range)})`;
}

/** What is counted, of what all are. */
function eventSides(
  service: MeasuredService,
  indicator: NormalizedIndicator,
): { counted: Counted; total: Side } {
  const { metrics } = service;
  const { by = [], where = {}, route, bad, good = "", total = "" } = indicator;
  const labels = { ...serviceLabels(service), ...where };
  const rate = (metric: string, more: Record<string, LabelMatch> = {}) =>
    rateOf({ metric, labels: { ...labels, ...more } }, by);
  const count = (side: Counted["side"], of: Side, zeroWhereAbsent = true): Counted => ({
    side,
    rate: of,
    zeroWhereAbsent,
  });
  switch (indicator.kind) {
    case "availability":
      return {
        total: rate(metrics.requests),
        counted: count("bad", rate(metrics.requests, { [metrics.code]: { matches: "5.." } })),
      };
    case "latency": {
      const of: Record<string, string> = route === undefined ? {} : { [metrics.route]: route };
      const le = edge(indicator.thresholdSeconds ?? 0);
      return {
        total: rate(`${metrics.duration}_count`, of),
        counted: count("good", rate(`${metrics.duration}_bucket`, { ...of, le }), false),
      };
    }
    case "health": {
      const endpoint = indicator.probe ?? "readiness";
      return {
        total: rate(metrics.health, { endpoint }),
        counted: count("bad", rate(metrics.health, { endpoint, status: { not: "success" } })),
      };
    }
    case "queries":
      return {
        total: withRange(total),
        counted: bad === undefined ? count("good", withRange(good)) : count("bad", withRange(bad)),
      };
    default:
      return {
        total: rate(total),
        counted: bad === undefined ? count("good", rate(good)) : count("bad", rate(bad)),
      };
  }
}

/** Bad events, whichever side is counted. */
function badSide({ side, rate, zeroWhereAbsent }: Counted, total: Side): Side {
  const counted: Side = zeroWhereAbsent
    ? (range, narrowing) => `(${rate(range, narrowing)} or 0 * ${total(range, narrowing)})`
    : rate;
  if (side === "bad") return counted;
  return (range, narrowing) => `(${total(range, narrowing)} - ${counted(range, narrowing)})`;
}

/** A metric of the service by its name, aggregated over its instances; PromQL as it stands. */
function figure(service: MeasuredService, indicator: NormalizedIndicator, name: string): Side {
  const { by = [], where = {}, aggregate = "max" } = indicator;
  if (!METRIC.test(name)) return () => `(${name})`;
  return (_range, narrowing = {}) =>
    aggregated(aggregate, by, selector(name, { ...serviceLabels(service), ...where, ...narrowing }));
}

function timeQueries(service: MeasuredService, indicator: NormalizedIndicator): TimeQueries {
  const { by = [], where = {} } = indicator;
  switch (indicator.kind) {
    case "freshness": {
      const last = figure(service, indicator, indicator.lastSuccess ?? "");
      return {
        unit: "time",
        limit: indicator.maxAgeSeconds ?? 0,
        value: (range, narrowing) => `(time() - ${last(range, narrowing)})`,
      };
    }
    case "saturation": {
      const used = figure(service, indicator, indicator.used ?? "");
      const { capacity = 1 } = indicator;
      const of: Side =
        typeof capacity === "number" ? () => String(capacity) : figure(service, indicator, capacity);
      return {
        unit: "time",
        limit: indicator.limit ?? 100,
        value: (range, narrowing) => `(100 * ${used(range, narrowing)} / ${of(range, narrowing)})`,
      };
    }
    default: {
      const { duration, route: label } = service.metrics;
      const share = String((indicator.quantile ?? 95) / 100);
      const quantile = (route: string | undefined): Side => {
        const labels = { ...serviceLabels(service), ...where, [label]: route ?? "" };
        const rate = rateOf({ metric: `${duration}_bucket`, labels }, [...by, "le"]);
        return (range, narrowing) => `histogram_quantile(${share}, ${rate(range, narrowing)})`;
      };
      const slow = quantile(indicator.route);
      const fast = quantile(indicator.against);
      return {
        unit: "time",
        limit: indicator.thresholdSeconds ?? 0,
        value: (range, narrowing) => `(${slow(range, narrowing)} - ${fast(range, narrowing)})`,
      };
    }
  }
}

/**
 * What asks Prometheus for an indicator of a service. Everything that measures is made from these: recording rules, alerts,
 * release gates, dashboards, OpenSLO.
 */
export function indicatorQueries(
  service: MeasuredService,
  indicator: NormalizedIndicator,
): EventQueries | TimeQueries {
  if (!countsEvents(indicator)) return timeQueries(service, indicator);
  const { counted, total } = eventSides(service, indicator);
  return { unit: "events", counted, total, bad: badSide(counted, total) };
}
