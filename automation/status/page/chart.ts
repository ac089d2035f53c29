import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { DAY } from "../../../components/units.ts";
import { type Html, html, raw } from "../../plan/formats/markup.ts";
import { figure } from "../figures.ts";
import type { ReleaseMark, Series } from "../series.ts";

use([CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

/** How large a chart is drawn; a page makes it as wide as it has room. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const SIZE: Size = { width: 560, height: 220 };

/** The time that a page's charts show, with what happened in it. Seconds since 1970. */
export interface Frame extends Pick<Series, "from" | "to" | "step"> {
  readonly releases: readonly ReleaseMark[];
}

/** A horizontal line that a chart is held against. */
export interface Limit {
  readonly at: number;
  readonly name: string;
  readonly color: string;
}

/**
 * A moment as axes and tables write it, in UTC: the time of day; over more than two days, the day before it; over less than ten
 * minutes, with its seconds.
 */
export function clock({ from, to }: Pick<Frame, "from" | "to">, at: number): string {
  const iso = new Date(at * 1000).toISOString();
  if (to - from < 600) return iso.slice(11, 19);
  return to - from > 2 * DAY ? iso.slice(5, 16).replace("T", " ") : iso.slice(11, 16);
}

/** How a chart writes. */
export const chartText = { color: "var(--dim)", fontFamily: "system-ui, sans-serif", fontSize: 12 };
const grid = { lineStyle: { color: "var(--line)" } };

/** Both axes. */
export function axes(frame: Frame, y: EChartsCoreOption): EChartsCoreOption {
  return {
    grid: { left: 52, right: 16, top: 22, bottom: 26 },
    xAxis: {
      type: "time",
      min: frame.from * 1000,
      max: frame.to * 1000,
      splitNumber: frame.to - frame.from > 2 * DAY ? 4 : 6,
      axisLine: grid,
      axisTick: grid,
      axisLabel: { ...chartText, hideOverlap: true, formatter: (at: number) => clock(frame, at / 1000) },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      axisLine: { show: false },
      axisTick: { show: false },
      splitNumber: 4,
      axisLabel: { ...chartText, formatter: (value: number) => figure(value) },
      splitLine: grid,
      ...y,
    },
  };
}

/** Limits across, and releases from top to bottom, by their number in the page's list. */
export function marks(frame: Frame, limits: readonly Limit[] = []): EChartsCoreOption {
  return {
    silent: true,
    symbol: "none",
    animation: false,
    data: [
      ...limits.map(({ at, name, color }) => ({
        yAxis: at,
        lineStyle: { color, type: "dashed", width: 1.2 },
        label: { ...chartText, color, formatter: () => name, position: "insideStartTop" },
      })),
      ...frame.releases.map(({ at }, index) => ({
        xAxis: at * 1000,
        lineStyle: { color: "var(--release)", type: "solid", width: 1.2 },
        label: {
          ...chartText,
          color: "var(--release)",
          formatter: () => `R${index + 1}`,
          position: "end",
          distance: 3,
        },
      })),
    ],
  };
}

/**
 * Draws a chart. Its colours may be variables of the page's style. What ECharts adds for browsers with scripts is taken out,
 * and its ids are made the page's own.
 * @param id unique within the page; a letter, then letters and digits
 * @param title what whoever can't see it is told
 */
export function drawn(
  option: EChartsCoreOption,
  id: string,
  title: string,
  { width, height }: Size = SIZE,
): Html {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ useUTC: true, animation: false, ...option });
    const svg = chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, "")
      .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
      .replace(/\bzr\d+-/g, `${id}-`)
      .replace(/^<svg [^>]*>/, "");
    const open = html`<svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">`;
    return raw(`${open.text}<title>${html`${title}`.text}</title>${svg.trim()}`);
  } finally {
    chart.dispose();
  }
}
