import type { NormalizedIndicator } from "../../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { promDuration, selector } from "../../../components/objectives/promql.ts";
import { indicatorQueries, revisionLabels, serviceLabels } from "../../../components/objectives/queries.ts";
import { ownQuery } from "../../../components/release/own-query.ts";
import type { Sample } from "../../status/source.ts";
import type { Gate, Reading } from "../gate.ts";
import { events, NOTHING, noBucket, worst } from "./reading.ts";
import { usageQuery } from "./usage.ts";

/** What is asked for one gate of one version, in PromQL. */
export type Question =
  /** Events per second, all and bad ones. `unknown`: what it means that there are events, and no figure of bad ones. */
  | { readonly kind: "events"; readonly total: string; readonly bad: string; readonly unknown: Reading }
  /** Events per second by `le`, cumulative; those above `edge` are bad, and an edge there need not be. */
  | { readonly kind: "buckets"; readonly rate: string; readonly edge: number }
  /** A figure. */
  | { readonly kind: "value"; readonly value: string; readonly badWhen: Gate["badWhen"] };

/** Who knows what to ask. @param seconds how far back, whole */
export type Asking = (service: MeasuredService, gate: Gate, revision: string, seconds: number) => Question;

function indicatorQuestion(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  revision: string,
  range: string,
): Question {
  const queries = indicatorQueries(service, indicator);
  if (queries.unit === "time") {
    return {
      kind: "value",
      value: queries.value(range, revisionLabels(service, revision)),
      badWhen: "above",
    };
  }
  return {
    kind: "events",
    total: queries.total(range, revisionLabels(service, revision)),
    bad: queries.bad(range, revisionLabels(service, revision)),
    unknown:
      indicator.kind === "latency"
        ? noBucket(service.metrics.duration, indicator.thresholdSeconds ?? 0)
        : NOTHING,
  };
}

/** What a Prometheus is asked that has the service's own metrics, labelled as its scrapes label them. @param range in PromQL */
export function questionOver(
  service: MeasuredService,
  { measure, badWhen }: Pick<Gate, "measure" | "badWhen">,
  revision: string,
  range: string,
): Question {
  switch (measure.kind) {
    case "indicator":
      return indicatorQuestion(service, measure.indicator, revision, range);
    case "mean": {
      const rate = (side: string) =>
        `sum (rate(${selector(`${measure.metric}_${side}`, { ...serviceLabels(service), ...revisionLabels(service, revision) })}[${range}]))`;
      return { kind: "value", value: `${rate("sum")} / ${rate("count")}`, badWhen };
    }
    case "cpu":
    case "memory":
      return { kind: "value", value: usageQuery(service, measure.kind, revision, range), badWhen };
    case "query":
      return {
        kind: "value",
        value: ownQuery(service, measure.query, revision, range),
        badWhen,
      };
  }
}

/** The same over so many seconds. */
export const promQuestion: Asking = (service, gate, revision, seconds) =>
  questionOver(service, gate, revision, promDuration(seconds));

/** Label that tells the two sides of an answer apart. */
const SIDE = "slipway_side";

/** One query for all of a question: its sides are of the same moment. */
export function promqlOf(question: Question): string {
  switch (question.kind) {
    case "events": {
      const side = (expression: string, name: string) =>
        `label_replace(${expression}, "${SIDE}", "${name}", "", "")`;
      return `${side(question.total, "total")} or ${side(question.bad, "bad")}`;
    }
    case "buckets":
      return question.rate;
    case "value":
      return question.value;
  }
}

const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);

/** Events above an edge: within the bucket that it lies in they are taken as evenly spread, as `histogram_quantile` does. */
function beyond(samples: readonly Sample[], edge: number, seconds: number): Reading {
  const buckets = samples
    .map(({ labels, value }) => ({ le: Number((labels.le ?? "").replace("+Inf", "Infinity")), count: value }))
    .sort((a, b) => a.le - b.le);
  const all = buckets.at(-1)?.count ?? 0;
  const above = buckets.findIndex(({ le }) => le >= edge);
  const upper = buckets[above];
  if (upper === undefined || !(all > 0)) return NOTHING;
  const lower = buckets[above - 1] ?? { le: 0, count: 0 };
  // Beyond the last edge nobody knows how far: all of them count as too slow.
  const part = Number.isFinite(upper.le) ? (edge - lower.le) / (upper.le - lower.le) : 0;
  const within = lower.count + part * (upper.count - lower.count);
  return events(seconds * all, seconds * (all - within));
}

/** What an answer says. Several series are several parts of one version: events add up, of figures the worst counts. */
export function readingOf(question: Question, samples: readonly Sample[], seconds: number): Reading {
  switch (question.kind) {
    case "events": {
      const side = (name: string) =>
        samples
          .filter(({ labels, value }) => labels[SIDE] === name && Number.isFinite(value))
          .map(({ value }) => seconds * value);
      const total = sum(side("total"));
      if (!(total > 0)) return NOTHING;
      const bad = side("bad");
      return bad.length === 0 ? question.unknown : events(total, sum(bad));
    }
    case "buckets":
      return beyond(samples, question.edge, seconds);
    case "value":
      return worst(
        samples.map(({ value }) => value),
        question.badWhen,
      );
  }
}
