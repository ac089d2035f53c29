import { refuse } from "../../components/errors.ts";
import { budgetShare } from "../../components/objectives/budget.ts";
import { countsEvents, type NormalizedIndicator } from "../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { gateText } from "../../components/objectives/promise.ts";
import { indicatorQueries } from "../../components/objectives/queries.ts";
import type { Comparison, ReleasePlan, Threshold } from "../../components/release/plan.ts";
import { plain, seconds } from "../../components/units.ts";
import type { Gate } from "./gate.ts";
import { gateProblems } from "./gate-problems.ts";
import { comparisonTitle, thresholdTitle } from "./gate-titles.ts";

/** What an objective counts, without what it promises of it. */
function indicatorOf(objective: NormalizedObjective): NormalizedIndicator {
  const { name, target, windowDays, calendar, owner, runbook, alerting, ...indicator } = objective;
  return indicator;
}

/** The promise, held by one version alone; of a share of time, that its limit holds at the moment of the look. */
function objectiveGate(service: MeasuredService, objective: NormalizedObjective): Gate {
  const indicator = indicatorOf(objective);
  const common = {
    name: objective.name,
    title: gateText(objective),
    measure: { kind: "indicator", indicator },
    badWhen: "above",
    noData: "wait",
  } as const;
  if (countsEvents(objective)) return { ...common, unit: "share", limit: budgetShare(objective) };
  const queries = indicatorQueries(service, indicator);
  if (queries.unit !== "time") throw new TypeError(`${objective.kind} is no share of time`);
  return { ...common, unit: "value", limit: queries.limit };
}

/** What is measured for a threshold, and what it must not pass. */
function measured(
  { metrics }: MeasuredService,
  { limit }: Threshold,
): Pick<Gate, "measure" | "unit" | "badWhen"> & { readonly limit: number } {
  const above = { badWhen: "above" } as const;
  const share = (indicator: NormalizedIndicator, percent: number) =>
    ({
      ...above,
      measure: { kind: "indicator", indicator },
      unit: "share",
      limit: plain(percent / 100),
    }) as const;
  const value = { ...above, unit: "value" } as const;
  switch (limit.kind) {
    case "errors":
      return share({ kind: "availability" }, limit.atMost);
    case "latency":
      return share(
        { kind: "latency", thresholdSeconds: seconds(limit.under) },
        plain(100 - limit.percentile),
      );
    case "ratio":
      return share({ kind: "ratio", bad: limit.bad, total: limit.total }, limit.atMost);
    case "mean-latency":
      return { ...value, measure: { kind: "mean", metric: metrics.duration }, limit: seconds(limit.under) };
    case "cpu":
    case "memory":
      return { ...value, measure: { kind: limit.kind }, limit: limit.under };
    case "query": {
      const measure = { kind: "query", query: limit.query } as const;
      return "atMost" in limit
        ? { ...value, measure, limit: limit.atMost }
        : { ...value, measure, limit: limit.atLeast, badWhen: "below" };
    }
  }
}

function thresholdGate(service: MeasuredService, threshold: Threshold): Gate {
  const { name, settled, noData = "wait" } = threshold;
  return {
    name,
    title: thresholdTitle(threshold),
    ...measured(service, threshold),
    ...(settled === undefined ? {} : { settled: plain(settled / 100) }),
    noData,
  };
}

function comparisonGate(comparison: Comparison): Gate {
  const { name, metric, worseBy, noData = "wait" } = comparison;
  const indicator = (counters: { readonly good: string; readonly total: string }) =>
    ({ kind: "indicator", indicator: { kind: "ratio", ...counters } }) as const;
  return {
    name,
    title: comparisonTitle(comparison),
    ...(typeof metric === "string"
      ? { measure: { kind: "mean", metric }, unit: "value" }
      : { measure: indicator(metric), unit: "share" }),
    badWhen: "above",
    worseThan: plain(1 + worseBy / 100),
    noData,
  };
}

/**
 * What a release asks of a version: the objectives that its plan names, its thresholds, its comparisons with stable. Plain data.
 * @throws SlipwayError naming each gate that can't be asked of one revision, and what would do
 */
export function gatesOf(service: MeasuredService, plan: ReleasePlan): Gate[] {
  refuse(`${service.system}/${service.service}`, gateProblems(service, plan));
  const { gates, thresholds = [], comparisons = [] } = plan;
  return [
    ...gates.flatMap((name) =>
      service.objectives
        .filter((objective) => objective.name === name)
        .map((objective) => objectiveGate(service, objective)),
    ),
    ...thresholds.map((threshold) => thresholdGate(service, threshold)),
    ...comparisons.map(comparisonGate),
  ];
}
