import { parser } from "@prometheus-io/lezer-promql";

/** Series that an expression reads. */
export interface Selected {
  /** As it stands in the expression: `http_requests_total{code=~"5.."}`. */
  readonly selector: string;
  readonly metric: string;
  /** Whether it is read over a range, or only now. */
  readonly ranged: boolean;
}

/** Every selector of an expression, each as often as it stands there. */
export function selectorsOf(expression: string): Selected[] {
  const found: Selected[] = [];
  let ranges = 0;
  parser.parse(expression).iterate({
    enter: ({ name, from, to }) => {
      if (name === "MatrixSelector" || name === "SubqueryExpr") ranges += 1;
      if (name !== "VectorSelector") return;
      const selector = expression.slice(from, to);
      found.push({ selector, metric: selector.split("{")[0]?.trim() ?? "", ranged: ranges > 0 });
    },
    leave: ({ name }) => {
      if (name === "MatrixSelector" || name === "SubqueryExpr") ranges -= 1;
    },
  });
  return found;
}
