import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { METRIC, promqlProblem } from "../../components/objectives/promql.ts";
import { LABELS, ownQuery } from "../../components/release/own-query.ts";
import type { Comparison, ReleasePlan, Threshold } from "../../components/release/plan.ts";
import { seconds } from "../../components/units.ts";

/** PromQL of an objective that nothing can be added to, so that it asks of all versions together. */
function ownPromql({ kind, used = "", lastSuccess = "" }: NormalizedObjective): string | undefined {
  if (kind === "queries") return "it is made of queries";
  const figure = kind === "saturation" ? used : kind === "freshness" ? lastSuccess : undefined;
  return figure === undefined || METRIC.test(figure) ? undefined : `"${figure}" is PromQL`;
}

function objectiveProblems({ objectives }: MeasuredService, name: string): string[] {
  const objective = objectives.find((each) => each.name === name);
  if (objective === undefined) {
    const there = objectives.map((each) => each.name).join(", ") || "none";
    return [`release.gates: there is no objective "${name}"; there are: ${there}`];
  }
  const own = ownPromql(objective);
  return own === undefined
    ? []
    : [
        `release.gates: "${name}" can't be asked of one revision, since ${own} of its own. Leave it out, and state what it measures as a threshold: { kind: "query" } with ${LABELS} where the revision's labels stand`,
      ];
}

function thresholdProblems(service: MeasuredService, { name, limit }: Threshold): string[] {
  const { metrics } = service;
  const at = `release.thresholds["${name}"].limit`;
  switch (limit.kind) {
    case "latency": {
      const under = seconds(limit.under);
      return metrics.edges === undefined || metrics.edges.includes(under)
        ? []
        : [
            `${at}.under: ${metrics.duration} has no bucket edge at ${under} s, so what is slower can't be counted. Its edges: ${metrics.edges.join(", ")} s; or name this one in \`latencyBuckets\``,
          ];
    }
    case "ratio":
      return [limit.bad, limit.total]
        .filter((metric) => !METRIC.test(metric))
        .map((metric) => `${at}: "${metric}" is no metric's name`);
    case "query": {
      if (!limit.query.includes(LABELS)) {
        return [
          `${at}.query: "${limit.query}" asks of all versions together; write ${LABELS} where the labels of one stand, within the braces of a selector: depth{${LABELS}}`,
        ];
      }
      const problem = promqlProblem(ownQuery(service, limit.query, "r", "5m"));
      return problem === undefined ? [] : [`${at}.query: "${limit.query}" is no PromQL: ${problem}`];
    }
    default:
      return [];
  }
}

function comparisonProblems({ name, metric }: Comparison): string[] {
  const named = typeof metric === "string" ? [metric] : [metric.good, metric.total];
  return named
    .filter((each) => !METRIC.test(each))
    .map((each) => `release.comparisons["${name}"].metric: "${each}" is no metric's name`);
}

/** Why a plan's gates can't be asked of one revision of this service, each with its value and what would do. */
export function gateProblems(service: MeasuredService, plan: ReleasePlan): string[] {
  const { gates, thresholds = [], comparisons = [] } = plan;
  return [
    ...gates.flatMap((name) => objectiveProblems(service, name)),
    ...thresholds.flatMap((threshold) => thresholdProblems(service, threshold)),
    ...comparisons.flatMap(comparisonProblems),
  ];
}
