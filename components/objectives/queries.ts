import { countsEvents, type LabelMatch, type NormalizedIndicator } from "./indicator.ts";
import type { MeasuredService } from "./measured-service.ts";
import { aggregated, METRIC, selector } from "./promql.ts";

/** Labels by which a query is narrowed beside what its indicator says, such as one revision. */
export type Narrowing = Readonly<Record<string, LabelMatch>>;

/** An indicator that counts events, in PromQL: events per second over a range, by the indicator's `by`. */
export interface EventQueries {
  readonly unit: "events";
  /** Bad events per second. Has no value, not 0, where it can't be told what was good. */
  bad(range: string, narrowing?: Narrowing): string;
  /** All events per second. */
  total(range: string, narrowing?: Narrowing): string;
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

type Side = (range: string, narrowing?: Narrowing) => string;

/** Events of a counter per second. */
function rateOf(
  { metric, labels }: { readonly metric: string; readonly labels: Record<string, LabelMatch> },
  by: readonly string[],
): Side {
  return (range, narrowing = {}) =>
    aggregated("sum", by, `rate(${selector(metric, { ...labels, ...narrowing })}[${range}])`);
}

/** What a counter that nobody has incremented yet gives: 0 where there are events at all. */
function orNone(bad: Side, total: Side): Side {
  return (range, narrowing) => `(${bad(range, narrowing)} or 0 * ${total(range, narrowing)})`;
}

function remaining(good: Side, total: Side): Side {
  return (range, narrowing) => `(${total(range, narrowing)} - ${good(range, narrowing)})`;
}

function withRange(query: string): Side {
  return (range) => `(${query.replaceAll("$window", range)})`;
}

function eventSides(service: MeasuredService, indicator: NormalizedIndicator): { bad: Side; total: Side } {
  const { metrics } = service;
  const { by = [], where = {}, route } = indicator;
  const labels = { ...serviceLabels(service), ...where };
  const rate = (metric: string, more: Record<string, LabelMatch> = {}) =>
    rateOf({ metric, labels: { ...labels, ...more } }, by);
  switch (indicator.kind) {
    case "availability": {
      const total = rate(metrics.requests);
      return { total, bad: orNone(rate(metrics.requests, { [metrics.code]: { matches: "5.." } }), total) };
    }
    case "latency": {
      const of: Record<string, string> = route === undefined ? {} : { [metrics.route]: route };
      const total = rate(`${metrics.duration}_count`, of);
      const le = edge(indicator.thresholdSeconds ?? 0);
      // No fallback: without a bucket of that edge nothing is known, and that is not "all were in time".
      return { total, bad: remaining(rate(`${metrics.duration}_bucket`, { ...of, le }), total) };
    }
    case "health": {
      const endpoint = indicator.probe ?? "readiness";
      const total = rate(metrics.health, { endpoint });
      return { total, bad: orNone(rate(metrics.health, { endpoint, status: { not: "success" } }), total) };
    }
    case "queries": {
      const total = withRange(indicator.total ?? "");
      if (indicator.bad !== undefined) return { total, bad: orNone(withRange(indicator.bad), total) };
      return { total, bad: remaining(orNone(withRange(indicator.good ?? ""), total), total) };
    }
    default: {
      const total = rate(indicator.total ?? "");
      if (indicator.bad !== undefined) return { total, bad: orNone(rate(indicator.bad), total) };
      return { total, bad: remaining(orNone(rate(indicator.good ?? ""), total), total) };
    }
  }
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
  return { unit: "events", ...eventSides(service, indicator) };
}
