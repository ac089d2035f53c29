import { closeSync, openSync, writeSync } from "node:fs";
import { isAlerting, type RuleGroup } from "../../components/alerting/rule.ts";
import { selectorsOf } from "./selectors.ts";

type Labels = Readonly<Record<string, string>>;

/** A series to be written: a counter's growth in a second from 0 on, or a figure that stays. */
export interface MadeSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly perSecond?: number;
  readonly figure?: number;
  /** Seconds between its samples, and how far they reach back from the end. */
  readonly step: number;
  readonly reach: number;
}

/** How large a service is, as its metrics see it. */
export interface Shape {
  readonly instances: number;
  readonly routes: number;
  readonly codes: readonly string[];
  /** Edges of the histogram's buckets in seconds, beside the infinite one. */
  readonly edges: readonly number[];
  /** Seconds between scrapes, and how far the series reach back. */
  readonly step: number;
  readonly reach: number;
}

/** What one service exports by convention: a counter of requests by route and code, and a histogram by route. */
export function serviceSeries(labels: Labels, shape: Shape): MadeSeries[] {
  const { step, reach } = shape;
  const made = (metric: string, more: Labels, perSecond: number): MadeSeries => ({
    metric,
    labels: { ...labels, ...more },
    perSecond,
    step,
    reach,
  });
  const origins = Array.from({ length: shape.instances * shape.routes }, (_, index) => ({
    instance: `10.0.0.${index % shape.instances}:8080`,
    route: `/route-${Math.floor(index / shape.instances)}`,
  }));
  const duration = "http_request_duration_seconds";
  return origins.flatMap((origin) => [
    ...shape.codes.map((code) => made("http_requests_total", { ...origin, method: "GET", code }, 1)),
    ...shape.edges.map((edge) => made(`${duration}_bucket`, { ...origin, le: String(edge) }, 0.5)),
    made(`${duration}_bucket`, { ...origin, le: "+Inf" }, 1),
    made(`${duration}_count`, origin, 1),
    made(`${duration}_sum`, origin, 0.5),
  ]);
}

/**
 * What rules would have recorded by now: one series for each, as often as its group is evaluated; those that are read over a
 * range for all of `reach`, others for the last hour. Each holds a figure at which everything burns, so that no alert's
 * condition is empty before its end.
 */
export function recordedSeries(groups: readonly RuleGroup[], reach: number): MadeSeries[] {
  const rules = groups.flatMap((group) => group.rules.map((rule) => ({ group, rule })));
  const ranged = new Set(
    rules
      .flatMap(({ rule }) => selectorsOf(rule.expr))
      .filter((each) => each.ranged)
      .map(({ metric }) => metric),
  );
  return rules.flatMap(({ group, rule }) =>
    isAlerting(rule)
      ? []
      : [
          {
            metric: rule.record,
            labels: rule.labels ?? {},
            figure: 100,
            step: intervalSeconds(group),
            reach: ranged.has(rule.record) ? reach : 3600,
          },
        ],
  );
}

/** Seconds between two evaluations of a group. @throws RangeError for an interval in other units than seconds and minutes */
export function intervalSeconds({ name, interval }: RuleGroup): number {
  const [, count, unit] = /^(\d+)([sm])$/.exec(interval) ?? [];
  if (count === undefined) throw new RangeError(`${name}: "${interval}" is not in seconds or minutes`);
  return Number(count) * (unit === "m" ? 60 : 1);
}

/** Writes series as OpenMetrics, the newest sample of each at `end`, in seconds. @returns how many samples */
export function writeOpenMetrics(file: string, series: readonly MadeSeries[], end: number): number {
  const output = openSync(file, "w");
  let samples = 0;
  for (const { metric, labels, perSecond = 0, figure = 0, step, reach } of series) {
    const named = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const name = `${metric}{${named.join(",")}}`;
    const lines: string[] = [];
    for (let ago = Math.floor(reach / step) * step; ago >= 0; ago -= step) {
      lines.push(`${name} ${figure + perSecond * (reach - ago)} ${end - ago}\n`);
    }
    writeSync(output, lines.join(""));
    samples += lines.length;
  }
  writeSync(output, "# EOF\n");
  closeSync(output);
  return samples;
}
