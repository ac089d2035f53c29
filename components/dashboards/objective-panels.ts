import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { tiersOf } from "../objectives/budget.ts";
import type { NormalizedTier } from "../objectives/burn-rate.ts";
import type { MeasuredService } from "../objectives/measured-service.ts";
import type { NormalizedObjective } from "../objectives/objective.ts";
import { promiseText, windowText } from "../objectives/promise.ts";
import { promDuration } from "../objectives/promql.ts";
import { indicatorQueries } from "../objectives/queries.ts";
import { recorded } from "../objectives/recorded.ts";
import { COLOUR, figures, lines, MOST_LINES, type Query, RANGE, type Step, UNIT } from "./panels.ts";

/** Colours of an error budget: a share of 1. */
export const BUDGET_STEPS: readonly Step[] = [
  [null, COLOUR.worst],
  [0, COLOUR.bad],
  [0.25, COLOUR.warning],
  [0.5, COLOUR.good],
];

/** An objective's tiers, those that burn slowest first. */
function slowestFirst(objective: NormalizedObjective): NormalizedTier[] {
  return tiersOf(objective).sort((a, b) => a.factor - b.factor);
}

/** Colours of a burn rate: from each tier's factor on, that of whom it reaches. */
export function burnSteps(objective: NormalizedObjective): Step[] {
  return [
    [null, COLOUR.good],
    ...slowestFirst(objective).map(
      ({ factor, severity }): Step => [factor, severity === "page" ? COLOUR.bad : COLOUR.warning],
    ),
  ];
}

function budgetPanel(service: MeasuredService, objective: NormalizedObjective): Panel {
  const { name } = objective;
  return figures({
    title: `${name}: error budget left`,
    description:
      `Of what may go wrong in ${windowText(objective)}, how much is left. The promise: ${promiseText(objective)}. ` +
      "Orange: less than half. Red: less than a quarter; release nothing that can wait. Dark red, below 0: the promise is broken." +
      worstOf(objective),
    unit: UNIT.share,
    width: 4,
    queries: [[`min(${recorded("budget", service, name)})`, "left"]],
    steps: BUDGET_STEPS,
  });
}

function worstOf({ by = [] }: NormalizedObjective): string {
  return by.length === 0 ? "" : ` Shown is the worst ${by.join(" and ")}.`;
}

/** What the lines across a burn panel mean. */
function burnText(objective: NormalizedObjective): string {
  const { off } = objective.alerting ?? {};
  const reached = slowestFirst(objective).map(
    ({ factor, severity, longSeconds, shortSeconds }) =>
      `${factor} (${severity}, where it holds over ${promDuration(longSeconds)} and ${promDuration(shortSeconds)})`,
  );
  return off === undefined
    ? `Bad: above a dashed line in both windows of a tier: ${reached.join(", ")}.`
    : `Bad: above 1 for long. Nobody is told (${off}).`;
}

function burnPanel(service: MeasuredService, objective: NormalizedObjective): Panel {
  const { name } = objective;
  return lines({
    title: `${name}: burn rate`,
    description: `How fast the error budget goes, by window: 1 spends it exactly in ${windowText(objective)}. ${burnText(objective)}${worstOf(objective)}`,
    unit: UNIT.figure,
    width: 10,
    min: 0,
    queries: [[`max by (window) (${recorded("burn", service, name)})`, "{{window}}"]],
    limits: burnSteps(objective),
  });
}

/** What a line is called that stands for one value of each label; `fallback` where there is but one. */
function legendBy(by: readonly string[], fallback: string): string {
  return by.length === 0 ? fallback : by.map((label) => `{{${label}}}`).join(" ");
}

/** A figure for each value of the labels: the worst of them, where there are any. */
function worst(operation: "topk" | "bottomk", by: readonly string[], expression: string): string {
  return by.length === 0 ? expression : `${operation}(${MOST_LINES}, ${expression})`;
}

function indicatorPanel(service: MeasuredService, objective: NormalizedObjective): Panel {
  const { name, target, kind, by = [] } = objective;
  const queries = indicatorQueries(service, objective);
  const promise = `The promise: ${promiseText(objective)}.`;
  const size = { width: 10 };
  if (queries.unit === "time") {
    const shown: Query = [worst("topk", by, queries.value(RANGE)), legendBy(by, name)];
    return lines({
      ...size,
      title: `${name}: now`,
      description: `${promise} Bad: above the dashed line, for more of the time than the promise allows.`,
      unit: kind === "saturation" ? UNIT.percent : UNIT.seconds,
      queries: [shown],
      limits: [
        [null, COLOUR.good],
        [queries.limit, COLOUR.bad],
      ],
    });
  }
  const good = `100 * (1 - ${queries.bad(RANGE)} / (${queries.total(RANGE)} > 0))`;
  return lines({
    ...size,
    title: `${name}: good now`,
    description: `Percent that were good over the last ${RANGE}. ${promise} Bad: below the dashed line for long. A gap: there was nothing to count.`,
    unit: UNIT.percent,
    queries: [[worst("bottomk", by, good), legendBy(by, "good")]],
    limits: [
      [null, COLOUR.bad],
      [target, COLOUR.good],
    ],
  });
}

/** What a service promises: for each objective what is left of its budget, how fast it goes, and the figure itself. */
export function objectivePanels(service: MeasuredService): Panel[] {
  return service.objectives.flatMap((objective) => [
    budgetPanel(service, objective),
    burnPanel(service, objective),
    indicatorPanel(service, objective),
  ]);
}
