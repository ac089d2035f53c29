import { tiersOf } from "../../../components/objectives/budget.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../../components/objectives/objective.ts";
import { promDuration } from "../../../components/objectives/promql.ts";
import type { Html } from "../../plan/formats/markup.ts";
import { figure, latencyText } from "../figures.ts";
import type { Series, ServiceSeries } from "../series.ts";
import type { Track } from "../source.ts";
import { labelsText } from "../words.ts";
import { clock, type Frame, type Limit } from "./chart.ts";
import { chartFigure, lastWords, lineTable, tableMoments } from "./figure.ts";
import { edgeText, heatChart, heatLegend, heatOf } from "./heat.ts";
import { areaChart, type Line, lineChart, lineColor } from "./lines.ts";

/** What the charts of one service are drawn from. */
export interface Drawing {
  /** Begins the ids of its charts. */
  readonly id: string;
  readonly service: MeasuredService;
  readonly over: ServiceSeries;
  readonly frame: Frame;
  /** Seconds that a column of the heat map is wide. */
  readonly column: Series["column"];
}

const has = (lines: readonly Line[]) => lines.some(({ points }) => points.length > 0);

function told({ by = [] }: NormalizedObjective, { labels }: Track): string {
  return labelsText(Object.fromEntries(by.map((label) => [label, labels[label] ?? ""])));
}

function scaled(points: Track["points"], factor: number): Line["points"] {
  return points.map(([at, value]): [number, number] => [at, value * factor]);
}

/** Where an axis ends that has room for a value: a round number. */
export function topOf(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  return size * ([1, 2, 3, 4, 5, 6, 8].find((step) => step * size >= value) ?? 10);
}

/** What is left of each budget. */
export function budgetFigure({ id, service, over, frame }: Drawing): Html {
  const tracks = service.objectives.flatMap((objective) =>
    over.budgets
      .filter(({ labels }) => labels.objective === objective.name)
      .map((track) => ({ track, name: [objective.name, told(objective, track)].filter(Boolean).join(", ") })),
  );
  const lines = tracks.map(
    ({ track, name }, index): Line => ({ name, color: lineColor(index), points: scaled(track.points, 100) }),
  );
  const least = Math.min(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const spent: Limit[] = least < 0 ? [{ at: 0, name: "spent", color: "var(--bad)" }] : [];
  return chartFigure({
    id: `${id}budget`,
    title: "Error budget left",
    unit: "percent",
    empty: "No data: nothing was recorded of any objective in this time.",
    legend: lines,
    said: lastWords(frame, lines),
    option: has(lines)
      ? lineChart(frame, lines, spent, { max: 100, ...(least < 0 ? {} : { min: 0 }) })
      : undefined,
    table: lineTable(frame, lines),
  });
}

/** Requests by the first digit of their status, good news first. */
const CLASSES = [
  { name: "2xx", begins: "2", color: "var(--good)" },
  { name: "3xx", begins: "3", color: "var(--c0)" },
  { name: "4xx", begins: "4", color: "var(--warn)" },
  { name: "5xx", begins: "5", color: "var(--bad)" },
] as const;

function added(tracks: readonly Track[]): Line["points"] {
  const sums = new Map<number, number>();
  for (const { points } of tracks)
    for (const [at, value] of points) sums.set(at, (sums.get(at) ?? 0) + value);
  return [...sums].sort(([a], [b]) => a - b);
}

/** Requests per second by status class. */
export function trafficFigure({ id, over, frame }: Drawing): Html {
  const classes = CLASSES.map(({ name, begins, color }): Line => {
    const points = added(over.traffic.filter(({ labels }) => labels.code?.startsWith(begins)));
    return { name, color, points };
  });
  const other = over.traffic.filter(({ labels }) => !/^[2-5]/.test(labels.code ?? ""));
  const lines = [...classes, { name: "other", color: "var(--dim)", points: added(other) }].filter(
    ({ points }) => points.length > 0,
  );
  return chartFigure({
    id: `${id}traffic`,
    title: "Traffic by status class",
    unit: "requests/s",
    empty: "No data: no request was counted in this time.",
    legend: lines,
    said: lastWords(frame, lines),
    option: has(lines) ? areaChart(frame, lines) : undefined,
    table: lineTable(frame, lines),
  });
}

/** Requests against what all instances can bear. */
export function saturationFigure({ id, service, over, frame }: Drawing): Html {
  const { capacity } = service;
  const bears = capacity === undefined ? 0 : capacity.perInstance * capacity.max;
  const points = bears > 0 ? scaled(added(over.traffic), 100 / bears) : [];
  const lines: Line[] = [{ name: "used", color: lineColor(0), points }];
  const most = Math.max(100, ...points.map(([, value]) => value));
  const full: Limit = { at: 100, name: `${figure(bears)} requests/s`, color: "var(--bad)" };
  return chartFigure({
    id: `${id}saturation`,
    title: "Saturation",
    unit: "requests/s in percent of the declared capacity",
    empty:
      bears > 0
        ? "No data: no request was counted in this time."
        : "No capacity is declared for this service.",
    legend: [],
    said: lastWords(frame, lines),
    option: has(lines) ? lineChart(frame, lines, [full], { min: 0, max: topOf(most * 1.1) }) : undefined,
    table: lineTable(frame, lines),
  });
}

/** How long requests took, as a heat map, with the objectives' thresholds. */
export function latencyFigure({ id, service, over, frame, column }: Drawing): Html {
  const heat = heatOf(over.latency);
  const thresholds = new Map(
    service.objectives.flatMap(({ kind, thresholdSeconds }) =>
      kind === "latency" && thresholdSeconds !== undefined
        ? [
            [
              thresholdSeconds,
              { name: `promised: ${latencyText(thresholdSeconds)}`, seconds: thresholdSeconds },
            ],
          ]
        : [],
    ),
  );
  const names = heat.edges.map((edge, index) => edgeText(edge, heat.edges[index - 1]));
  const drawn = heat.edges.length > 0;
  return chartFigure({
    id: `${id}latency`,
    title: "Latency",
    unit: "requests by the time they took",
    empty: "No data: the service has no histogram of durations, or there was no request in this time.",
    ...(drawn ? { note: heatLegend(heat) } : {}),
    legend: [],
    said: heatLegend(heat),
    option: drawn ? heatChart(frame, heat, column, [...thresholds.values()]) : undefined,
    table: {
      titles: ["Time (UTC)", ...names.map((name) => `${name} (requests/s)`)],
      rows: tableMoments(heat.columns).map(({ at, values }) => [clock(frame, at), ...values.map(figure)]),
    },
  });
}

/** The burn rates that people are told at, the same for two tiers shown once. */
function tierLimits(objective: NormalizedObjective): Limit[] {
  return tiersOf(objective).map(({ severity, factor, longSeconds }) => ({
    at: factor,
    name: `${severity} at ${figure(factor)} over ${promDuration(longSeconds)}`,
    color: severity === "page" ? "var(--bad)" : "var(--warn)",
  }));
}

/** How fast one objective's budget goes, by window. */
export function burnFigure(
  { id, over, frame }: Drawing,
  objective: NormalizedObjective,
  index: number,
): Html {
  const windows = tiersOf(objective).map(({ longSeconds }) => promDuration(longSeconds));
  const lines = [...new Set(windows)].flatMap((window, at) =>
    over.burns
      .filter(({ labels }) => labels.objective === objective.name && labels.window === window)
      .map(
        (track): Line => ({
          name: [`over ${window}`, told(objective, track)].filter(Boolean).join(", "),
          color: lineColor(at),
          points: track.points,
        }),
      ),
  );
  const limits = tierLimits(objective);
  const top = Math.max(
    ...limits.map(({ at }) => at),
    ...lines.flatMap(({ points }) => points.map(([, value]) => value)),
  );
  return chartFigure({
    id: `${id}burn${index}`,
    title: `Burn rate of ${objective.name}`,
    unit: "1 spends the budget exactly within the window",
    empty: "No data: no burn rate was recorded in this time.",
    ...(objective.alerting?.off === undefined ? {} : { note: `Nobody is told: ${objective.alerting.off}` }),
    legend: lines,
    said: `${limits.map(({ name }) => name).join(", ")}. ${lastWords(frame, lines)}`,
    option: has(lines) ? lineChart(frame, lines, limits, { min: 0, max: topOf(top * 1.1) }) : undefined,
    table: lineTable(frame, lines),
  });
}
