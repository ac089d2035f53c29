import type { Verdict } from "../judge/verdict.ts";
import type { Look } from "./looks.ts";

/** A gate's figures at one look, as a picture needs them. */
export interface Point {
  /** Seconds since 1970. */
  readonly at: number;
  readonly step: number;
  readonly verdict: Verdict;
  readonly candidate?: number;
  readonly stable?: number;
  readonly low?: number;
  readonly high?: number;
}

/** A gate's figures at all looks. */
export function pointsOf(looks: readonly Look[], gate: string): Point[] {
  return looks.flatMap(({ at, step, gates }) => {
    const look = gates.find((each) => each.gate === gate);
    if (look === undefined) return [];
    const { gate: _, ...figures } = look;
    return [{ at: Date.parse(at) / 1000, step, ...figures }];
  });
}

const FIGURES = ["candidate", "stable", "low", "high"] as const;

/** Where in a list each figure is least and greatest. */
function extremes(points: readonly Point[]): number[] {
  return FIGURES.flatMap((name) => {
    let least: number | undefined;
    let most: number | undefined;
    for (const [index, { [name]: value }] of points.entries()) {
      if (value === undefined) continue;
      if (least === undefined || value < (points[least]?.[name] ?? 0)) least = index;
      if (most === undefined || value > (points[most]?.[name] ?? 0)) most = index;
    }
    return [least, most].filter((index) => index !== undefined);
  });
}

/** In which of a picture's columns a moment lies. */
function columnOf(at: number, from: number, to: number, columns: number): number {
  return Math.min(columns - 1, Math.floor(((at - from) / Math.max(1, to - from)) * columns));
}

/**
 * As many points as a picture has room for. Of each column and step the first and the last stay, and those where a figure is
 * least or greatest: no extreme is lost.
 */
export function thinned(points: readonly Point[], columns: number): readonly Point[] {
  const from = points[0]?.at ?? 0;
  const to = points.at(-1)?.at ?? 0;
  if (points.length <= columns * 2) return points;
  const groups = Map.groupBy(points, ({ at, step }) => `${step}/${columnOf(at, from, to, columns)}`);
  return [...groups.values()].flatMap((group) => {
    const kept = new Set([0, group.length - 1, ...extremes(group)]);
    return group.filter((_, index) => kept.has(index));
  });
}

/** A stretch in which every look said the same; in a thinned picture, the worst of a column. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly verdict: Verdict;
  readonly looks: number;
}

const WORST: readonly Verdict[] = ["unhealthy", "unknown", "inconclusive", "healthy"];

const worse = (a: Verdict, b: Verdict) => (WORST.indexOf(a) < WORST.indexOf(b) ? a : b);

/**
 * Verdicts in stretches. A look speaks for the time since the one before it in its step.
 */
export function runsOf(looks: readonly Pick<Look, "at" | "step" | "verdict">[], columns: number): Run[] {
  const moments = looks.map(({ at, step, verdict }) => ({ at: Date.parse(at) / 1000, step, verdict }));
  const from = moments[0]?.at ?? 0;
  const to = moments.at(-1)?.at ?? 0;
  const cells: (Run & { readonly column: number; readonly step: number })[] = [];
  for (const { at, step, verdict } of moments) {
    const last = cells.at(-1);
    const column = columnOf(at, from, to, columns);
    const begins = last === undefined || last.step !== step ? at : last.to;
    if (last !== undefined && last.column === column && last.step === step) {
      cells[cells.length - 1] = {
        ...last,
        to: at,
        verdict: worse(last.verdict, verdict),
        looks: last.looks + 1,
      };
    } else cells.push({ from: begins, to: at, verdict, looks: 1, column, step });
  }
  const runs: (Run & { readonly step: number })[] = [];
  for (const { column: _, ...cell } of cells) {
    const last = runs.at(-1);
    if (last?.verdict === cell.verdict && last.step === cell.step) {
      runs[runs.length - 1] = { ...last, to: cell.to, looks: last.looks + cell.looks };
    } else runs.push(cell);
  }
  return runs.map(({ step: _, ...run }) => run);
}
