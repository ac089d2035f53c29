import { expect, test } from "vitest";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { asked, figure, ratio, slo } from "./samples.ts";

/** What is said of a text that can't be imported. */
function said(text: string): string {
  try {
    importObjectives(text, "it.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "imported";
}

const GOOD = ratio("sum(rate(bad[5m]))", "sum(rate(all[5m]))");
const SLOTH =
  "version: prometheus/v1\nservice: a\nlabels: { owner: me }\nslos:\n  - name: b\n    objective: 99\n";

test.each([
  ["an empty file", "", "it.yaml: there is nothing in it"],
  [
    "no YAML",
    "a: [",
    "it.yaml: it is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5:\n\na: [\n    ^",
  ],
  ["a text", "hello", "it.yaml: it must be a mapping, with apiVersion and kind"],
  [
    "something else",
    "apiVersion: v1\nkind: Pod",
    'it.yaml: it is neither of OpenSLO nor of Sloth: apiVersion "v1", version null; it must have apiVersion: openslo/v1, apiVersion: sloth.slok.dev/v1, or version: prometheus/v1',
  ],
  [
    "an older OpenSLO",
    "apiVersion: openslo/v1alpha\nkind: SLO",
    'it.yaml: apiVersion: "openslo/v1alpha" is not read; it must be openslo/v1',
  ],
  [
    "another kind",
    "apiVersion: openslo/v1\nkind: Slo",
    'it.yaml: kind: "Slo" must be one of SLO, SLI, Service, AlertPolicy, AlertCondition, DataSource, AlertNotificationTarget',
  ],
  [
    "no objective",
    "apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\nspec: {}",
    "it.yaml: there is no objective in it: no SLO, and no slos",
  ],
  [
    "several mistakes at once, in the second document",
    `${slo(GOOD)}\n---\n${slo({ ...GOOD, budgetingMethod: "Sometimes", objectives: [{ target: 99 }], timeWindow: [{ duration: "a month" }] })}`,
    [
      "it.yaml: 3 problems",
      '  - document 2: spec.timeWindow.0.duration: "a month" must be a whole number and one of m, h, d, w, M, Q, Y, such as 30d',
      '  - document 2: spec.budgetingMethod: "Sometimes" must be one of "Occurrences", "Timeslices", "RatioTimeslices"',
      "  - document 2: spec.objectives.0.target: 99 must be below 1: a share; targetPercent takes percent",
    ].join("\n"),
  ],
  [
    "nobody who owns it",
    slo(GOOD, { labels: {} }),
    "it.yaml: metadata.labels.owner: nobody owns it: give it a label `owner` (or `team`), or say whose all such objectives are: --owner TEAM",
  ],
  [
    "two targets in one",
    slo({ ...GOOD, objectives: [{ target: 0.9, targetPercent: 90 }] }),
    "it.yaml: spec.objectives.0: it must have either target (a share) or targetPercent",
  ],
  [
    "a calendar of weeks",
    slo({
      ...GOOD,
      timeWindow: [{ duration: "1w", calendar: { startTime: "2022-01-03 00:00:00", timeZone: "UTC" } }],
    }),
    'it.yaml: spec.timeWindow.0: 1w from "2022-01-03 00:00:00" can\'t be held: use a calendar month (1M, from the first at 00:00:00), or a rolling window (isRolling: true, without calendar)',
  ],
  [
    "no indicator",
    slo({}),
    "it.yaml: spec.indicator: missing; it must have indicator, or indicatorRef with the SLI in this file",
  ],
  [
    "an indicator that isn't there",
    slo({ indicatorRef: "gone" }),
    'it.yaml: spec.indicatorRef: "gone" is no SLI of this file; put it there',
  ],
  [
    "another language",
    slo({
      indicator: {
        spec: { thresholdMetric: { metricSource: { type: "Datadog", spec: { query: "sum:a{*}" } } } },
      },
      objectives: [{ op: "lte", value: 1, target: 0.9 }],
    }),
    'it.yaml: spec.indicator.spec.thresholdMetric.metricSource.type: "Datadog" is not asked in PromQL: give its query for Prometheus, or leave the objective out',
  ],
  [
    "a query that is none",
    slo(ratio("sum(rate(bad[5m])", "sum(rate(all[5m]))")),
    'it.yaml: spec.indicator.spec.ratioMetric.bad.metricSource.spec.query: "sum(rate(bad[5m])" is no PromQL: it ends too soon or goes wrong at character 18, after "sum(rate(bad[5m])"',
  ],
  [
    "several ranges",
    slo(ratio("sum(rate(bad[5m])) - sum(rate(bad[1h]))", "sum(rate(all[5m]))")),
    'it.yaml: spec.indicator.spec.ratioMetric.bad.metricSource.spec.query: "sum(rate(bad[5m])) - sum(rate(bad[1h]))" has several ranges (5m, 1h): write {{.window}} where the one that is to change stands',
  ],
  [
    "neither good nor bad",
    slo({ indicator: { spec: { ratioMetric: { counter: true, total: asked("all") } } } }),
    "it.yaml: spec.indicator.spec.ratioMetric: it must have either good or bad, and total; or raw and rawType",
  ],
  [
    "a figure without a limit",
    slo({ ...figure("depth"), objectives: [{ target: 0.9, op: "lte" }] }),
    "it.yaml: spec.objectives.0.value: missing; it must be: number",
  ],
  [
    "an annotation that was changed by hand",
    slo(GOOD, { annotations: { "slipway.dev/indicator": '{"kind":"latency","threshold":"2s"}' } }),
    'it.yaml: metadata.annotations["slipway.dev/indicator"].threshold: "2s" must be a number, one blank and a unit (ms, s, min, h, days), such as "5 min"',
  ],
  [
    "an annotation that is no JSON",
    slo(GOOD, { annotations: { "slipway.dev/indicator": "latency" } }),
    'it.yaml: metadata.annotations["slipway.dev/indicator"]: "latency" is no JSON; mend it, or leave the annotation out',
  ],
  [
    "a window that was changed by hand",
    slo(GOOD, { annotations: { "slipway.dev/window": "2 weeks" } }),
    'it.yaml: metadata.annotations["slipway.dev/window"]: "2 weeks" must be a number, one blank and a unit (ms, s, min, h, days), such as "5 min"',
  ],
  [
    "Sloth's plugins",
    `${SLOTH}    sli: { plugin: { id: availability } }`,
    "it.yaml: slos.0.sli.plugin: what a plugin asks isn't known here: give the queries that it makes (sloth generate prints them) as sli.events",
  ],
  [
    "Sloth without a query",
    `${SLOTH}    sli: { events: { error_query: "sum(rate(a[{{.window}}]))" } }`,
    "it.yaml: slos.0.sli.events.total_query: missing; it must be: PromQL, with {{.window}} where its range stands",
  ],
  [
    "Sloth without an indicator",
    `${SLOTH}    sli: {}`,
    "it.yaml: slos.0.sli: it must have either events or raw",
  ],
])("%s can't be imported", (_what, text, message) => {
  expect(said(text)).toBe(message);
});

test("whoever the caller names owns what nobody else does", () => {
  const { services } = importObjectives(slo(GOOD, { labels: {} }), "it.yaml", { owner: "shop" });
  expect(services[0]?.objectives[0]?.owner).toBe("shop");
});
