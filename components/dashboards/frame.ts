import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Panel,
  RowBuilder,
  type RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts } from "../alerting/facts.ts";
import { dashboardTitle, dashboardUid } from "./names.ts";
import { DATASOURCE, linkTo, query } from "./panels.ts";

/** Columns of Grafana's grid. */
const COLUMNS = 24;

/** Panels under one heading. They stand from left to right, and go on below where there is no room left. */
export interface Section {
  readonly title: string;
  /** Each with its width and height; their places are given here. */
  readonly panels: readonly Panel[];
}

/** A moment that is marked on every panel. */
export interface Marker {
  readonly name: string;
  readonly colour: string;
  /** PromQL: where it has a value, there is a mark. */
  readonly expression: string;
  /** What the mark says: `{{revision}}`. */
  readonly title: string;
  /** How closely is looked, as PromQL writes durations. */
  readonly step: string;
}

/** What a dashboard is made from. */
export interface Frame {
  /** None: the system's own. That of smoke tests has their name in its place. */
  readonly service?: string;
  readonly description: string;
  readonly sections: readonly Section[];
  readonly markers: readonly Marker[];
  /** Other dashboards of the system. */
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** Gives every heading and panel its place and its id. Sections without panels are left out. */
export function placed(sections: readonly Section[]): (Panel | RowPanel)[] {
  let id = 0;
  let y = 0;
  return sections
    .filter(({ panels }) => panels.length > 0)
    .flatMap((section) => {
      const heading = new RowBuilder(section.title).id(++id).gridPos({ x: 0, y, w: COLUMNS, h: 1 }).build();
      y += 1;
      let x = 0;
      let tallest = 0;
      const panels = section.panels.map((panel) => {
        const { w = COLUMNS, h = 1 } = panel.gridPos ?? {};
        if (x + w > COLUMNS) {
          y += tallest;
          x = 0;
          tallest = 0;
        }
        const there = { ...panel, id: ++id, gridPos: { x, y, w, h } };
        x += w;
        tallest = Math.max(tallest, h);
        return there;
      });
      y += tallest;
      return [heading, ...panels];
    });
}

function annotation({ name, colour, expression, title, step }: Marker): AnnotationQuery {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .expr(expression)
    .step(step)
    .titleFormat(title)
    .textFormat(name)
    .target(query([expression, title]).interval(step))
    .build();
}

/** A dashboard of a system, or of one of its services. It can't be edited in Grafana: it would be overwritten. */
export function framed(facts: MonitoringFacts, frame: Frame): Dashboard {
  const { service, description, sections, markers, links } = frame;
  const { system, environment } = facts;
  const builder = new DashboardBuilder(dashboardTitle(facts, service))
    .uid(dashboardUid(facts, service))
    .description(description)
    .tags(["slipway", system, environment])
    .readonly()
    .timezone("browser")
    .refresh("1m")
    .time({ from: "now-6h", to: "now" })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
    .annotations(markers.map((marker) => ({ build: () => annotation(marker) })))
    .links(links.map((link) => ({ build: () => linkTo(link) })));
  return { ...builder.build(), panels: placed(sections) };
}
