import type { EChartsCoreOption } from "echarts/core";
import { figure, latencyText } from "../figures.ts";
import type { Track } from "../source.ts";
import { axes, type Frame, type Limit, marks } from "./chart.ts";

/** A histogram over time: requests per second in each bucket alone. */
export interface Heat {
  /** Upper edges in seconds, ascending; the last is Infinity. */
  readonly edges: readonly number[];
  /** By moment: the values of all edges, in their order. */
  readonly columns: readonly { readonly at: number; readonly values: readonly number[] }[];
  /** The greatest of all values. */
  readonly most: number;
}

/** From Prometheus' cumulative buckets. Edges beyond which nothing ever was are left out. */
export function heatOf(tracks: readonly Track[]): Heat {
  const edgeOf = ({ labels }: Track) => Number((labels.le ?? "").replace("+Inf", "Infinity"));
  const sorted = tracks.filter((track) => !Number.isNaN(edgeOf(track))).sort((a, b) => edgeOf(a) - edgeOf(b));
  const byEdge = sorted.map(({ points }) => new Map(points));
  const times = [...new Set(sorted.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const all = times.map((at) => {
    const within = byEdge.map((values) => values.get(at) ?? 0);
    return { at, values: within.map((value, index) => Math.max(0, value - (within[index - 1] ?? 0))) };
  });
  const used = sorted.map((_, index) => all.some(({ values }) => (values[index] ?? 0) > 1e-9));
  const first = used.indexOf(true);
  const last = used.lastIndexOf(true);
  const kept = <T>(list: readonly T[]) => (first < 0 ? [] : list.slice(first, last + 1));
  return {
    edges: kept(sorted.map(edgeOf)),
    columns: all.map(({ at, values }) => ({ at, values: kept(values) })),
    most: Math.max(0, ...all.flatMap(({ values }) => values)),
  };
}

/** How an edge is written. */
export function edgeText(edge: number, before: number | undefined): string {
  return edge === Number.POSITIVE_INFINITY ? `> ${latencyText(before ?? 0)}` : `≤ ${latencyText(edge)}`;
}

/** So strong is a value shown; the root makes rare slow requests seen. */
const strength = (value: number, most: number) => (value <= 0 ? 0 : Math.max(0.06, Math.sqrt(value / most)));

/**
 * The histogram as cells: the stronger, the more requests.
 * @param column seconds that a cell is wide
 * @param thresholds seconds that objectives hold requests against
 */
export function heatChart(
  frame: Frame,
  { edges, columns, most }: Heat,
  column: number,
  thresholds: readonly { readonly name: string; readonly seconds: number }[],
): EChartsCoreOption {
  const limits = thresholds.flatMap(({ name, seconds }): Limit[] => {
    const index = edges.indexOf(seconds);
    return index < 0 ? [] : [{ at: index + 1, name, color: "var(--bad)" }];
  });
  const label = (value: number) =>
    value === 0 ? "" : edgeText(edges[value - 1] ?? 0, edges[value - 2]).replace("≤ ", "");
  return {
    ...axes(frame, {
      min: 0,
      max: Math.max(1, edges.length),
      interval: Math.max(1, Math.ceil(edges.length / 8)),
      axisLabel: { color: "var(--dim)", fontSize: 12, fontFamily: "system-ui, sans-serif", formatter: label },
    }),
    series: [
      {
        type: "custom",
        silent: true,
        clip: true,
        // Each cell: its moment, its row, its value.
        data: columns.flatMap(({ at, values }) =>
          values.flatMap((value, row) => (value > 0 ? [[at * 1000, row, value]] : [])),
        ),
        renderItem: (_: unknown, api: { value(index: number): number; coord(at: number[]): number[] }) => {
          const [at, row, value] = [api.value(0), api.value(1), api.value(2)];
          // A rate looks back: its cell ends at its moment.
          const [left = 0, top = 0] = api.coord([at - column * 1000, row + 1]);
          const [right = 0, bottom = 0] = api.coord([at, row]);
          return {
            type: "rect",
            shape: { x: left, y: top, width: right - left, height: bottom - top },
            style: { fill: "var(--heat)", opacity: Number(strength(value, most).toFixed(3)) },
          };
        },
        markLine: marks(frame, limits),
      },
    ],
  };
}

/** What the strength of a cell means. */
export function heatLegend({ most }: Heat): string {
  return `The stronger a cell, the more requests; the strongest is ${figure(most)} requests/s.`;
}
