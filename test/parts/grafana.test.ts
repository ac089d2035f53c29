import { DashboardBuilder, RowBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { expect, test } from "vitest";
import { checkDashboard, describeWithGrafana } from "../support/grafana.ts";

const source = { type: "prometheus", uid: "main" };

/** A dashboard with a panel in a row and one that takes its queries' data source for granted. */
function dashboard() {
  const panel = (title: string) =>
    new PanelBuilder().title(title).datasource(source).withTarget(new DataqueryBuilder().expr("up"));
  return new DashboardBuilder("Shop")
    .uid("shop")
    .withPanel(panel("Requests"))
    .withRow(new RowBuilder("Details").withPanel(panel("Errors")))
    .build();
}

// biome-ignore lint/suspicious/noExplicitAny: a test changes plain data deep inside
type Change = (json: any) => void;

/** What is wrong with it when it is changed by hand. */
function changed(change: Change): Promise<string[]> {
  const json = JSON.parse(JSON.stringify(dashboard()));
  change(json);
  return checkDashboard(JSON.stringify(json));
}

describeWithGrafana("a dashboard, by Grafana's own types", () => {
  test("is valid as its builders make it", async () => {
    expect(await checkDashboard(JSON.stringify(dashboard()))).toEqual([]);
  });

  test.each<[string, Change, string[]]>([
    ["an unknown field", (json) => (json.colour = "red"), ["Dashboard: unexpected field 'colour'"]],
    [
      "a field that is missing",
      (json) => delete json.schemaVersion,
      ["schemaVersion: required field is missing from input"],
    ],
    [
      "a panel's option that it has not",
      (json) => (json.panels[0].options.loud = true),
      ["panels[0].options.Options: unexpected field 'loud'"],
    ],
    [
      "a panel that nobody knows, in a row",
      (json) => (json.panels[1].panels[0].type = "teapot"),
      ['panels[1].panels[0].type: no panel is called "teapot"'],
    ],
    [
      "a query's field that it has not",
      (json) => (json.panels[0].targets[0].expression = "up"),
      ["panels[0].targets[0].Dataquery: unexpected field 'expression'"],
    ],
    [
      "a query's field that it has not, where the query names its source itself",
      (json) => Object.assign(json.panels[0].targets[0], { datasource: source, expression: "up" }),
      ["panels[0].targets[0].Dataquery: unexpected field 'expression'"],
    ],
    [
      "a month that no year has",
      (json) => (json.fiscalYearStartMonth = 12),
      ["fiscalYearStartMonth: must be < 12"],
    ],
    [
      "a query of no data source",
      (json) => delete json.panels[0].datasource,
      ["panels[0].targets[0].datasource.type: neither the query nor its panel names a type that is known"],
    ],
  ])("%s is named with its place", async (_, change, problems) => {
    expect(await changed(change)).toEqual(problems);
  });

  test("what is no JSON is a problem, too", async () => {
    expect(await checkDashboard("{")).toEqual(["unexpected end of JSON input"]);
  });
});
