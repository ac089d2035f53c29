import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { askPrometheus } from "../../automation/status/answers.ts";
import { answersFromCounters } from "../../automation/status/counters.ts";
import { readExposition } from "../../automation/status/exposition.ts";
import { statusPage } from "../../automation/status/page/page.ts";
import { PrometheusSource, prometheusAddress } from "../../automation/status/prometheus.ts";
import { askSeries } from "../../automation/status/series.ts";
import { statusExit, statusOf } from "../../automation/status/status-of.ts";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { METRICS } from "../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../components/objectives/objective.ts";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { generateLoad } from "../../sandbox/cloud/load.ts";
import { writeRules } from "../../sandbox/prometheus/rules.ts";
import { startPrometheus } from "../../sandbox/prometheus/run.ts";
import { serveInTest } from "../support/http.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";
import { temporaryFolder } from "../unit/engine/support.ts";
import { shopFacts } from "../unit/status/support.ts";
import { cloudFolder, service } from "./cloud-support.ts";

/** The shortest windows that there may be: what is recorded over them is known after a minute. */
const tiers = [{ severity: "page", budgetPercent: 10, long: "1 h", short: "1 min" }] as const;
const common = { window: "1 days", owner: "shop-platform", alerting: { tiers, minimumBad: 1 } } as const;

const OBJECTIVES: readonly Objective[] = [
  { name: "availability", indicator: { kind: "availability" }, target: 95, ...common },
  { name: "latency", indicator: { kind: "latency", threshold: "5 s" }, target: 95, ...common },
  {
    name: "repairs",
    indicator: { kind: "ratio", bad: "repairs_total", total: "answers_total" },
    target: 95,
    ...common,
  },
];

function facts(): MonitoringFacts {
  const base = { environment: "sandbox", system: "ethixai", service: "api", runtime: "cloud-run" } as const;
  const measured = { ...base, metrics: METRICS, objectives: OBJECTIVES.map(normalizeObjective) };
  const capacity = { perInstance: 100, max: 1, peak: 20 };
  return {
    ...shopFacts(),
    environment: "sandbox",
    system: "ethixai",
    alerts: [],
    services: [{ ...measured, capacity }],
  };
}

/** The cloud's metrics on a port, as its daemon serves them. */
async function exposed(cloud: Cloud): Promise<string> {
  const { host } = await serveInTest(async (_, response) => {
    response.setHeader("content-type", cloud.metrics.contentType);
    response.end(await cloud.metrics.text());
  });
  return host;
}

describeWithPrometheus("the status of a service that fails every fifth request", () => {
  test("EA-16 is measured, burns, pages, and stands on the page", { timeout: 180_000 }, async () => {
    const { folder, remove } = cloudFolder();
    const cloud = await Cloud.open(folder);
    onTestFinished(async () => {
      await cloud.stop();
      await remove();
    });
    const since = new Date().toISOString();
    const { url, latestReadyRevision } = await cloud.put(
      service({ template: { env: { DEMO_ERROR_RATE: "0.2" }, maxInstances: 1 } }),
    );
    const host = await exposed(cloud);

    // The rules as they are, looked at every second.
    const groups = systemRules(facts()).map((group) => ({ ...group, interval: "1s" }));
    const home = await temporaryFolder();
    await writeRules(home, new Map([["ethixai.yaml", stringify({ groups })]]));
    const prometheus = await startPrometheus({
      folder: home,
      scrape: [{ name: "local-cloud", targets: [host] }],
      ruleFiles: [join(home, "rules", "*.yaml")],
      intervalSeconds: 1,
      endsWith: process.pid,
    });
    onTestFinished(() => prometheus.stop());

    // A thousand: a fifth of them is off by 6 % less than once in a hundred thousand runs.
    const { byStatus, sent } = await generateLoad({ url, requestsPerSecond: 40, seconds: 25 });
    const source = new PrometheusSource(prometheusAddress(prometheus.url));
    const look = async () =>
      statusOf("sandbox", [facts()], await askPrometheus(source, [facts()], new Date()));
    const status = await until(look, ({ totals }) => totals.missed > 0 && totals.pages > 0, 1000);

    const [api] = status.systems[0]?.services ?? [];
    const [availability, latency, repairs] = api?.objectives ?? [];
    expect(availability?.state).toBe("missed");
    expect(availability?.series[0]?.sharePercent).toBeGreaterThan(74);
    expect(availability?.series[0]?.sharePercent).toBeLessThan(86);
    // A fifth fails where a twentieth may: four times as fast as the budget lasts.
    expect(availability?.series[0]?.burns.map(({ window, level }) => [window, level])).toEqual([
      ["1m", "page"],
      ["1h", "page"],
    ]);
    expect(latency?.series[0]).toMatchObject({ state: "kept", sharePercent: 100, budgetLeftPercent: 100 });
    expect(repairs?.state).toBe("no data");
    expect(api?.revisions).toEqual([{ revision: latestReadyRevision, percent: 100 }]);
    expect(api?.p95Seconds).toBeGreaterThan(0);
    expect(status.alerts).toMatchObject([
      {
        name: "ApiAvailabilityBurn",
        state: "firing",
        severity: "page",
        owner: "shop-platform",
        first: "Is a release or a flag younger than the trouble? Take it back. Then the runbook.",
      },
      // Nobody counts repairs: that is told, too, if it lasts.
      { name: "ApiRepairsUnmeasured", state: "pending", severity: "ticket" },
    ]);
    expect(statusExit(status)).toBe(5);

    const series = await askSeries(source, [facts()], new Date(), 600);
    const page = statusPage(status, [facts()], series);
    expect([...page.matchAll(/<svg role="img" aria-label="([^",.]*)/g)].map(([, title]) => title)).toEqual([
      "Error budget left",
      "Traffic by status class",
      "Latency",
      "Saturation",
      "Burn rate of availability",
      "Burn rate of latency",
    ]);
    expect(page).toContain(`<strong class="release">R1</strong> ${latestReadyRevision}, first requests at `);

    // Without Prometheus: the same requests by the cloud's own counters, each of them counted.
    const samples = readExposition(await cloud.metrics.text());
    const about = { address: `http://${host}`, since, at: new Date() };
    const counted = statusOf("sandbox", [facts()], answersFromCounters([facts()], samples, about));
    const share = counted.systems[0]?.services[0]?.objectives[0]?.series[0]?.sharePercent ?? 0;
    expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(sent);
    expect(share).toBeCloseTo((100 * (byStatus["200"] ?? 0)) / sent, 4);
  });
});
