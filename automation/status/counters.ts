import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { budgetShare } from "../../components/objectives/budget.ts";
import type { LabelMatch } from "../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { serviceLabels } from "../../components/objectives/queries.ts";
import type { Answers } from "./answers.ts";
import type { NamedSample } from "./exposition.ts";
import type { Sample } from "./source.ts";

type Where = Readonly<Record<string, LabelMatch>>;

/** Whether a label's value is what is asked for; patterns are matched whole, as Prometheus does. */
function matches(value: string, match: LabelMatch): boolean {
  if (typeof match === "string") return value === match;
  const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, "s").test(value);
  return "matches" in match ? whole(match.matches) : !whole(match.not);
}

/** Sums by the values of labels. Key: those values as JSON. */
type Sums = Map<string, number>;

/** The samples of one cloud, as PromQL would select and add them up. */
class Counters {
  readonly #samples: readonly NamedSample[];

  constructor(samples: readonly NamedSample[]) {
    this.#samples = samples;
  }

  select(name: string, where: Where): NamedSample[] {
    return this.#samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(where).every(([label, match]) => matches(sample.labels[label] ?? "", match)),
    );
  }

  /** Undefined where there is no such series. */
  sum(name: string, where: Where, by: readonly string[]): Sums | undefined {
    const found = this.select(name, where);
    if (found.length === 0) return undefined;
    const sums: Sums = new Map();
    for (const { labels, value } of found) {
      const key = JSON.stringify(by.map((label) => labels[label] ?? ""));
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sums;
  }
}

/** All events and those that were counted as bad or as good, as far as counters alone tell. */
function eventsOf(counters: Counters, service: MeasuredService, objective: NormalizedObjective) {
  const { metrics } = service;
  const { kind, by = [], where = {}, route, probe = "readiness", thresholdSeconds = 0 } = objective;
  const sum = (name: string, more: Where = {}) =>
    counters.sum(name, { ...serviceLabels(service), ...where, ...more }, by);
  switch (kind) {
    case "availability":
      return {
        total: sum(metrics.requests),
        bad: sum(metrics.requests, { [metrics.code]: { matches: "5.." } }) ?? new Map(),
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
        bad: sum(metrics.health, { endpoint: probe, status: { not: "success" } }) ?? new Map(),
      };
    case "ratio": {
      const { total = "", bad, good = "" } = objective;
      return bad === undefined
        ? { total: sum(total), good: sum(good) ?? new Map() }
        : { total: sum(total), bad: sum(bad) ?? new Map() };
    }
    default:
      return { total: undefined };
  }
}

/** The part of each budget that is left, were these events all that there are. */
function budgetsOf(counters: Counters, service: MeasuredService, objective: NormalizedObjective): Sample[] {
  const { by = [], name } = objective;
  const { total, bad, good } = eventsOf(counters, service, objective) as {
    readonly total: Sums | undefined;
    readonly bad?: Sums;
    readonly good?: Sums;
  };
  if (total === undefined || (bad === undefined && good === undefined)) return [];
  return [...total]
    .filter(([, all]) => all > 0)
    .map(([key, all]) => {
      const wrong = bad === undefined ? all - (good?.get(key) ?? 0) : (bad.get(key) ?? 0);
      const values = JSON.parse(key) as string[];
      const told = Object.fromEntries(by.map((label, index) => [label, values[index] ?? ""]));
      const { system, service: of } = service;
      return {
        labels: { system, service: of, objective: name, ...told },
        value: 1 - wrong / all / budgetShare(objective),
      };
    });
}

/** As `histogram_quantile` does: evenly spread within a bucket; beyond the last edge, that edge. */
function quantile(share: number, buckets: Sums): number | undefined {
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

/**
 * What the local cloud's own counters tell: totals since it started, as if that were every objective's window. Nothing burns in
 * them, and nobody evaluates alerts. Pure.
 * @param since when the cloud started, in ISO 8601
 */
export function answersFromCounters(
  facts: readonly MonitoringFacts[],
  samples: readonly NamedSample[],
  { address, since, at }: { readonly address: string; readonly since: string; readonly at: Date },
): Answers {
  const counters = new Counters(samples);
  const seconds = Math.max(1, (at.getTime() - Date.parse(since)) / 1000);
  const services = facts.flatMap((system) => system.services);
  return {
    source: { kind: "local cloud", address, since },
    at: at.toISOString(),
    budgets: services.flatMap((service) =>
      service.objectives.flatMap((objective) => budgetsOf(counters, service, objective)),
    ),
    burns: [],
    traffic: services.flatMap((service) => {
      const sums = counters.sum(service.metrics.requests, serviceLabels(service), ["revision"]) ?? new Map();
      return [...sums].map(([key, count]: [string, number]) => ({
        labels: {
          system: service.system,
          service: service.service,
          revision: (JSON.parse(key) as string[])[0] ?? "",
        },
        value: count / seconds,
      }));
    }),
    p95: services.flatMap((service) => {
      const buckets = counters.sum(`${service.metrics.duration}_bucket`, serviceLabels(service), ["le"]);
      const value = buckets && quantile(0.95, buckets);
      const { system, service: of } = service;
      return value === undefined ? [] : [{ labels: { system, service: of }, value }];
    }),
  };
}
