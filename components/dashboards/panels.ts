import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueGraphMode,
  type DataSourceRef,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  MappingType,
  type Panel,
  SpecialValueMatch,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as LinesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** The Prometheus that is chosen at the top of the dashboard. */
export const DATASOURCE: DataSourceRef = { type: "prometheus", uid: "${datasource}" };

/** Range of what is shown as it is now: twenty scrapes, 15 s apart. */
export const RANGE = "5m";

/** Most lines of one panel. */
export const MOST_LINES = 10;

/** What a colour means on every dashboard. */
export const COLOUR = {
  good: "green",
  warning: "orange",
  bad: "red",
  worst: "dark-red",
  neutral: "blue",
  declared: "purple",
} as const;

/** Grafana's names of units. */
export const UNIT = {
  /** 1 is all. */
  share: "percentunit",
  /** 100 is all. */
  percent: "percent",
  seconds: "s",
  perSecond: "reqps",
  count: "none",
  /** Short for large ones. */
  figure: "short",
} as const;

/** From this value on, this colour; the first one's value is none. */
export type Step = readonly [from: number | null, colour: string];

/** PromQL, and what its lines are called: `{{route}}` stands for a label. */
export type Query = readonly [expression: string, legend: string];

/** What every panel has. */
export interface PanelText {
  readonly title: string;
  /** What it shows, and what "bad" looks like. */
  readonly description: string;
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  /** In rows of Grafana's grid. Default 7. */
  readonly height?: number;
  /** A dashboard that tells more: its address, and what the link is called. */
  readonly link?: { readonly title: string; readonly url: string };
}

const HEIGHT = 7;

/** Lines over time. */
export interface LinesPanel extends PanelText {
  readonly queries: readonly Query[];
  /** Limits, drawn as lines where they begin. */
  readonly limits?: readonly Step[];
  /** Lowest value of the axis. Default: that of the data. */
  readonly min?: number;
  readonly stacked?: boolean;
  /** Colours of lines, by name; dashed ones are declared, not measured. */
  readonly colours?: Readonly<Record<string, { readonly colour: string; readonly dashed?: boolean }>>;
}

/** Large figures. */
export interface FiguresPanel extends PanelText {
  readonly queries: readonly Query[];
  readonly steps: readonly Step[];
}

function thresholds(steps: readonly Step[]): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(steps.map(([value, color]) => ({ value, color })));
}

/** A query over the time shown. */
export function query([expression, legend]: Query, index = 0): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(expression)
    .legendFormat(legend)
    .refId(String.fromCharCode(65 + index))
    .range();
}

/** A link to another dashboard that keeps the time shown. It stands in sight: Grafana's builder would put it into a menu. */
export function linkTo({ title, url }: { readonly title: string; readonly url: string }): DashboardLink {
  const { placement: _, ...link } = new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(url)
    .keepTime(true)
    .includeVars(true)
    .build();
  return link;
}

/** What Grafana's builders have in common. */
interface Described {
  title(text: string): this;
  description(text: string): this;
  datasource(reference: DataSourceRef): this;
  span(width: number): this;
  height(rows: number): this;
  links(links: Builder<DashboardLink>[]): this;
}

/** Says what every panel says. @param builder is changed */
export function described<T extends Described>(builder: T, text: Omit<PanelText, "unit">): T {
  const { title, description, width, height = HEIGHT, link } = text;
  builder.title(title).description(description).datasource(DATASOURCE).span(width).height(height);
  return link === undefined ? builder : builder.links([{ build: () => linkTo(link) }]);
}

/** One line that needs no name has no legend. */
function legend(queries: readonly Query[]) {
  const isShown = queries.length > 1 || queries.some(([, name]) => name.includes("{{"));
  return new VizLegendOptionsBuilder()
    .displayMode(isShown ? LegendDisplayMode.List : LegendDisplayMode.Hidden)
    .placement(LegendPlacement.Bottom)
    .showLegend(isShown)
    .calcs([]);
}

/** Lines over time. */
export function lines(panel: LinesPanel): Panel {
  const { queries, limits, min, stacked = false, colours = {} } = panel;
  const builder = described(new LinesBuilder(), panel)
    .unit(panel.unit)
    .targets(queries.map(query))
    .legend(legend(queries))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .lineWidth(1)
    .fillOpacity(stacked ? 30 : 0);
  if (min !== undefined) builder.min(min);
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (limits !== undefined) {
    builder
      .thresholds(thresholds(limits))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  for (const [name, { colour, dashed }] of Object.entries(colours)) {
    builder.overrideByName(name, [
      { id: "color", value: { mode: "fixed", fixedColor: colour } },
      ...(dashed === true ? [{ id: "custom.lineStyle", value: { fill: "dash", dash: [10, 10] } }] : []),
    ]);
  }
  return builder.build();
}

/** What a ratio of nothing to nothing is shown as. */
const NOTHING: ValueMapping = {
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NotANumber, result: { text: "No data" } },
};

/** The last value of each series, large, with what it was before behind it. */
export function figures(panel: FiguresPanel): Panel {
  const { queries, steps } = panel;
  return described(new StatBuilder(), panel)
    .unit(panel.unit)
    .targets(queries.map(query))
    .thresholds(thresholds(steps))
    .mappings([NOTHING])
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false))
    .graphMode(BigValueGraphMode.Area)
    .build();
}

/** How many events fell into each bucket of a histogram: the darker, the more. @param expression rates by `le` */
export function heatmap(panel: PanelText & { readonly expression: string }): Panel {
  return described(new HeatmapBuilder(), panel)
    .withTarget(query([panel.expression, "{{le}}"]).format(PromQueryFormat.Heatmap))
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme("Oranges")
        .fill("dark-orange")
        .exponent(0.5)
        .steps(64)
        .reverse(false),
    )
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear))
    .yAxis(new YAxisConfigBuilder().unit(panel.unit))
    .unit(UNIT.perSecond)
    .build();
}
