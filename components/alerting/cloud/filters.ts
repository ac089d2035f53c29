import type * as gcp from "@pulumi/gcp";
import type { LabelMatch, NormalizedIndicator } from "../../objectives/indicator.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { quoted } from "../../objectives/promql.ts";
import { serviceLabels } from "../../objectives/queries.ts";

/** An indicator in Cloud Monitoring's filters: what an objective there is made of. */
export interface FilteredIndicator {
  readonly sli: gcp.types.input.monitoring.SloRequestBasedSli;
  /** Bad events, where they can be counted by themselves; a distribution's can't. */
  readonly bad?: string;
  /** All events. */
  readonly total: string;
}

type Filterable = Pick<NormalizedIndicator, "kind" | "route" | "where" | "by">;

/**
 * Whether Cloud Run itself measures an indicator: requests and probes of a service as a whole. It knows no routes, and no
 * labels that the service gives its own metrics.
 */
export function measuredByCloudRun({ kind, route, where = {}, by = [] }: Filterable): boolean {
  const known = kind === "availability" || kind === "latency" || kind === "health";
  return known && route === undefined && by.length === 0 && Object.keys(where).length === 0;
}

function matching(label: string, match: LabelMatch): string {
  if (typeof match === "string") return `${label}=${quoted(match)}`;
  return "matches" in match
    ? `${label}=monitoring.regex.full_match(${quoted(match.matches)})`
    : `${label}!=monitoring.regex.full_match(${quoted(match.not)})`;
}

function runFilter({ service }: MeasuredService, metric: string, ...more: string[]): string {
  return [
    `metric.type="run.googleapis.com/${metric}"`,
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=${quoted(service)}`,
    ...more,
  ].join(" AND ");
}

/** One of a service's own counters, as Managed Service for Prometheus keeps it. */
function counterFilter(
  service: MeasuredService,
  metric: string,
  where: NormalizedIndicator["where"],
): string {
  const labels = Object.entries({ ...serviceLabels(service), ...where });
  return [
    `metric.type="prometheus.googleapis.com/${metric}/counter"`,
    'resource.type="prometheus_target"',
    ...labels.map(([label, match]) => matching(`metric.labels.${label}`, match)),
  ].join(" AND ");
}

function ratio(service: MeasuredService, indicator: NormalizedIndicator): FilteredIndicator {
  const filter = (metric = "") => counterFilter(service, metric, indicator.where);
  const total = filter(indicator.total);
  if (indicator.bad === undefined) {
    const goodServiceFilter = filter(indicator.good);
    return { total, sli: { goodTotalRatio: { goodServiceFilter, totalServiceFilter: total } } };
  }
  const bad = filter(indicator.bad);
  return { total, bad, sli: { goodTotalRatio: { badServiceFilter: bad, totalServiceFilter: total } } };
}

/**
 * An indicator in filters, or undefined where only PromQL can say it. Cloud Monitoring's objectives have one budget each, so
 * none with `by`.
 */
export function filteredIndicator(
  service: MeasuredService,
  indicator: NormalizedIndicator,
): FilteredIndicator | undefined {
  const { kind, by = [], thresholdSeconds = 0 } = indicator;
  if (kind === "ratio") return by.length === 0 ? ratio(service, indicator) : undefined;
  if (kind === "health" || !measuredByCloudRun(indicator)) return undefined;
  const total = runFilter(service, "request_count");
  if (kind === "latency") {
    const distributionFilter = runFilter(service, "request_latencies");
    // Cloud Run measures in milliseconds.
    return {
      total,
      sli: { distributionCut: { distributionFilter, range: { max: thresholdSeconds * 1000 } } },
    };
  }
  const bad = runFilter(service, "request_count", 'metric.labels.response_code_class="5xx"');
  return { total, bad, sli: { goodTotalRatio: { badServiceFilter: bad, totalServiceFilter: total } } };
}
