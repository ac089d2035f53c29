import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

/** What Grafana would put for its variables: six hours are shown, and scraped every 15 s. */
const VARIABLES: Readonly<Record<string, string>> = {
  __range: "6h",
  __interval: "1m",
  __rate_interval: "1m",
  datasource: "prometheus",
};

/**
 * A text with Grafana's variables replaced; what is no variable stays, such as `${1}` of a pattern.
 * @param values by name; default: as for a dashboard that shows six hours
 */
export function resolveVariables(text: string, values: Readonly<Record<string, string>> = VARIABLES): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (whole, plain?: string, braced?: string) => values[plain ?? braced ?? ""] ?? whole,
  );
}

/** One query of a dashboard. */
export interface DashboardQuery {
  /** Title of its panel, or name of its annotation. */
  readonly panel: string;
  /** PromQL, without Grafana's variables. */
  readonly expr: string;
  /** Whether no data is good news: nothing fires, nothing was released. */
  readonly mayBeEmpty: boolean;
}

function expressionOf(target: object | undefined): string | undefined {
  return target !== undefined && "expr" in target && typeof target.expr === "string"
    ? target.expr
    : undefined;
}

/** Every query of a dashboard, annotations last. */
export function dashboardQueries({ panels = [], annotations }: Dashboard): DashboardQuery[] {
  const shown = panels.flatMap((panel) =>
    "targets" in panel
      ? (panel.targets ?? []).map((target) => ({ panel: panel.title ?? "", expr: expressionOf(target) }))
      : [],
  );
  const marked = (annotations.list ?? []).map(({ name, target }) => ({
    panel: name,
    expr: expressionOf(target),
  }));
  return [
    ...shown.map((each) => ({ ...each, mayBeEmpty: each.expr?.startsWith("ALERTS{") === true })),
    ...marked.map((each) => ({ ...each, mayBeEmpty: true })),
  ].flatMap(({ panel, expr, mayBeEmpty }) =>
    expr === undefined ? [] : [{ panel, expr: resolveVariables(expr), mayBeEmpty }],
  );
}
