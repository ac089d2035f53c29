import type { EChartsCoreOption } from "echarts/core";
import { plain } from "../../../components/units.ts";
import type { Html } from "../../plan/formats/markup.ts";
import type { Frame, Limit } from "../../status/page/chart.ts";
import { topOf } from "../../status/page/charts.ts";
import { chartFigure, lineTable } from "../../status/page/figure.ts";
import { type Line, lineChart } from "../../status/page/lines.ts";
import type { Gate } from "../gate.ts";
import { gateFigure, limitText, VERDICTS } from "./gate-words.ts";
import type { Story } from "./story.ts";
import { type Point, pointsOf, thinned } from "./thin.ts";

/** Colours of both versions, in every picture of a page. */
export const COLORS = { candidate: "var(--c1)", stable: "var(--c0)", limit: "var(--bad)" } as const;

/** A gate's figures over time, as a chart and as a table. */
export interface GateChart {
  readonly lines: readonly Line[];
  readonly option: EChartsCoreOption | undefined;
}

/** Shares are drawn in percent. */
function scaleOf({ unit }: Pick<Gate, "unit">): number {
  return unit === "share" ? 100 : 1;
}

type FigureName = "candidate" | "stable" | "low" | "high";

/** One figure of each point, with a break where a new step begins, whose counts are its own, and where nobody looked. */
function broken(points: readonly Point[], name: FigureName, scale: number, step: number) {
  return points.flatMap((point, index): [number, number][] => {
    const next = points[index + 1];
    const value = point[name];
    const here: [number, number] = [point.at, value === undefined ? Number.NaN : plain(value * scale)];
    const goesOn = next === undefined || (next.step === point.step && next.at - point.at <= 1.5 * step);
    return goesOn ? [here] : [here, [point.at + 0.001, Number.NaN]];
  });
}

/** The same without breaks: for tables. */
const whole = (points: readonly (readonly [number, number])[]) =>
  points.filter(([, value]) => !Number.isNaN(value));

/** Where the share lies, as sure as the judge has to be: an area between two lines. Beyond the axis it is cut off. */
function band(points: readonly Point[], scale: number, step: number, most: number): EChartsCoreOption[] {
  const lows = broken(points, "low", scale, step);
  const highs = broken(points, "high", scale, step);
  if (!lows.some(([, value]) => !Number.isNaN(value))) return [];
  const cut = (value: number) => Math.min(value, most);
  const line = { type: "line", stack: "band", silent: true, symbol: "none", lineStyle: { opacity: 0 } };
  const milliseconds = (at: number) => Math.round(at * 1000);
  return [
    { ...line, data: lows.map(([at, low]) => [milliseconds(at), cut(low)]) },
    {
      ...line,
      data: highs.map(([at, high], index) => [
        milliseconds(at),
        plain(cut(high) - cut(lows[index]?.[1] ?? 0)),
      ]),
      areaStyle: { color: COLORS.candidate, opacity: 0.18 },
    },
  ];
}

/** How many parts an axis has: such that each ends at a round figure. */
function partsOf(top: number): number {
  const first = Number(top.toExponential()[0]);
  return first % 3 === 0 ? 3 : first % 2 === 0 ? 4 : 5;
}

/** A gate's chart: the candidate with its band, stable beside it, the limit across. @param columns that it has room for */
export function gateChart(story: Story, gate: Gate, frame: Frame, columns: number): GateChart {
  const points = thinned(pointsOf(story.looks, gate.name), columns);
  const scale = scaleOf(gate);
  const both = [
    { name: "candidate", color: COLORS.candidate, points: broken(points, "candidate", scale, frame.step) },
    { name: "stable", color: COLORS.stable, points: broken(points, "stable", scale, frame.step) },
  ];
  const lines = both
    .map((line) => ({ ...line, points: whole(line.points) }))
    .filter(({ points: values }) => values.length > 0);
  if (lines.length === 0) return { lines, option: undefined };
  const limits: Limit[] =
    gate.limit === undefined
      ? []
      : [{ at: gate.limit * scale, name: `limit ${gateFigure(gate, gate.limit)}`, color: COLORS.limit }];
  const most = Math.max(
    ...limits.map(({ at }) => at * 1.2),
    ...lines.flatMap(({ points: values }) => values.map(([, value]) => value * 1.1)),
    scale / 1000,
  );
  // A band that is far wider than what was measured would leave no room for it.
  const highs = whole(broken(points, "high", scale, frame.step)).map(([, value]) => value);
  const top = topOf(Math.max(most, Math.min(Math.max(0, ...highs), most * 2)));
  const drawn = both.filter(({ name }) => lines.some((line) => line.name === name));
  const chart = lineChart(frame, drawn, limits, { min: 0, max: top, interval: plain(top / partsOf(top)) });
  return {
    lines,
    option: {
      ...chart,
      series: [...(chart.series as EChartsCoreOption[]), ...band(points, scale, frame.step, top)],
    },
  };
}

/** What whoever can't see a gate's chart is told. */
function saidOf(gate: Gate, lines: readonly Line[]): string {
  const [candidate] = lines;
  const values = candidate?.points.map(([, value]) => value) ?? [];
  const scale = scaleOf(gate);
  const text = (value: number) => gateFigure(gate, value / scale);
  return values.length === 0
    ? "Nothing was measured."
    : `${candidate?.name} from ${text(Math.min(...values))} to ${text(Math.max(...values))}; ${limitText(gate)}.`;
}

const PANEL_COLUMNS = 100;

/** A gate as a small panel. @param id unique within the page */
export function gatePanel(story: Story, gate: Gate, frame: Frame, id: string): Html {
  const { lines, option } = gateChart(story, gate, frame, PANEL_COLUMNS);
  const last = story.gates.find(({ gate: name }) => name === gate.name);
  return chartFigure({
    id,
    title: gate.name,
    unit: `${gate.title}${gate.unit === "share" ? ", percent of bad ones" : ""}`,
    empty: `No data: nothing was measured for this gate${last === undefined ? "" : ` (${last.reason})`}.`,
    ...(last === undefined
      ? {}
      : { note: `${VERDICTS[last.verdict].mark} ${VERDICTS[last.verdict].text} at last: ${last.reason}` }),
    legend: lines,
    said: saidOf(gate, lines),
    option,
    table: lineTable(frame, lines),
  });
}
