import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  promQuestion,
  promqlOf,
  type Question,
  readingOf,
} from "../../../automation/rollout/metrics/questions.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { gateOf, shopApi } from "./metrics-support.ts";

const OWN = 'environment="production",system="shop",service="api",revision="r2"';

function asked(measures: Partial<ReleasePlan>, service = shopApi([])) {
  const promql = promqlOf(promQuestion(service, gateOf(service, measures), "r2", 90));
  expect(promqlProblem(promql)).toBeUndefined();
  return promql;
}

describe("what is asked of one revision", () => {
  test("OS-07 of an objective: both sides of its events at one moment", () => {
    const service = shopApi([{ name: "it", indicator: { kind: "availability" }, target: 99 }]);
    const total = `sum (rate(http_requests_total{${OWN}}[1m30s]))`;
    const bad = `sum (rate(http_requests_total{environment="production",system="shop",service="api",code=~"5..",revision="r2"}[1m30s]))`;
    expect(asked({ gates: ["it"] }, service)).toBe(
      `label_replace(${total}, "slipway_side", "total", "", "") or label_replace((${bad} or 0 * ${total}), "slipway_side", "bad", "", "")`,
    );
  });

  test("OS-07 of a histogram: its mean", () => {
    const comparisons = [{ name: "it", metric: "time_to_first_token_seconds", worseBy: 20 }];
    expect(asked({ comparisons })).toBe(
      `sum (rate(time_to_first_token_seconds_sum{${OWN}}[1m30s])) / sum (rate(time_to_first_token_seconds_count{${OWN}}[1m30s]))`,
    );
  });

  test("of a query of one's own: its labels and its window", () => {
    const query = 'sum(increase(tokens_total{kind="out",{labels}}[$window]))';
    expect(asked({ thresholds: [{ name: "it", limit: { kind: "query", query, atMost: 5 } }] })).toBe(
      `sum(increase(tokens_total{kind="out",${OWN}}[1m30s]))`,
    );
  });

  test("EA-10 of CPU and memory: what is used of what the instances have", () => {
    const limit = (kind: "cpu" | "memory") => ({ thresholds: [{ name: "it", limit: { kind, under: 80 } }] });
    expect(asked(limit("cpu"))).toBe(
      `100 * sum (rate(container_cpu_usage_seconds_total{${OWN}}[1m30s])) / sum (container_spec_cpu_quota{${OWN}} / container_spec_cpu_period{${OWN}})`,
    );
    expect(asked(limit("memory"))).toBe(
      `100 * sum (container_memory_working_set_bytes{${OWN}}) / sum (container_spec_memory_limit_bytes{${OWN}})`,
    );
    // In a cluster by the pods that are scraped as this revision.
    const pods = shopApi([], { runtime: "kubernetes", namespace: "shop" });
    const containers = 'container!="",container!="POD"';
    expect(asked(limit("cpu"), pods)).toBe(
      `100 * sum (rate(container_cpu_usage_seconds_total{namespace="shop",${containers}}[1m30s]) and on (namespace, pod) up{${OWN}}) / sum (kube_pod_container_resource_limits{namespace="shop",resource="cpu",${containers}} and on (namespace, pod) up{${OWN}})`,
    );
  });
});

describe("what an answer says:", () => {
  const at = (slipway_side: string, value: number) => ({ labels: { slipway_side }, value });
  const events: Question = {
    kind: "events",
    total: "t",
    bad: "b",
    unknown: { kind: "unanswered", why: "no bucket" },
  };
  const value: Question = { kind: "value", value: "v", badWhen: "above" };
  const figures = (...values: number[]) => values.map((each) => ({ labels: {}, value: each }));

  test("rates times the seconds are events, and several series add up", () => {
    expect(readingOf(events, [at("total", 2), at("total", 1), at("bad", 0.5)], 60)).toEqual({
      kind: "events",
      total: 180,
      bad: 30,
    });
  });

  test("none, or none per second, is nothing; without bad ones or good ones nothing can be told", () => {
    expect(readingOf(events, [], 60)).toEqual({ kind: "nothing" });
    expect(readingOf(events, [at("total", 0), at("bad", 0)], 60)).toEqual({ kind: "nothing" });
    expect(readingOf(events, [at("total", Number.NaN)], 60)).toEqual({ kind: "nothing" });
    expect(readingOf(events, [at("total", 1)], 60)).toEqual({ kind: "unanswered", why: "no bucket" });
  });

  test("of several figures the worst; what is no number is nothing, and infinite is no figure", () => {
    expect(readingOf(value, figures(1, 3, Number.NaN, 2), 60)).toEqual({ kind: "value", value: 3 });
    expect(readingOf({ ...value, badWhen: "below" }, figures(1, 3), 60)).toEqual({ kind: "value", value: 1 });
    expect(readingOf(value, figures(Number.NaN), 60)).toEqual({ kind: "nothing" });
    expect(readingOf(value, figures(1, Number.POSITIVE_INFINITY), 60)).toEqual({
      kind: "unanswered",
      why: "the answer is +Inf, which no limit can be held against",
    });
  });

  const bucket = (le: string, count: number) => ({ labels: { le }, value: count });
  const slow = (edge: number, ...samples: ReturnType<typeof bucket>[]) =>
    readingOf({ kind: "buckets", rate: "r", edge }, samples, 10);

  test("of a histogram those above a threshold, evenly spread within its bucket", () => {
    const samples = [bucket("+Inf", 10), bucket("1000", 4), bucket("2000", 8)];
    expect(slow(2000, ...samples)).toEqual({ kind: "events", total: 100, bad: 20 });
    expect(slow(1500, ...samples)).toEqual({ kind: "events", total: 100, bad: 40 });
    expect(slow(500, ...samples)).toEqual({ kind: "events", total: 100, bad: 80 });
    // Nobody knows how far beyond the last edge they lie.
    expect(slow(5000, ...samples)).toEqual({ kind: "events", total: 100, bad: 20 });
    expect(slow(2000)).toEqual({ kind: "nothing" });
    expect(slow(2000, bucket("2000", 0), bucket("+Inf", 0))).toEqual({ kind: "nothing" });
  });

  test("never more bad ones than there were, and never fewer than none", () => {
    // As counters give them: no smaller than an event in a year.
    const rate = fc.integer({ min: 0, max: 1e9 }).map((count) => count / 1000);
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 1, max: 1e6 }), (total, bad, seconds) => {
        const reading = readingOf(events, [at("total", total), at("bad", bad)], seconds);
        expect(reading).toEqual(
          total === 0
            ? { kind: "nothing" }
            : { kind: "events", total: seconds * total, bad: seconds * Math.min(bad, total) },
        );
      }),
    );
  });
});
