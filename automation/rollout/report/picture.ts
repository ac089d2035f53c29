import type { EChartsCoreOption } from "echarts/core";
import { DAY } from "../../../components/units.ts";
import { axes, chartText, type Frame, type Size } from "../../status/page/chart.ts";
import type { Verdict } from "../judge/verdict.ts";
import { gateChart } from "./gate-chart.ts";
import { requestGate, VERDICTS } from "./gate-words.ts";
import type { Story } from "./story.ts";
import { type Run, runsOf } from "./thin.ts";
import { sharedOut } from "./words.ts";

/** A picture in one of two sizes: for wide screens and paper, and for narrow ones. */
export interface PictureSize extends Size {
  /** Points that a line may have, roughly. */
  readonly columns: number;
  /** Letters that a reason may have. */
  readonly letters: number;
}

export const WIDE: PictureSize = { width: 1120, height: 440, columns: 220, letters: 90 };
export const NARROW: PictureSize = { width: 420, height: 440, columns: 110, letters: 30 };

/** What of a picture's height each part has. */
const RATES = { top: 34, height: 210 };
const STRIP = { top: 272, height: 24 };
const WEIGHTS = { top: 326, height: 84 };

/** Over days, the axis' last word is a long one. */
const sides = ({ from, to }: Frame) => ({ left: 52, right: to - from > 2 * DAY ? 42 : 18 });

/** The time that a story's pictures show. */
export function frameOf({ began, ended, last, plan }: Story, columns: number): Frame {
  const from = Date.parse(began) / 1000;
  const to = Math.max(from + 30, Date.parse(ended ?? last) / 1000);
  const looks = Math.max(1, ...plan.steps.map(({ everySeconds }) => everySeconds));
  // Lines go on over what thinning left out, and stop where nobody looked.
  return { from, to, step: Math.max(looks, (to - from) / columns), releases: [] };
}

/** The part of ECharts that a series of one's own draws with. */
interface Api {
  value(index: number): number;
  coord(at: readonly [number, number]): readonly number[];
}
type Shape = Record<string, unknown>;

const COLORS: Record<Verdict, string> = {
  healthy: "var(--good)",
  unhealthy: "var(--bad)",
  inconclusive: "var(--warn)",
  unknown: "var(--dim)",
};

/**
 * A stretch of verdicts: each has its own shape beside its colour. A low bar is healthy, a full one with a mark unhealthy, a hollow
 * one too little evidence, a dotted one no data.
 */
function runShape(verdict: Verdict, left: number, right: number, top: number, bottom: number): Shape {
  const color = COLORS[verdict];
  const width = Math.max(2, right - left);
  const height = bottom - top;
  const low = verdict === "healthy" ? height / 3 : 0;
  const box = { x: left, y: top + low, width, height: height - 2 * low };
  const filled = verdict === "healthy" || verdict === "unhealthy";
  const inner = { x: box.x + 1, y: box.y + 1, width: Math.max(1, width - 2), height: box.height - 2 };
  const rect = filled
    ? { type: "rect", shape: box, style: { fill: color } }
    : {
        type: "rect",
        shape: inner,
        style: {
          fill: "none",
          stroke: color,
          lineWidth: 1.5,
          lineDash: verdict === "unknown" ? [2, 3] : undefined,
        },
      };
  const mark = {
    type: "text",
    style: {
      text: VERDICTS[verdict].mark,
      x: left + width / 2,
      y: top + height / 2,
      align: "center",
      verticalAlign: "middle",
      fill: verdict === "unhealthy" ? "Canvas" : color,
      fontSize: 13,
    },
  };
  const marked = verdict === "unhealthy" ? width >= 12 : verdict !== "healthy" && width >= 16;
  return { type: "group", children: marked ? [rect, mark] : [rect] };
}

function strip(runs: readonly Run[]): EChartsCoreOption {
  return {
    type: "custom",
    xAxisIndex: 1,
    yAxisIndex: 1,
    silent: true,
    data: runs.map(({ from, to }) => [from * 1000, to * 1000]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
      const [left = 0, top = 0] = api.coord([api.value(0), 1]);
      const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
      return runShape(runs[dataIndex]?.verdict ?? "unknown", left, right, top, bottom);
    },
  };
}

/** The candidate's weight as steps, each with its figure. */
function weights({ weights: changes, plan }: Story, { to }: Frame): EChartsCoreOption {
  const points = changes.map(({ at, weight }): [number, number] => [Date.parse(at), weight]);
  const last = points.at(-1)?.[1] ?? 0;
  return {
    type: "line",
    name: `percent of the ${sharedOut(plan)}`,
    step: "end",
    xAxisIndex: 2,
    yAxisIndex: 2,
    silent: true,
    symbol: "circle",
    symbolSize: 5,
    data: [
      ...points.map((value) => (value[1] === 0 ? { value, label: { show: false } } : value)),
      { value: [to * 1000, last], symbol: "none", label: { show: false } },
    ],
    itemStyle: { color: "var(--c4)" },
    lineStyle: { color: "var(--c4)", width: 2 },
    areaStyle: { color: "var(--c4)", opacity: 0.15 },
    label: {
      ...chartText,
      show: true,
      position: "top",
      align: "left",
      offset: [-2, 2],
      formatter: ({ value }: { value: readonly [number, number] }) => `${value[1]} %`,
    },
  };
}

/** A moment that a picture marks from top to bottom, with a word. */
interface Mark {
  readonly at: number;
  readonly text: string;
  readonly color: string;
  readonly dash: readonly number[] | undefined;
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
}

function marksOf({ decision, drivers, pauses }: Story, letters: number): Mark[] {
  const seconds = (at: string) => Date.parse(at) / 1000;
  const quiet = { color: "var(--dim)", dash: [3, 3] };
  return [
    ...drivers.map(({ at }) => ({ at: seconds(at), text: "new driver", ...quiet })),
    ...pauses.map(({ at }) => ({ at: seconds(at), text: "paused", ...quiet })),
    ...(decision === undefined
      ? []
      : [
          {
            at: seconds(decision.at),
            text: cut(`${decision.promote ? "Promoted" : "Taken back"}: ${decision.reason}`, letters),
            color: decision.promote ? "var(--good)" : "var(--bad)",
            dash: undefined,
          },
        ]),
  ];
}

/** Lines from top to bottom; their words stand on that side which has room. */
function markLines(marks: readonly Mark[], { from, to }: Frame): EChartsCoreOption {
  return {
    type: "custom",
    silent: true,
    data: marks.map(({ at }) => [at * 1000, 0]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
      const mark = marks[dataIndex];
      const [x = 0] = api.coord([api.value(0), 0]);
      if (mark === undefined) return undefined;
      const { text, color, dash, at } = mark;
      const late = at - from > (to - from) / 2;
      // The decision stands above the others, which may lie close by.
      const y = dash === undefined ? 10 : 26;
      return {
        type: "group",
        children: [
          {
            type: "line",
            shape: { x1: x, x2: x, y1: y - 8, y2: WEIGHTS.top + WEIGHTS.height },
            style: { stroke: color, lineWidth: 1.4, lineDash: dash },
          },
          {
            type: "text",
            style: {
              ...chartText,
              text,
              x: late ? x - 5 : x + 5,
              y,
              align: late ? "right" : "left",
              verticalAlign: "middle",
              fill: color,
            },
          },
        ],
      };
    },
  };
}

/** Said where lines would be. */
function emptyText({ from, to }: Frame): EChartsCoreOption {
  return {
    type: "custom",
    silent: true,
    data: [[((from + to) / 2) * 1000, 0.5]],
    renderItem: (_: unknown, api: Api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const style = {
        ...chartText,
        text: "Nothing was measured.",
        x,
        y,
        align: "center",
        fill: "var(--dim)",
      };
      return { type: "text", style };
    },
  };
}

/** The part of the axes that one of the three drawings has. */
function placed(frame: Frame, index: number, place: typeof RATES, y: EChartsCoreOption, isLast: boolean) {
  const { grid, xAxis, yAxis } = axes(frame, y) as Record<string, Record<string, unknown>>;
  const quiet = { axisLabel: { show: false }, axisTick: { show: false } };
  return {
    // Or a long label of one axis would move it against the others.
    grid: { ...grid, ...place, ...sides(frame), bottom: undefined, outerBoundsMode: "none" },
    xAxis: { ...xAxis, gridIndex: index, ...(isLast ? {} : quiet) },
    yAxis: { ...yAxis, gridIndex: index },
  };
}

/**
 * A release in one picture, from top to bottom: errors of both versions, against the limit; what every look said; the candidate's
 * weight. The decision goes through all three.
 */
export function pictureOption(story: Story, size: PictureSize): EChartsCoreOption {
  const frame = frameOf(story, size.columns);
  const gate = requestGate(story.plan.gates);
  const chart = gate === undefined ? undefined : gateChart(story, gate, frame, size.columns).option;
  const { yAxis } = (chart ?? axes(frame, { min: 0, max: 1, axisLabel: { show: false } })) as {
    readonly yAxis: EChartsCoreOption;
  };
  const parts = [
    placed(frame, 0, RATES, yAxis, false),
    placed(
      frame,
      1,
      STRIP,
      { min: 0, max: 1, axisLabel: { show: false }, splitLine: { show: false } },
      false,
    ),
    placed(frame, 2, WEIGHTS, { min: 0, max: 100, interval: 50 }, true),
  ];
  return {
    grid: parts.map(({ grid }) => grid),
    xAxis: parts.map(({ xAxis }) => xAxis),
    yAxis: parts.map(({ yAxis: each }) => each),
    series: [
      ...((chart?.series as EChartsCoreOption[] | undefined) ?? [emptyText(frame)]),
      strip(runsOf(story.looks, size.columns)),
      weights(story, frame),
      markLines(marksOf(story, size.letters), frame),
    ],
  };
}
