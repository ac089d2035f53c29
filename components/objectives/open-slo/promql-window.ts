import { parser } from "@prometheus-io/lezer-promql";
import { promqlProblem } from "../promql.ts";

type Tree = ReturnType<typeof parser.parse>;
type Node = Tree["topNode"];

/** PromQL with `$window` where its range stands, or why it can't be. */
export type Windowed = { readonly query: string; readonly note?: string } | { readonly problem: string };

/** What other tools write where the range stands. */
const PLACEHOLDER =
  /\{\{-?\s*\.[Ww]indow\s*-?\}\}|\$\{?__(?:range|rate_interval|interval)\}?|\$\{?window\b\}?/g;

const WINDOW = "$window";

/** A range that stands for any while a query is read. */
const SOME = "5m";

function nodesOf(query: string): Node[] {
  const found: Node[] = [];
  parser.parse(query).iterate({
    enter: (reference) => {
      found.push(reference.node);
    },
  });
  return found;
}

/** The query with each of these stretches replaced. */
function replaced(query: string, nodes: readonly Node[], text: (old: string) => string): string {
  return [...nodes]
    .sort((a, b) => b.from - a.from)
    .reduce((left, { from, to }) => left.slice(0, from) + text(left.slice(from, to)) + left.slice(to), query);
}

/** Ranges, not the steps of subqueries and not offsets. */
function rangesOf(nodes: readonly Node[]): Node[] {
  return nodes
    .filter(({ name }) => name === "MatrixSelector" || name === "SubqueryExpr")
    .flatMap((node) => node.getChild("DurationExpr") ?? []);
}

/** Aggregations that keep series apart. */
const APART = new Set(["Topk", "Bottomk", "LimitK", "LimitRatio", "CountValues"]);

/** Whether an expression has one value, not one for each of several series. */
function isSingle(node: Node | null): boolean {
  switch (node?.name) {
    case "PromQL":
    case "ParenExpr":
    case "UnaryExpr":
      return isSingle(node.lastChild);
    case "AggregateExpr":
      return (
        node.getChild("AggregateModifier") === null &&
        !APART.has(node.getChild("AggregateOp")?.firstChild?.name ?? "")
      );
    case "BinaryExpr":
      return isSingle(node.firstChild) && isSingle(node.lastChild);
    case "NumberDurationLiteral":
      return true;
    default:
      return false;
  }
}

/** The query so that it has one value. @param operation how several are taken together */
export function singly(query: string, operation: "sum" | "max" | "min"): string {
  const example = query.replaceAll(WINDOW, SOME);
  return isSingle(parser.parse(example).topNode) ? query.trim() : `${operation}(${query.trim()})`;
}

/** Puts a fixed range where another tool's placeholder stands. */
export function fixed(query: string, range: string): string {
  return query.replace(PLACEHOLDER, range);
}

/**
 * A query of another tool with `$window` where its range stands: in place of that tool's own placeholder; else of the one
 * range that it has; else a rate of the counters that it names; else an average.
 * @param counter whether what it names only grows
 */
export function windowed(query: string, counter: boolean): Windowed {
  const marked = query.replace(PLACEHOLDER, WINDOW).trim();
  const problem = promqlProblem(marked.replaceAll(WINDOW, SOME));
  if (problem !== undefined) return { problem: `is no PromQL: ${problem}` };
  if (marked.includes(WINDOW)) return { query: marked };
  const nodes = nodesOf(marked);
  const ranges = rangesOf(nodes);
  const texts = new Set(ranges.map(({ from, to }) => marked.slice(from, to)));
  if (texts.size > 1) {
    return {
      problem: `has several ranges (${[...texts].join(", ")}): write {{.window}} where the one that is to change stands`,
    };
  }
  if (ranges.length > 0) {
    return {
      query: replaced(marked, ranges, () => WINDOW),
      note: `its fixed range of ${[...texts][0]} became ${WINDOW}`,
    };
  }
  if (!counter) {
    return { query: `avg_over_time((${marked})[${WINDOW}:1m])`, note: `it is averaged over ${WINDOW}` };
  }
  if (nodes.some(({ name }) => name === "OffsetExpr" || name === "StepInvariantExpr")) {
    return { problem: "has no range, and an offset: write rate(…[{{.window}}] offset …) yourself" };
  }
  const counters = nodes.filter(({ name }) => name === "VectorSelector");
  return {
    query: replaced(marked, counters, (old) => `rate(${old}[${WINDOW}])`),
    note: `its counters are read as rates over ${WINDOW}`,
  };
}
