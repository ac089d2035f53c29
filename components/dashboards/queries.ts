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
  /** What its lines are called: `{{route}}` stands for a label. */
  readonly legend: string;
  /** Whether no data is good news: nothing fires, nothing was released. */
  readonly mayBeEmpty: boolean;
}

/** A query as Grafana's types have it: what it holds is its data source's matter. */
interface Target {
  readonly expr?: string;
  readonly legendFormat?: string;
}

function asked(panel: string, target: object | undefined, isMarker: boolean): DashboardQuery[] {
  const { expr, legendFormat = "" }: Target = target ?? {};
  if (expr === undefined) return [];
  const mayBeEmpty = isMarker || expr.startsWith("ALERTS{");
  return [{ panel, expr: resolveVariables(expr), legend: legendFormat, mayBeEmpty }];
}

/** Every query of a dashboard, annotations last. */
export function dashboardQueries({ panels = [], annotations }: Dashboard): DashboardQuery[] {
  return [
    ...panels.flatMap((panel) =>
      "targets" in panel
        ? (panel.targets ?? []).flatMap((target) => asked(panel.title ?? "", target, false))
        : [],
    ),
    ...(annotations.list ?? []).flatMap(({ name, target }) => asked(name, target, true)),
  ];
}
