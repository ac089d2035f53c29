import { countsEvents, type LabelMatch, type NormalizedIndicator } from "../../objectives/indicator.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { aggregated, promDuration, selector } from "../../objectives/promql.ts";
import { indicatorQueries } from "../../objectives/queries.ts";
import { HOUR, plain } from "../../units.ts";
import { measuredByCloudRun } from "./filters.ts";

/** Cloud Run's own metrics have a value each minute, so a rate means something over two. */
const SHORTEST_ON_CLOUD_RUN = 120;

/** Range that a figure which is made from rates is reckoned over, and how far apart its looks are over an hour or less, and beyond. */
const LOOK = { range: 300, near: 60, far: 300 } as const;

type Side = (seconds: number) => string;

/** What of a service is meant: one revision by its name, or all of them. */
export interface CloudScope {
  readonly revision?: string | undefined;
}

/**
 * One of Cloud Run's metrics as PromQL names it (the first `/` becomes `:`, what else is no letter `_`), summed over a
 * service's revisions, or of one. Without `monitored_resource` a name that other kinds of resources have too is refused.
 */
function cloudRunRate(
  { service }: MeasuredService,
  { revision }: CloudScope,
  metric: string,
  labels: Readonly<Record<string, LabelMatch>> = {},
  by: readonly string[] = [],
): Side {
  const series = selector(`run_googleapis_com:${metric}`, {
    monitored_resource: "cloud_run_revision",
    service_name: service,
    ...(revision === undefined ? {} : { revision_name: revision }),
    ...labels,
  });
  return (seconds) => {
    const range = promDuration(Math.max(seconds, SHORTEST_ON_CLOUD_RUN));
    return aggregated("sum", by, `rate(${series}[${range}])`);
  };
}

/**
 * Cloud Run counts the attempts of its probes in `run.googleapis.com/container/completed_probe_attempt_count`, with the
 * labels `probe_type`, `is_healthy`, `probe_action`, `container_name` and `is_default` (a public table of Google Cloud's metrics,
 * read in 2026-11; Google's own page was not to be had). Configurations in use write `STARTUP`; the case is left open.
 */
function probeRates(
  service: MeasuredService,
  scope: CloudScope,
  { probe = "readiness" }: NormalizedIndicator,
) {
  const metric = "container_completed_probe_attempt_count";
  const labels = { probe_type: { matches: `(?i)${probe}` } };
  return {
    total: cloudRunRate(service, scope, metric, labels),
    bad: cloudRunRate(service, scope, metric, { ...labels, is_healthy: "false" }),
  };
}

/** Events per second of an indicator that counts them: all, and the bad ones. Not for Cloud Run's latency, which can't be counted. */
export function cloudRates(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  scope: CloudScope = {},
): { bad: Side; total: Side } {
  if (measuredByCloudRun(indicator)) {
    const { total, bad } =
      indicator.kind === "health"
        ? probeRates(service, scope, indicator)
        : {
            total: cloudRunRate(service, scope, "request_count"),
            bad: cloudRunRate(service, scope, "request_count", { response_code_class: "5xx" }),
          };
    // A class of answers that there was none of has no series.
    return { total, bad: (seconds) => `(${bad(seconds)} or 0 * ${total(seconds)})` };
  }
  const queries = indicatorQueries(service, indicator);
  if (queries.unit !== "events") throw new TypeError(`${indicator.kind} counts no events`);
  const narrowing = scope.revision === undefined ? {} : { revision: scope.revision };
  return {
    total: (seconds) => queries.total(promDuration(seconds), narrowing),
    bad: (seconds) => queries.bad(promDuration(seconds), narrowing),
  };
}

/** Requests per second by the edges of Cloud Run's own histogram, in milliseconds (`le`). */
export function cloudLatencyBuckets(service: MeasuredService, scope: CloudScope = {}): Side {
  return cloudRunRate(service, scope, "request_latencies_bucket", {}, ["le"]);
}

/** Mean of one of Cloud Run's distributions: of `request_latencies` in milliseconds, of `container_cpu_utilizations` as a share. */
export function cloudMean(service: MeasuredService, scope: CloudScope, distribution: string): Side {
  const side = (name: string) => cloudRunRate(service, scope, `${distribution}_${name}`);
  return (seconds) => `${side("sum")(seconds)} / ${side("count")(seconds)}`;
}

/**
 * Cloud Run's histogram has its edges elsewhere than a threshold, so what lies above it can't be counted. "More than 5 % took
 * longer than 2 s" is the same as "the 95th percentile is above 2 s".
 */
function tooSlow(
  service: MeasuredService,
  { thresholdSeconds = 0 }: NormalizedIndicator,
  share: number,
  seconds: number,
): string {
  const rate = cloudLatencyBuckets(service);
  return `histogram_quantile(${plain(1 - share)}, ${rate(seconds)}) > ${plain(thresholdSeconds * 1000)}`;
}

/** Moments in which the limit was passed, of all in which there was a figure. */
function overLimit(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  share: number,
  seconds: number,
): string {
  const queries = indicatorQueries(service, indicator);
  if (queries.unit !== "time") throw new TypeError(`${indicator.kind} is no share of time`);
  const step = promDuration(seconds <= HOUR ? LOOK.near : LOOK.far);
  // `> -Inf` leaves out what is no number: no traffic, no quantile.
  const passed = `(${queries.value(promDuration(LOOK.range))} > -Inf) > bool ${queries.limit}`;
  return `avg_over_time((${passed})[${promDuration(seconds)}:${step}]) > ${plain(share)}`;
}

/** PromQL that has a value where more than a share of an indicator's events, or of the time, was bad. @param share 0 to 1 */
export function badShareAbove(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  share: number,
  seconds: number,
): string {
  if (!countsEvents(indicator)) return overLimit(service, indicator, share, seconds);
  if (indicator.kind === "latency" && measuredByCloudRun(indicator)) {
    return tooSlow(service, indicator, share, seconds);
  }
  const { bad, total } = cloudRates(service, indicator);
  return `${bad(seconds)} / ${total(seconds)} > ${plain(share)}`;
}

/** PromQL that has a value where there were at least so many bad events. Not for Cloud Run's latency either. */
export function badAtLeast(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  count: number,
  seconds: number,
): string {
  return `${seconds} * ${cloudRates(service, indicator).bad(seconds)} >= ${count}`;
}

/** PromQL that has a value where a metric of the service's own, that an indicator needs, is not there. */
export function unmeasured(service: MeasuredService, indicator: NormalizedIndicator): string {
  const queries = indicatorQueries(service, indicator);
  const range = promDuration(LOOK.range);
  return `absent(${queries.unit === "events" ? queries.total(range) : queries.value(range)})`;
}
