import type { NormalizedIndicator } from "../../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { METRIC } from "../../../components/objectives/promql.ts";
import { revisionLabels, serviceLabels } from "../../../components/objectives/queries.ts";
import { Exposed, eventsOf, groupOf, quantile, type Sums, selected } from "../../status/sums.ts";
import type { Gate, Reading } from "../gate.ts";
import type { Growth, SourcedSample } from "./growth.ts";
import { events, NOTHING, noBucket, unanswered, worst } from "./reading.ts";
import { type Resource, USAGE } from "./usage.ts";

/** What one look at the exposed metrics gave. */
export interface Scraped {
  readonly service: MeasuredService;
  /** Counters, since the step's first look. */
  readonly growth: Growth;
  /** Everything as it is now. */
  readonly samples: readonly SourcedSample[];
  readonly at: Date;
}

const total = (sums: Sums | undefined) => [...(sums?.values() ?? [])].reduce((sum, each) => sum + each, 0);

function eventReading(
  { service, growth }: Scraped,
  indicator: NormalizedIndicator,
  revision: string,
): Reading {
  const sums = eventsOf(growth, service, indicator, revisionLabels(service, revision));
  if (sums.total === undefined) return NOTHING;
  const all = total(sums.total);
  if (sums.bad !== undefined) return events(all, total(sums.bad));
  if (sums.good !== undefined) return events(all, all - total(sums.good));
  return noBucket(service.metrics.duration, indicator.thresholdSeconds ?? 0);
}

/** A gauge's values by the indicator's labels, over all instances. Undefined: PromQL, which needs a Prometheus. */
function figures(
  { service, samples }: Scraped,
  { by = [], where = {}, aggregate = "max" }: NormalizedIndicator,
  name: string,
  revision: string,
): Map<string, number> | undefined {
  if (!METRIC.test(name)) return undefined;
  const groups = Map.groupBy(
    selected(samples, name, { ...serviceLabels(service), ...where, ...revisionLabels(service, revision) }),
    (sample) => groupOf(sample, by),
  );
  return new Map(
    [...groups].map(([group, members]) => {
      const values = members.map(({ value }) => value);
      const sum = values.reduce((all, each) => all + each, 0);
      return [group, { max: Math.max(...values), sum, avg: sum / values.length }[aggregate]];
    }),
  );
}

function ownPromql(name: string): Reading {
  return unanswered(
    `"${name}" is PromQL, which only a Prometheus can evaluate; name one by --prometheus URL`,
  );
}

/** Quantiles of one route's requests, by the indicator's labels. */
function quantiles(
  { service, growth }: Scraped,
  { by = [], where = {}, quantile: percent = 95 }: NormalizedIndicator,
  route: string,
  revision: string,
): Map<string, number> {
  const { duration, route: label } = service.metrics;
  const labels = {
    ...serviceLabels(service),
    ...where,
    [label]: route,
    ...revisionLabels(service, revision),
  };
  const sums = growth.sum(`${duration}_bucket`, labels, ["le", ...by]) ?? new Map<string, number>();
  const groups = Map.groupBy(sums, ([key]) => JSON.stringify((JSON.parse(key) as string[]).slice(1)));
  return new Map(
    [...groups].flatMap(([group, buckets]) => {
      const value = quantile(percent / 100, new Map(buckets));
      return value === undefined ? [] : [[group, value] as const];
    }),
  );
}

/** Each group's figure together with the other's of the same group. */
function paired(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
  of: (left: number, right: number) => number,
): Reading {
  const values = [...left].flatMap(([group, value]) => {
    const other = right.get(group);
    return other === undefined ? [] : [of(value, other)];
  });
  return worst(values, "above");
}

function figureReading(scraped: Scraped, indicator: NormalizedIndicator, revision: string): Reading {
  const { kind, lastSuccess = "", used = "", capacity = 1, route = "", against = "" } = indicator;
  switch (kind) {
    case "freshness": {
      const last = figures(scraped, indicator, lastSuccess, revision);
      if (last === undefined) return ownPromql(lastSuccess);
      const now = scraped.at.getTime() / 1000;
      return worst(
        [...last.values()].map((moment) => now - moment),
        "above",
      );
    }
    case "saturation": {
      const use = figures(scraped, indicator, used, revision);
      if (use === undefined) return ownPromql(used);
      if (typeof capacity === "number") {
        return worst(
          [...use.values()].map((value) => (100 * value) / capacity),
          "above",
        );
      }
      const all = figures(scraped, indicator, capacity, revision);
      return all === undefined ? ownPromql(capacity) : paired(use, all, (value, of) => (100 * value) / of);
    }
    case "delta": {
      const slow = quantiles(scraped, indicator, route, revision);
      const fast = quantiles(scraped, indicator, against, revision);
      return paired(slow, fast, (value, other) => value - other);
    }
    default:
      return eventReading(scraped, indicator, revision);
  }
}

function meanReading({ service, growth }: Scraped, metric: string, revision: string): Reading {
  const labels = { ...serviceLabels(service), ...revisionLabels(service, revision) };
  const sum = growth.sum(`${metric}_sum`, labels, []);
  const count = total(growth.sum(`${metric}_count`, labels, []));
  return count > 0 ? worst([total(sum) / count], "above") : NOTHING;
}

/** CPU since the first look, memory now, in percent of what the instances have. */
function usageReading(
  { service, growth, samples, at }: Scraped,
  resource: Resource,
  revision: string,
): Reading {
  const labels = { ...serviceLabels(service), ...revisionLabels(service, revision) };
  const now = new Exposed(samples);
  const sum = (metric: string) => total(now.sum(metric, labels, []));
  const percent = (used: Sums | undefined, limit: number) =>
    used !== undefined && limit > 0 ? worst([(100 * total(used)) / limit], "above") : NOTHING;
  if (resource === "memory") return percent(now.sum(USAGE.memory, labels, []), sum(USAGE.memoryLimit));
  const used = growth.sum(USAGE.cpu, labels, []);
  const seconds = (at.getTime() - growth.began.getTime()) / 1000;
  const periods = selected(samples, USAGE.cpuPeriod, labels).length;
  const cpus = (sum(USAGE.cpuQuota) * periods) / sum(USAGE.cpuPeriod);
  return percent(used, cpus * seconds);
}

/** What was measured of one version for one gate. Pure, but for what `growth` keeps. */
export function scrapedReading(scraped: Scraped, { measure }: Gate, revision: string): Reading {
  switch (measure.kind) {
    case "indicator":
      return figureReading(scraped, measure.indicator, revision);
    case "mean":
      return meanReading(scraped, measure.metric, revision);
    case "cpu":
    case "memory":
      return usageReading(scraped, measure.kind, revision);
    case "query":
      return ownPromql(measure.query);
  }
}
