import type { EChartsCoreOption } from "echarts/core";
import { type Html, html, joined, raw } from "../../plan/formats/markup.ts";
import { figure } from "../figures.ts";
import { clock, drawn, type Frame } from "./chart.ts";
import { type Line, moments } from "./lines.ts";

/** Rows of the table beside a chart: as many as are read. */
const ROWS = 13;

type Row = readonly (Html | string)[];

/** A table of figures: the first column heads its row, the others are numbers. */
function figures(titles: readonly string[], rows: readonly Row[]): Html {
  const head = titles.map(
    (title, index) => html`<th scope="col"${raw(index === 0 ? "" : ' class="number"')}>${title}</th>`,
  );
  const body = rows.map(
    ([first = "", ...rest]) =>
      html`<tr><th scope="row">${first}</th>${joined(rest.map((cell) => html`<td class="number">${cell}</td>`))}</tr>\n`,
  );
  return html`<div class="scroll"><table>\n<thead><tr>${joined(head)}</tr></thead>\n<tbody>\n${joined(body)}</tbody>\n</table></div>`;
}

/** So many of a list's items, evenly spread, the last among them. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, index) => items[Math.round(((index + 1) * items.length) / count) - 1] as T,
  );
}

/** A chart with its title, its legend and its figures; where there are none, that is said in words. */
export function chartFigure(of: {
  readonly id: string;
  readonly title: string;
  /** In a word or two: `percent of the budget`. */
  readonly unit: string;
  readonly note?: string;
  /** What is said where there is nothing to show. */
  readonly empty: string;
  readonly legend: readonly { readonly name: string; readonly color: string }[];
  /** What whoever can't see it is told, after title and unit. */
  readonly said: string;
  readonly option: EChartsCoreOption | undefined;
  readonly table: { readonly titles: readonly string[]; readonly rows: readonly Row[] };
}): Html {
  const { id, title, unit, note, empty, legend, said, option, table } = of;
  const caption = html`<figcaption><strong>${title}</strong> <span class="dim">${unit}</span></figcaption>`;
  if (option === undefined) return html`<figure>${caption}<p class="none">${empty}</p></figure>\n`;
  const keys = legend.map(
    ({ name, color }) => html`<li><span class="key" style="background:${color}"></span>${name}</li>`,
  );
  return html`<figure>${caption}
${drawn(option, id, `${title}, ${unit}. ${said}`)}
${keys.length === 0 ? raw("") : html`<ul class="legend">${joined(keys)}</ul>\n`}${note === undefined ? raw("") : html`<p class="dim">${note}</p>\n`}<details><summary>The figures</summary>${figures(table.titles, table.rows)}</details></figure>\n`;
}

/** The values of lines at some moments. */
export function lineTable(frame: Frame, lines: readonly Line[]) {
  const values = lines.map(({ points }) => new Map(points));
  return {
    titles: ["Time (UTC)", ...lines.map(({ name }) => name)],
    rows: spread(moments(lines), ROWS).map((at) => [
      clock(frame, at),
      ...values.map((of) => {
        const value = of.get(at);
        return value === undefined ? "no data" : figure(value);
      }),
    ]),
  };
}

/** The last value of each line, in words. */
export function lastWords(frame: Frame, lines: readonly Line[]): string {
  const last = lines.flatMap(({ name, points }) => {
    const value = points.at(-1)?.[1];
    return value === undefined ? [] : [`${name} ${figure(value)}`];
  });
  return `From ${clock(frame, frame.from)} to ${clock(frame, frame.to)} UTC; at last ${last.join(", ")}.`;
}

/** Rows of a heat map's table. */
export const tableMoments = <T>(columns: readonly T[]): T[] => spread(columns, ROWS);
