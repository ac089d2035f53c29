import type { LabelMatch, NormalizedIndicator } from "../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import { serviceLabels } from "../../components/objectives/queries.ts";
import type { NamedSample } from "./exposition.ts";

export type Where = Readonly<Record<string, LabelMatch>>;

/** Sums by the values of labels. Key: those values as JSON. */
export type Sums = ReadonlyMap<string, number>;

/** Whoever adds up samples as PromQL would. */
export interface Summing {
  /** Undefined where there is no such series. */
  sum(name: string, where: Where, by: readonly string[]): Sums | undefined;
}

/** Whether a label's value is what is asked for; patterns are matched whole, as Prometheus does. */
function matches(value: string, match: LabelMatch): boolean {
  if (typeof match === "string") return value === match;
  const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, "s").test(value);
  return "matches" in match ? whole(match.matches) : !whole(match.not);
}

/** The samples of a name with such labels. */
export function selected<T extends NamedSample>(samples: readonly T[], name: string, where: Where): T[] {
  const matchers = Object.entries(where);
  return samples.filter(
    (sample) =>
      sample.name === name && matchers.every(([label, match]) => matches(sample.labels[label] ?? "", match)),
  );
}

/** The group that a sample belongs to: the values of these labels. */
export function groupOf({ labels }: Pick<NamedSample, "labels">, by: readonly string[]): string {
  return JSON.stringify(by.map((label) => labels[label] ?? ""));
}

/** What is exposed now, added up. */
export class Exposed implements Summing {
  readonly #samples: readonly NamedSample[];

  constructor(samples: readonly NamedSample[]) {
    this.#samples = samples;
  }

  sum(name: string, where: Where, by: readonly string[]): Sums | undefined {
    const found = selected(this.#samples, name, where);
    if (found.length === 0) return undefined;
    const sums = new Map<string, number>();
    for (const sample of found) {
      const key = groupOf(sample, by);
      sums.set(key, (sums.get(key) ?? 0) + sample.value);
    }
    return sums;
  }
}

/** All events, and the bad or the good ones of them; undefined where nobody counts them. */
export interface EventSums {
  readonly total: Sums | undefined;
  readonly bad?: Sums | undefined;
  readonly good?: Sums | undefined;
}

const NONE: Sums = new Map();

/** All events and those that were counted as bad or as good, as far as counters alone tell. */
export function eventsOf(
  counters: Summing,
  service: MeasuredService,
  indicator: NormalizedIndicator,
  narrowing: Where = {},
): EventSums {
  const { metrics } = service;
  const { kind, by = [], where = {}, route, probe = "readiness", thresholdSeconds = 0 } = indicator;
  const sum = (name: string, more: Where = {}) =>
    counters.sum(name, { ...serviceLabels(service), ...where, ...narrowing, ...more }, by);
  switch (kind) {
    case "availability":
      return {
        total: sum(metrics.requests),
        bad: sum(metrics.requests, { [metrics.code]: { matches: "5.." } }) ?? NONE,
      };
    case "latency": {
      const of: Where = route === undefined ? {} : { [metrics.route]: route };
      const le = { matches: `${String(thresholdSeconds).replaceAll(".", "\\.")}(\\.0)?` };
      // No bucket at the threshold: nothing is known, which is not "all were in time".
      return {
        total: sum(`${metrics.duration}_count`, of),
        good: sum(`${metrics.duration}_bucket`, { ...of, le }),
      };
    }
    case "health":
      return {
        total: sum(metrics.health, { endpoint: probe }),
        bad: sum(metrics.health, { endpoint: probe, status: { not: "success" } }) ?? NONE,
      };
    case "ratio": {
      const { total = "", bad, good = "" } = indicator;
      return bad === undefined
        ? { total: sum(total), good: sum(good) ?? NONE }
        : { total: sum(total), bad: sum(bad) ?? NONE };
    }
    default:
      return { total: undefined };
  }
}

/**
 * As `histogram_quantile` does: evenly spread within a bucket; beyond the last edge, that edge.
 * @param buckets cumulative counts, by `le` alone
 */
export function quantile(share: number, buckets: Sums): number | undefined {
  const edges = [...buckets]
    .map(
      ([key, count]) =>
        [Number((JSON.parse(key) as string[])[0]?.replace("+Inf", "Infinity")), count] as const,
    )
    .sort(([a], [b]) => a - b);
  const all = edges.at(-1)?.[1] ?? 0;
  if (all === 0) return undefined;
  const rank = share * all;
  const index = edges.findIndex(([, count]) => count >= rank);
  const [edge = 0, count = 0] = edges[index] ?? [];
  const [before, counted] = edges[index - 1] ?? [0, 0];
  if (edge === Number.POSITIVE_INFINITY) return before;
  return before + ((edge - before) * (rank - counted)) / (count - counted);
}
