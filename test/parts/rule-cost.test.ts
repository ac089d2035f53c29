import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hourly } from "../../bench/cost/classes.ts";
import { type RuleCost, ruleCosts } from "../../bench/cost/evaluate.ts";
import { type History, startHistory } from "../../bench/cost/history.ts";
import { slothRules } from "../../bench/cost/published.ts";
import { recordedSeries, type Shape, serviceSeries } from "../../bench/cost/series.ts";
import { monitoredSystem, OBJECTIVES } from "../../bench/monitored.ts";
import { slothObjectives } from "../../bench/sloth/spec.ts";
import type { RuleGroup } from "../../components/alerting/rule.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { findPrometheus } from "../../sandbox/prometheus/tools.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";

const DAY = 86_400;
const REACH = 30 * DAY;
/** So small a service that little can be saved by reading its raw series seldom. */
const SHAPE: Shape = {
  ...{ instances: 1, routes: 2, codes: ["200", "404", "500"], edges: [1, 2] },
  ...{ step: 60, reach: 3 * DAY + 3600 },
};
/** A second after a scrape and after looks of all groups, so that no window has one at both of its ends. */
const AT = Math.floor(Date.now() / 1000 / 300) * 300 + 1;

const labels = { environment: "production", system: "bench", service: "service-0", revision: "one" };
/** What both sides make of the same objectives, by objective. */
const pairs = OBJECTIVES.slice(0, 2).map((objective, index) => ({
  name: objective.name,
  ours: systemRules(monitoredSystem(1, [objective])),
  theirs: slothRules(slothObjectives("service-0")[index] ?? expect.fail("no such objective"), "1m"),
}));

describeWithPrometheus("the cost of rules", () => {
  let folder: string | undefined;
  let history: History | undefined;

  beforeAll(async () => {
    const tools = (await findPrometheus()) ?? expect.fail("no Prometheus");
    folder = await mkdtemp(join(tmpdir(), "slipway-rule-cost-"));
    const rules = pairs.flatMap(({ ours, theirs }) => [...ours, ...theirs]);
    const series = [...serviceSeries(labels, SHAPE), ...recordedSeries(rules, REACH)];
    history = await startHistory(tools, join(folder, "history"), series, AT - 1);
  });

  afterAll(async () => {
    await history?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const costs = (groups: readonly RuleGroup[]) =>
    ruleCosts(history?.url ?? "", groups, { end: AT, reach: REACH });
  const samples = (each: readonly RuleCost[]) => each.reduce((sum, cost) => sum + cost.samples, 0);

  test("is what Prometheus reads: samples of every series of every selector", async () => {
    const rule = (expr: string) => ({ record: "some:cost", expr });
    const requests = 'http_requests_total{code="500"}';
    const burn = 'objective:bad_events:rate{objective="latency"}';
    const measured = await costs([
      {
        name: "known",
        interval: "2m",
        rules: [
          // Two series, five scrapes; one series, an hour of looks; the newest sample of both.
          rule(`sum(rate(${requests}[5m]))`),
          rule(`sum_over_time(${burn}[1h]) + ${burn}`),
          rule(`sum_over_time(${burn}[30d:5m])`),
        ],
      },
    ]);
    expect(measured.map((each) => [each.samples, each.series, each.results, each.perHour])).toEqual([
      [10, 2, 1, 30],
      [121, 2, 1, 30],
      [8640, 1, 1, 30],
    ]);
    await expect(
      costs([{ name: "unknown", interval: "1m", rules: [rule("absent_series")] }]),
    ).rejects.toThrow("some:cost records nothing: absent_series");
  });

  test.each(pairs)(
    "of $name: one look at all rules reads no more than one at Sloth's, nor does an hour of looks",
    async ({ ours, theirs }) => {
      const [own, published] = [await costs(ours), await costs(theirs)];
      expect(samples(own)).toBeLessThanOrEqual(samples(published));
      const [hour, publishedHour] = [hourly(own), hourly(published)];
      expect(hour.samples).toBeLessThanOrEqual(publishedHour.samples);
      expect(hour.series).toBeLessThanOrEqual(publishedHour.series);
      expect(hour.recorded).toBeLessThanOrEqual(publishedHour.recorded);
      expect(hour.peak).toBeLessThanOrEqual(publishedHour.peak);
    },
  );

  test.each(pairs)(
    "of $name: only what counts its events reads the service's own series",
    async ({ ours }) => {
      const raw = (await costs(ours)).filter(({ expr }) => /\bhttp_\w+/.test(expr));
      expect(raw.map(({ rule }) => rule)).toEqual(["objective:events:rate", "objective:bad_events:rate"]);
    },
  );
});
