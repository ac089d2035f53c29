import { describe, expect, test } from "vitest";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import type { Indicator } from "../../../components/objectives/indicator.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";
import type { Limit } from "../../../components/release/plan.ts";
import { gateOf, planOf, shopApi } from "./metrics-support.ts";

const ofObjective = (indicator: Indicator, target = 99.5) =>
  gateOf(shopApi([{ name: "it", indicator, target }]), { gates: ["it"] });

const ofThreshold = (limit: Limit) => gateOf(shopApi([]), { thresholds: [{ name: "it", limit }] });

describe("an objective", () => {
  test("OS-07 is the same promise, held by one version: the share that may be bad is its error budget", () => {
    expect(ofObjective({ kind: "availability" })).toEqual({
      name: "it",
      title: "99.5 % of requests answered without a server error",
      measure: { kind: "indicator", indicator: { kind: "availability" } },
      unit: "share",
      limit: 0.005,
      badWhen: "above",
      noData: "wait",
    });
  });

  test("OS-07 of one route, under its threshold", () => {
    const gate = ofObjective({ kind: "latency", threshold: "1500 ms", route: "/chat" }, 95);
    expect(gate).toMatchObject({
      title: "95 % of requests to /chat under 1.5 s",
      measure: { indicator: { kind: "latency", thresholdSeconds: 1.5, route: "/chat" } },
      unit: "share",
      limit: 0.05,
    });
  });

  test.each<[string, number, Indicator]>([
    [
      "requests to /chat/enhanced no more than 100 ms slower than to /chat",
      0.1,
      { kind: "delta", threshold: "100 ms", route: "/chat/enhanced", against: "/chat" },
    ],
    [
      "backup_time no older than 26 h",
      93_600,
      { kind: "freshness", lastSuccess: "backup_time", maxAge: "26 h" },
    ],
    [
      "depth at most 90 % of size, for each queue",
      90,
      { kind: "saturation", used: "depth", capacity: "size", limit: 90, by: ["queue"], labels: ["queue"] },
    ],
  ])("that is a share of time asks that its limit holds now: %s", (title, limit, indicator) => {
    expect(ofObjective(indicator)).toMatchObject({ title, unit: "value", limit, badWhen: "above" });
  });

  test.each<[string, Indicator]>([
    ["it is made of queries", { kind: "queries", bad: "rate(a[$window])", total: "rate(b[$window])" }],
    ['"max(depth)" is PromQL', { kind: "saturation", used: "max(depth)", capacity: 10, limit: 90 }],
    ['"max(done)" is PromQL', { kind: "freshness", lastSuccess: "max(done)", maxAge: "1 h" }],
  ])("in PromQL of its own is refused by name, with what would do: %s", (why, indicator) => {
    expect(() => ofObjective(indicator)).toThrow(
      `shop/api: release.gates: "it" can't be asked of one revision, since ${why} of its own. Leave it out, and state what it measures as a threshold: { kind: "query" } with {labels} where the revision's labels stand`,
    );
  });

  test("that isn't there is refused, with those that are", () => {
    const service = shopApi([{ name: "availability", indicator: { kind: "availability" }, target: 99 }]);
    expect(() => gatesOf(service, planOf({ gates: ["speed"] }))).toThrow(
      'shop/api: release.gates: there is no objective "speed"; there are: availability',
    );
  });
});

test("a threshold's edge is written as exporters write it, whatever its unit", () => {
  const times = ["700 ms", "70 ms", "300 ms", "1 min"] as const;
  const edges = times.map((threshold) => ofObjective({ kind: "latency", threshold }).measure);
  expect(edges).toMatchObject(
    [0.7, 0.07, 0.3, 60].map((thresholdSeconds) => ({ indicator: { thresholdSeconds } })),
  );
});

describe("a threshold", () => {
  test("EA-10 is in shares of 1, with what is good enough to go on", () => {
    const thresholds = [{ name: "errors", limit: { kind: "errors", atMost: 1 }, settled: 0.5 }] as const;
    expect(gateOf(shopApi([]), { thresholds })).toEqual({
      name: "errors",
      title: "at most 1 % of requests answered with a server error",
      measure: { kind: "indicator", indicator: { kind: "availability" } },
      unit: "share",
      limit: 0.01,
      settled: 0.005,
      badWhen: "above",
      noData: "wait",
    });
  });

  test.each<[string, Limit, object]>([
    [
      "95 % of requests under 2 s",
      { kind: "latency", percentile: 95, under: "2 s" },
      {
        measure: { kind: "indicator", indicator: { kind: "latency", thresholdSeconds: 2 } },
        unit: "share",
        limit: 0.05,
      },
    ],
    [
      "requests under 2 s on average",
      { kind: "mean-latency", under: "2 s" },
      { measure: { kind: "mean", metric: "http_request_duration_seconds" }, unit: "value", limit: 2 },
    ],
    [
      "at most 80 % of the CPU that its instances have",
      { kind: "cpu", under: 80 },
      { measure: { kind: "cpu" }, unit: "value", limit: 80 },
    ],
    [
      "at most 85 % of the memory that its instances have",
      { kind: "memory", under: 85 },
      { measure: { kind: "memory" }, unit: "value", limit: 85 },
    ],
    [
      "99.9 % of answers_total without repairs_total",
      { kind: "ratio", bad: "repairs_total", total: "answers_total", atMost: 0.1 },
      {
        measure: {
          kind: "indicator",
          indicator: { kind: "ratio", bad: "repairs_total", total: "answers_total" },
        },
        unit: "share",
        limit: 0.001,
      },
    ],
    [
      "max(depth{{labels}}) at most 10",
      { kind: "query", query: "max(depth{{labels}})", atMost: 10 },
      { measure: { kind: "query", query: "max(depth{{labels}})" }, unit: "value", limit: 10 },
    ],
    [
      "min(hits{{labels}}) at least 80",
      { kind: "query", query: "min(hits{{labels}})", atLeast: 80 },
      { unit: "value", limit: 80, badWhen: "below" },
    ],
  ])("EA-10 AC-05 %s", (title, limit, expected) => {
    expect(ofThreshold(limit)).toMatchObject({ title, badWhen: "above", noData: "wait", ...expected });
  });

  test.each<[string, Limit]>([
    [
      "limit.under: http_request_duration_seconds has no bucket edge at 2 s, so what is slower can't be counted. Its edges: 0.5, 1 s; or name this one in `latencyBuckets`",
      { kind: "latency", percentile: 95, under: "2 s" },
    ],
    ['limit: "a b" is no metric\'s name', { kind: "ratio", bad: "a b", total: "answers_total", atMost: 1 }],
    [
      'limit.query: "max(depth)" asks of all versions together; write {labels} where the labels of one stand, within the braces of a selector: depth{{labels}}',
      { kind: "query", query: "max(depth)", atMost: 1 },
    ],
    [
      'limit.query: "max(depth{{labels}}" is no PromQL: it ends too soon or goes wrong at character 77, after',
      { kind: "query", query: "max(depth{{labels}}", atMost: 1 },
    ],
  ])("that can't be asked is refused: %s", (problem, limit) => {
    const service = shopApi([], { metrics: { ...METRICS, edges: [0.5, 1] } });
    expect(() => gatesOf(service, planOf({ thresholds: [{ name: "it", limit }] }))).toThrow(
      `shop/api: release.thresholds["it"].${problem}`,
    );
  });
});

describe("a comparison", () => {
  test("OS-07 of a histogram holds its mean against stable's", () => {
    const comparisons = [
      { name: "first-token", metric: "time_to_first_token_seconds", worseBy: 20, noData: "skip" },
    ] as const;
    expect(gateOf(shopApi([]), { comparisons })).toEqual({
      name: "first-token",
      title: "time_to_first_token_seconds, on average, at most 20 % above the stable version's",
      measure: { kind: "mean", metric: "time_to_first_token_seconds" },
      unit: "value",
      badWhen: "above",
      worseThan: 1.2,
      noData: "skip",
    });
  });

  test("OS-07 of two counters holds the share that was bad against stable's", () => {
    const metric = { good: "sessions_completed_total", total: "sessions_started_total" };
    expect(gateOf(shopApi([]), { comparisons: [{ name: "sessions", metric, worseBy: 5 }] })).toMatchObject({
      title:
        "share of sessions_started_total without sessions_completed_total at most 5 % above the stable version's",
      measure: { kind: "indicator", indicator: { kind: "ratio", ...metric } },
      unit: "share",
      worseThan: 1.05,
    });
  });

  test("by what is no metric is refused", () => {
    const comparisons = [{ name: "it", metric: "rate(x[5m])", worseBy: 5 }];
    expect(() => gatesOf(shopApi([]), planOf({ comparisons }))).toThrow(
      'shop/api: release.comparisons["it"].metric: "rate(x[5m])" is no metric\'s name',
    );
  });
});

test("all that is wrong is said at once", () => {
  const comparisons = [{ name: "it", metric: "x y", worseBy: 5 }];
  expect(() => gatesOf(shopApi([]), planOf({ gates: ["speed"], comparisons }))).toThrow(
    "shop/api: 2 problems",
  );
});
