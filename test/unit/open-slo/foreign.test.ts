import { describe, expect, test } from "vitest";
import { openSloText } from "../../../automation/objectives/text.ts";
import type { Objective } from "../../../components/objectives/objective.ts";
import { objectiveProblems } from "../../../components/objectives/objective.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { asked, figure, OPEN_SLO, ratio, SLOTH, SLOTH_OBJECT, slo } from "./samples.ts";
import { shopOf } from "./support.ts";

/** The one objective of a text. */
function only(text: string): { objective: Objective; notes: readonly string[] } {
  const { services, notes } = importObjectives(text, "it.yaml");
  const [objective, ...others] = services.flatMap(({ objectives }) => objectives);
  if (objective === undefined || others.length > 0) throw new Error("there is not one objective");
  expect(objectiveProblems([objective])).toEqual([]);
  return { objective, notes };
}

const ERRORS = 'sum(rate(http_requests_total{job="checkout",code=~"(5..|429)"}[$window]))';
const REQUESTS = 'sum(rate(http_requests_total{job="checkout"}[$window]))';

test("Sloth's files become objectives of queries", () => {
  const satisfied =
    "1 - sum(sum_over_time(satisfied_ratio[$window])) / sum(count_over_time(satisfied_ratio[$window]))";
  expect(importObjectives(SLOTH, "sloth.yaml")).toEqual({
    services: [
      {
        service: "checkout",
        objectives: [
          {
            name: "requests-availability",
            indicator: { kind: "queries", bad: ERRORS, total: REQUESTS },
            target: 99.9,
            owner: "shop-platform",
          },
          {
            name: "satisfied-clients",
            indicator: { kind: "queries", bad: satisfied, total: `0 * (${satisfied}) + 1` },
            target: 95,
            owner: "shop-frontend",
            alerting: {
              tiers: [
                { severity: "page", budgetPercent: 2, long: "1 h", short: "5 min" },
                { severity: "page", budgetPercent: 5, long: "6 h", short: "30 min" },
              ],
              minimumBad: 0,
            },
          },
          {
            name: "quiet",
            indicator: {
              kind: "queries",
              bad: "sum(rate(lost_total[$window]))",
              total: "sum(sum by (queue) (rate(sent_total[$window])))",
            },
            target: 99,
            owner: "shop-platform",
            alerting: { off: "both of its alerts are disabled in Sloth" },
          },
        ],
      },
    ],
    notes: [
      "Sloth's files state no window; taken as 30 days",
      "Sloth's ticket at 10 % of the budget in 1 day is left out; that in 3 days stands for both",
      "slos.0.alerting: names, labels and annotations of alerts are made anew, and left out",
    ],
  });
});

test("Sloth's objects of Kubernetes are read too, one by one and in lists", () => {
  const expected = {
    name: "requests-availability",
    indicator: { kind: "queries", bad: ERRORS, total: REQUESTS },
    target: 99.9,
    owner: "shop-platform",
    alerting: { tiers: [{ severity: "ticket", budgetPercent: 10, long: "3 days", short: "6 h" }] },
  };
  expect(only(SLOTH_OBJECT).objective).toEqual(expected);
  const list = `apiVersion: v1\nkind: List\nitems:\n  -${SLOTH_OBJECT.replaceAll("\n", "\n    ").slice(4)}`;
  expect(only(list).objective).toEqual(expected);
});

test("OpenSLO that refers to other documents becomes one objective for each target", () => {
  const indicator = {
    kind: "queries",
    good: 'sum(rate(http_requests_total{code=~"2..|3.."}[$window]))',
    total: "sum(rate(http_requests_total[$window]))",
  };
  const alerting = {
    tiers: [
      { severity: "page", budgetPercent: 2.08333, long: "1 h", short: "5 min" },
      { severity: "ticket", budgetPercent: 10.7143, long: "3 days", short: "6 h" },
    ],
  };
  const owner = "shop-platform";
  const window = "28 days";
  expect(importObjectives(OPEN_SLO, "cart.yaml")).toEqual({
    services: [
      {
        service: "cart",
        objectives: [
          { name: "cart-availability-good-enough", indicator, target: 98, window, owner, alerting },
          { name: "cart-availability-well-done", indicator, target: 99.95, window, owner, alerting },
          {
            name: "cart-latency",
            indicator: {
              kind: "saturation",
              used: "max(histogram_quantile(0.95, sum by (le) (rate(cart_seconds_bucket[5m]))))",
              capacity: 0.5,
              limit: 100,
            },
            target: 99,
            window: "calendar month",
            owner: "shop-frontend",
          },
        ],
      },
    ],
    notes: [
      'SLI "cart-requests": spec.ratioMetric.total.metricSource.spec.query: its counters are read as rates over $window',
      'SLI "cart-requests": spec.ratioMetric.good.metricSource.spec.query: its counters are read as rates over $window',
      "document 4: spec.alertPolicies.0: it has to burn over 5 min too, a twelfth of its window",
      "document 4: spec.alertPolicies.1: it has to burn over 6 h too, a twelfth of its window",
      "document 7: spec.timeWindow.0.calendar.timeZone: months begin at midnight in UTC, not in Europe/Vienna",
      "document 7: spec.objectives.0.op: lt became lte: a figure of exactly 0.5 counts as good",
    ],
  });
});

test.each([SLOTH, SLOTH_OBJECT, OPEN_SLO])("what was imported from others is stable from then on", (text) => {
  const first = importObjectives(text, "first.yaml");
  const exported = openSloText([shopOf(first)]);
  const second = importObjectives(exported, "second.yaml");
  expect(second).toEqual({ system: "shop", services: first.services, notes: [] });
  expect(openSloText([shopOf(second)])).toBe(exported);
});

describe("queries of events", () => {
  const queries = "spec.indicator.spec.ratioMetric";

  test("with a fixed range are asked over every window", () => {
    const { objective, notes } = only(slo(ratio("sum(rate(bad[5m]))", "sum(rate(all[5m] offset 1m))")));
    expect(objective.indicator).toEqual({
      kind: "queries",
      bad: "sum(rate(bad[$window]))",
      total: "sum(rate(all[$window] offset 1m))",
    });
    expect(notes).toEqual([
      `${queries}.total.metricSource.spec.query: its fixed range of 5m became $window`,
      `${queries}.bad.metricSource.spec.query: its fixed range of 5m became $window`,
    ]);
  });

  test("without a range, of what goes up and down, are averaged", () => {
    const { objective } = only(slo(ratio("sum(failing)", "sum(probed)")));
    expect(objective.indicator).toEqual({
      kind: "queries",
      bad: "sum(avg_over_time((sum(failing))[$window:1m]))",
      total: "sum(avg_over_time((sum(probed))[$window:1m]))",
    });
  });

  test("of a ratio that was reckoned before count shares, not events", () => {
    const raw = { ratioMetric: { counter: false, rawType: "success", raw: asked("sum(rate(ok[5m]))") } };
    expect(only(slo({ indicator: { spec: raw } })).objective).toMatchObject({
      indicator: {
        kind: "queries",
        good: "sum(rate(ok[$window]))",
        total: "0 * (sum(rate(ok[$window]))) + 1",
      },
      alerting: { minimumBad: 0 },
    });
  });

  test("in slices of time are a share of time", () => {
    const objectives = [{ target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: "10m" }];
    const text = slo({
      ...ratio("sum(rate(bad[5m]))", "sum(rate(all[5m]))"),
      budgetingMethod: "Timeslices",
      objectives,
    });
    expect(only(text).objective.indicator).toEqual({
      kind: "saturation",
      used: "(sum(rate(bad[10m]))) / (sum(rate(all[10m])))",
      capacity: 0.05,
      limit: 100,
    });
  });
});

test.each([
  ["lte", 200, { used: "max(depth)", capacity: 200 }],
  ["lte", 0, { used: "(max(depth)) - 0 + 1", capacity: 1 }],
  ["gte", 3, { used: "3 - (min(depth)) + 1", capacity: 1 }],
  ["gt", -1, { used: "-1 - (min(depth)) + 1", capacity: 1 }],
])("a figure that must be %s %d is a share of time", (op, value, expected) => {
  const objectives = [{ op, value, target: 0.99, timeSliceTarget: 1, timeSliceWindow: "1m" }];
  const { objective } = only(slo({ ...figure("depth"), budgetingMethod: "Timeslices", objectives }));
  expect(objective.indicator).toEqual({ kind: "saturation", limit: 100, ...expected });
});

test("keys that nobody knows are told and left out", () => {
  const text = slo(
    { ...ratio("sum(rate(bad[5m]))", "sum(rate(all[5m]))"), composite: true },
    { tags: ["a"] },
  );
  expect(only(text).notes.slice(0, 2)).toEqual([
    "metadata.tags: unknown, left out",
    "spec.composite: unknown, left out",
  ]);
});
