import type { EChartsCoreOption } from "echarts/core";
import { axes, type Frame, type Limit, marks } from "./chart.ts";

/** A line of a chart: its values by time, in seconds since 1970. */
export interface Line {
  readonly name: string;
  /** A colour, or a variable of the page's style. */
  readonly color: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** Colours of lines that mean nothing by themselves; with the dashes below none depends on its colour alone. */
const COLORS = 6;
const DASHES = ["solid", "dashed", "dotted"] as const;

/** The colour of the nth line. */
export function lineColor(index: number): string {
  return `var(--c${index % COLORS})`;
}

/** Every moment at which any line has a value, ascending. */
export function moments(lines: readonly Line[]): number[] {
  return [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
}

/** Values with a hole where some are missing, so that no line is drawn over it. */
function withHoles(points: Line["points"], step: number): [number, number | null][] {
  return points.flatMap(([at, value], index): [number, number | null][] => {
    const next = points[index + 1]?.[0] ?? at;
    const here: [number, number | null] = [at * 1000, value];
    return next - at > 1.5 * step ? [here, [(at + step) * 1000, null]] : [here];
  });
}

/** Lines over time. @param y what is special about its axis */
export function lineChart(
  frame: Frame,
  lines: readonly Line[],
  limits: readonly Limit[],
  y: EChartsCoreOption = {},
): EChartsCoreOption {
  return {
    ...axes(frame, y),
    series: lines.map(({ color, points }, index) => ({
      type: "line",
      silent: true,
      data: withHoles(points, frame.step),
      // A single value has no line.
      showSymbol: points.length < 3,
      symbolSize: 4,
      itemStyle: { color },
      lineStyle: { color, width: 1.8, type: DASHES[index % DASHES.length] },
      ...(index === 0 ? { markLine: marks(frame, limits) } : {}),
    })),
  };
}

/** Areas on top of each other over time: what has no value where another has one counts as 0. */
export function areaChart(
  frame: Frame,
  lines: readonly Line[],
  y: EChartsCoreOption = {},
): EChartsCoreOption {
  const times = moments(lines);
  return {
    ...axes(frame, { min: 0, ...y }),
    series: lines.map(({ color, points }, index) => {
      const values = new Map(points);
      const filled = times.map((at): [number, number] => [at, values.get(at) ?? 0]);
      return {
        type: "line",
        stack: "all",
        silent: true,
        data: withHoles(filled, frame.step),
        showSymbol: times.length < 3,
        symbolSize: 4,
        itemStyle: { color },
        lineStyle: { color, width: 1 },
        areaStyle: { color, opacity: 0.55 },
        ...(index === 0 ? { markLine: marks(frame) } : {}),
      };
    }),
  };
}
