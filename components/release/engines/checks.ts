import { budgetShare } from "../../objectives/budget.ts";
import { countsEvents, type NormalizedIndicator } from "../../objectives/indicator.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { MINIMUM_BAD, type NormalizedObjective } from "../../objectives/objective.ts";
import { gateText } from "../../objectives/promise.ts";
import { selector } from "../../objectives/promql.ts";
import { indicatorQueries, serviceLabels } from "../../objectives/queries.ts";
import { HOUR, plain, seconds } from "../../units.ts";
import { ownQuery } from "../own-query.ts";
import type { NoData, ReleasePlan, Threshold } from "../plan.ts";

/** One gate of a plan as engines ask it: a figure from Prometheus, and what it must not pass. */
export interface Check {
  readonly name: string;
  /** What is asked, in words. */
  readonly title: string;
  /**
   * PromQL of one figure of one revision: a share of bad events, 0 to 1, or a figure in its own unit. Has no value where there is
   * too little to say anything by.
   * @param range as PromQL writes it: `15m`, or what an engine puts in its place
   * @param rangeSeconds the same in seconds, or what stands for it
   * @param revision the label's value, or what an engine puts in its place
   */
  readonly query: (range: string, rangeSeconds: string, revision: string) => string;
  readonly limit: number;
  /** Below it a version is good enough for the next step. Default: the limit. */
  readonly settled?: number;
  readonly badWhen: "above" | "below";
  readonly noData: NoData;
}

type Figure = Pick<Check, "query" | "limit" | "badWhen">;

/** Several series are as bad as the worst of them; engines read one. */
function worst(by: readonly string[] | undefined, query: string): string {
  return by === undefined || by.length === 0 ? query : `max (${query})`;
}

/**
 * A share of events. It has a value once so many bad events were seen, or so many events that the limit would allow that many:
 * one bad request in three is no 33 %.
 */
function share(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  limit: number,
  minimum: number,
): Figure {
  const queries = indicatorQueries(service, indicator);
  if (queries.unit !== "events") throw new TypeError(`${indicator.kind} counts no events`);
  return {
    limit,
    badWhen: "above",
    query: (range, rangeSeconds, revision) => {
      const bad = queries.bad(range, { revision });
      const total = queries.total(range, { revision });
      const evidence = `${bad} * ${rangeSeconds} >= ${minimum} or ${total} * ${rangeSeconds} >= ${Math.ceil(plain(minimum / limit))}`;
      return worst(indicator.by, `${bad} / ${total} and (${evidence})`);
    },
  };
}

function objectiveFigure(service: MeasuredService, objective: NormalizedObjective): Figure {
  const minimum = Math.max(1, objective.alerting?.minimumBad ?? MINIMUM_BAD);
  if (countsEvents(objective)) return share(service, objective, budgetShare(objective), minimum);
  const queries = indicatorQueries(service, objective);
  if (queries.unit !== "time") throw new TypeError(`${objective.kind} is no share of time`);
  return {
    limit: queries.limit,
    badWhen: "above",
    query: (range, _seconds, revision) => worst(objective.by, queries.value(range, { revision })),
  };
}

function mean(service: MeasuredService): Figure["query"] {
  const { duration } = service.metrics;
  return (range, _seconds, revision) => {
    const rate = (part: string) =>
      `sum (rate(${selector(`${duration}_${part}`, { ...serviceLabels(service), revision })}[${range}]))`;
    return `${rate("sum")} / ${rate("count")}`;
  };
}

/** A query of one's own, with the labels of the revision and the range filled in. */
function own(service: MeasuredService, query: string): Figure["query"] {
  return (range, _seconds, revision) => ownQuery(service, query, revision, range);
}

function thresholdFigure(service: MeasuredService, { limit }: Threshold): Figure | undefined {
  const above = { badWhen: "above" } as const;
  const of = (indicator: NormalizedIndicator, percent: number) =>
    share(service, indicator, plain(percent / 100), MINIMUM_BAD);
  switch (limit.kind) {
    case "errors":
      return of({ kind: "availability" }, limit.atMost);
    case "latency":
      return of({ kind: "latency", thresholdSeconds: seconds(limit.under) }, plain(100 - limit.percentile));
    case "ratio":
      return of({ kind: "ratio", bad: limit.bad, total: limit.total }, limit.atMost);
    case "mean-latency":
      return { ...above, limit: seconds(limit.under), query: mean(service) };
    case "query": {
      const query = own(service, limit.query);
      return "atMost" in limit
        ? { ...above, limit: limit.atMost, query }
        : { badWhen: "below", limit: limit.atLeast, query };
    }
    default:
      return undefined;
  }
}

/**
 * What an engine asks of a revision: the objectives that a plan names, and its thresholds. What can't be asked is left out;
 * `engineProblems` refuses it before.
 */
export function planChecks(service: MeasuredService, { gates, thresholds = [] }: ReleasePlan): Check[] {
  return [
    ...gates.flatMap((gate) =>
      service.objectives
        .filter(({ name, kind }) => name === gate && kind !== "queries")
        .map((objective) => ({
          name: gate,
          title: gateText(objective),
          ...objectiveFigure(service, objective),
          noData: "wait" as const,
        })),
    ),
    ...thresholds.flatMap((threshold) => {
      const { name, settled, noData = "wait" } = threshold;
      const figure = thresholdFigure(service, threshold);
      if (figure === undefined) return [];
      return [
        {
          name,
          title: name,
          ...figure,
          ...(settled === undefined ? {} : { settled: plain(settled / 100) }),
          noData,
        },
      ];
    }),
  ];
}

/** A step's lengths of time, whole seconds. */
export function stepTimes(plan: ReleasePlan, index: number): { hold: number; every: number; looks: number } {
  const step = plan.steps[index];
  if (step === undefined) throw new RangeError(`there is no step ${index}`);
  const hold = Math.max(1, Math.round(seconds(step.hold)));
  const every = Math.min(hold, Math.max(1, Math.round(seconds(step.every ?? plan.every ?? "15 s"))));
  return { hold, every, looks: Math.max(1, Math.floor(hold / every)) };
}

/** A length of time as Go and PromQL both write it, which have no unit above the hour in common: `24h`, `1m30s`. */
export function lengthText(length: number): string {
  const parts = { h: Math.floor(length / HOUR), m: Math.floor((length % HOUR) / 60), s: length % 60 };
  return Object.entries(parts)
    .map(([unit, count]) => (count === 0 ? "" : `${count}${unit}`))
    .join("");
}
