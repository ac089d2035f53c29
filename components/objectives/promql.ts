import { parser } from "@prometheus-io/lezer-promql";
import { DAY, HOUR } from "../units.ts";
import type { LabelMatch } from "./indicator.ts";

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["m", 60],
  ["s", 1],
] as const;

/** A length of time as PromQL writes it: `"1h"`, `"3d"`, `"1m30s"`. @param seconds whole, above 0 */
export function promDuration(seconds: number): string {
  let left = Math.round(seconds);
  return UNITS.map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  }).join("");
}

/** A text as a PromQL string. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function matcher(label: string, match: LabelMatch): string {
  if (typeof match === "string") return `${label}=${quoted(match)}`;
  return "matches" in match ? `${label}=~${quoted(match.matches)}` : `${label}!~${quoted(match.not)}`;
}

/** A metric's series with such labels: `requests_total{code=~"5..",service="backend"}`. */
export function selector(metric: string, labels: Readonly<Record<string, LabelMatch>>): string {
  const matchers = Object.entries(labels).map(([label, match]) => matcher(label, match));
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(",")}}`;
}

/** `sum` or another aggregation, by labels if there are any. */
export function aggregated(operation: string, by: readonly string[], expression: string): string {
  return `${operation}${by.length === 0 ? "" : ` by (${by.join(", ")})`} (${expression})`;
}

/**
 * Where a text stops being PromQL, by Prometheus' own grammar: `character 15, after "sum(rate(x[5m])"`; undefined where it is
 * PromQL. The grammar knows no types: that `rate` wants a range is `promtool`'s to say.
 */
export function promqlProblem(expression: string): string | undefined {
  if (expression.trim() === "") return "there is nothing";
  let problem: string | undefined;
  parser.parse(expression).iterate({
    enter: ({ type, from }) => {
      if (type.isError && problem === undefined) {
        problem = `it ends too soon or goes wrong at character ${from + 1}, after "${expression.slice(Math.max(0, from - 30), from)}"`;
      }
      return problem === undefined;
    },
  });
  return problem;
}

/** A metric's name by Prometheus' classic rules. */
export const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
