import { MappingType, type Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { NormalizedAlert } from "../alerting/alert.ts";
import type { MonitoringFacts } from "../alerting/facts.ts";
import { type AlertQuery, alertQuery } from "../alerting/rules.ts";
import type { LabelMatch } from "../objectives/indicator.ts";
import { promDuration, selector } from "../objectives/promql.ts";
import { COLOUR, described, figures, query, type Step, UNIT } from "./panels.ts";

/** Labels that a list of alerts shows, in this order; the rest is the same in every row, or noise. */
const COLUMNS = ["severity", "alertname", "service", "concern", "objective", "owner"];

/** Alerts that fire now. @param labels the system's, or a service's */
export function firing(labels: Readonly<Record<string, LabelMatch>>): string {
  return selector("ALERTS", { ...labels, alertstate: "firing" });
}

/** What fires now, one alert a row. @param labels the system's, or a service's */
export function firingPanel(labels: Readonly<Record<string, LabelMatch>>): Panel {
  return described(new TableBuilder(), {
    title: "Firing alerts",
    description:
      "Alerts that fire now: red wakes somebody, orange is looked at today, blue is planned. Good: none. What to do stands in the alert's runbook.",
    width: 24,
    height: 5,
  })
    .unit(UNIT.count)
    .withTarget(
      query([firing(labels), ""])
        .format(PromQueryFormat.Table)
        .instant(),
    )
    .withTransformation({
      id: "filterFieldsByName",
      options: { include: { names: COLUMNS } },
    })
    .withTransformation({
      id: "organize",
      options: { indexByName: Object.fromEntries(COLUMNS.map((name, index) => [name, index])) },
    })
    .overrideByName("severity", [
      { id: "custom.cellOptions", value: { type: "color-background" } },
      {
        id: "mappings",
        value: [
          {
            type: MappingType.ValueToText,
            options: {
              page: { color: COLOUR.bad, index: 0 },
              warning: { color: COLOUR.warning, index: 1 },
              ticket: { color: COLOUR.neutral, index: 2 },
            },
          },
        ],
      },
    ])
    .build();
}

/** How a figure is shown, and said. */
const UNITS: Readonly<Record<AlertQuery["unit"], { unit: string; said: (value: number) => string }>> = {
  share: { unit: UNIT.share, said: (value) => `${Number((100 * value).toPrecision(6))} %` },
  seconds: { unit: UNIT.seconds, said: (value) => `${value} s` },
  percent: { unit: UNIT.percent, said: (value) => `${value} %` },
  figure: { unit: UNIT.figure, said: String },
};

/** What a figure is held against: `> 0.01`. */
function limitOf({ limit }: AlertQuery): { readonly below: boolean; readonly at: number } {
  return { below: limit.startsWith("<"), at: Number(limit.slice(1)) };
}

/** The figure that is nearest to its limit, or furthest beyond; of a count that nobody has begun, 0. */
function worst({ condition }: NormalizedAlert, asked: AlertQuery): string {
  const figure = `${limitOf(asked).below ? "min" : "max"}(${asked.value})`;
  return condition.kind === "count" ? `${figure} or vector(0)` : figure;
}

function limitSteps(asked: AlertQuery): Step[] {
  const { below, at } = limitOf(asked);
  const [before, beyond] = below ? [COLOUR.bad, COLOUR.good] : [COLOUR.good, COLOUR.bad];
  return [
    [null, before],
    [at, beyond],
  ];
}

/** An alert's figure, coloured by its limit; undefined where there is no limit to hold it against. */
function alertPanel(facts: MonitoringFacts, alert: NormalizedAlert): Panel | undefined {
  const asked = alertQuery(facts, alert);
  if (asked.limit === "") return undefined;
  const { name, what, impact, first, severity, forSeconds } = alert;
  const { unit, said } = UNITS[asked.unit];
  const { below, at } = limitOf(asked);
  const lasting = forSeconds === 0 ? "at once" : `where that lasts ${promDuration(forSeconds)}`;
  return figures({
    title: name,
    description: `${what} ${impact} Red: ${below ? "below" : "above"} ${said(at)}; a ${severity} follows ${lasting}. First: ${first}`,
    unit,
    width: 6,
    height: 5,
    queries: [[worst(alert, asked), "now"]],
    steps: limitSteps(asked),
  });
}

/** The figures of a system's fixed alerts, each against its limit; those without one are left to the list of what fires. */
export function alertPanels(facts: MonitoringFacts): Panel[] {
  return facts.alerts.flatMap((alert) => alertPanel(facts, alert) ?? []);
}
