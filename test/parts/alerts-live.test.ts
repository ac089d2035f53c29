import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { factsOf } from "../../automation/plan/monitoring/facts.ts";
import { plan } from "../../automation/plan/plan.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { generateLoad } from "../../sandbox/cloud/load.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { writeRules } from "../../sandbox/prometheus/rules.ts";
import { startPrometheus } from "../../sandbox/prometheus/run.ts";
import { fastRules } from "../support/fast-rules.ts";
import { serve } from "../support/http.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { cloudFolder, quickProbe, service, turn } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 90_000 });

/** An hour passes in a minute: `1h` is 60 s, a `for: 5m` is 5 s; a scrape every 15 s is one every quarter of a second. */
const FASTER = 60;
const SCRAPE_SECONDS = 0.25;

/** Looks again until it holds; what is found instead is shown when the time is over. */
const soon = { timeout: 180_000, interval: 250 };

/** One of EthixAI's services as the local cloud runs it: one instance, so that a knob turns all of it. */
const deployed = (name: string) =>
  service({
    id: `projects/ethixai/locations/us-east1/services/${name}`,
    owner: `urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::ethixai-${name}`,
    latencyBuckets: [2, 8],
    template: {
      maxInstances: 1,
      concurrency: 500,
      readinessProbe: quickProbe("/health/readiness", { periodSeconds: 0.25 }),
      livenessProbe: quickProbe("/health/liveness", { periodSeconds: 0.25 }),
    },
  });

/** What ONESource would count in a cluster: a hundred operations a second, and what went wrong with them. */
class OnesourceCounters {
  readonly #began = Date.now();
  /** Since when one operation in ten fails, and the conversation store with it. */
  failingSince: number | undefined;

  text(): string {
    const { failingSince = Date.now() } = this;
    const all = (Date.now() - this.#began) / 10;
    const bad = (Date.now() - failingSince) / 100;
    const of = '{environment="sandbox",system="onesource",service="backend"}';
    return [
      `persistence_operations_total${of} ${all}`,
      `persistence_errors_total${of} ${bad}`,
      `schema_failures_total${of} ${bad}`,
      `kube_statefulset_status_replicas_ready{namespace="onesource",statefulset="redis"} ${bad > 0 ? 0 : 1}`,
      "",
    ].join("\n");
  }
}

describeWithPrometheus("the rules of the sandbox's systems, sixty times as fast, under load", () => {
  const end = new AbortController();
  const closing: (() => unknown)[] = [];
  const urls: Record<string, string> = {};
  const onesource = new OnesourceCounters();
  let prometheus: PrometheusClient;

  /** The local cloud with both services under load. @returns where Prometheus finds what it counts */
  async function underLoad(folder: string): Promise<string> {
    const cloud = await Cloud.open(folder);
    closing.unshift(() => cloud.stop());
    for (const name of ["backend", "ai-core"]) {
      const { url } = await cloud.put(deployed(name));
      urls[name] = url;
      void generateLoad({ url, requestsPerSecond: 30, seconds: 300, signal: end.signal });
    }
    const { host, close } = await serve(async (_, response) =>
      response.end(`${await cloud.metrics.text()}\n${onesource.text()}`),
    );
    closing.unshift(close);
    return host;
  }

  beforeAll(async () => {
    const { folder, remove } = cloudFolder();
    closing.unshift(remove);
    const { resources } = await plan({ root: ".", stack: "sandbox" });
    const rules = factsOf(resources).map((facts): [string, string] => [
      `${facts.system}.rules.yaml`,
      stringify({ groups: fastRules(systemRules(facts), FASTER) }),
    ]);
    expect(rules.map(([name]) => name)).toEqual(["ethixai.rules.yaml", "onesource.rules.yaml"]);
    const own = `${folder}-prometheus`;
    await writeRules(own, new Map(rules));
    const target = await underLoad(folder);
    const { url, stop } = await startPrometheus({
      ...{ folder: own, intervalSeconds: SCRAPE_SECONDS, endsWith: process.pid },
      scrape: [{ name: "local-cloud", targets: [target] }],
      ruleFiles: [join(own, "rules", "*.yaml")],
    });
    closing.unshift(stop);
    prometheus = new PrometheusClient(url);
  });
  afterAll(async () => {
    end.abort();
    for (const close of closing) await close();
  });

  /** Alerts of `SYSTEM/SERVICE` that fire: name, severity and, for burn rates, window. */
  async function firing(of: string): Promise<string[]> {
    const alerts = await prometheus.alerts();
    return alerts
      .filter(({ state, labels }) => state === "firing" && `${labels.system}/${labels.service ?? ""}` === of)
      .map(({ labels: { alertname, severity, window } }) =>
        [alertname, severity, window].filter(Boolean).join(" "),
      )
      .sort();
  }

  /** A recorded figure; undefined where there is none yet. */
  const figure = async (series: string, labels: string) =>
    (await prometheus.query(`${series}{system="ethixai",environment="sandbox",${labels}}`))[0]?.value;
  const availability = 'service="backend",objective="availability"';

  test("EA-16 OS-05 healthy: all is recorded, nothing is bad, nothing fires", async () => {
    // The last of all figures to come is that of the longest window.
    await expect.poll(() => figure("objective:burn_rate:ratio", `${availability},window="3d"`), soon).toBe(0);
    await expect
      .poll(() => figure("objective:error_budget:remaining", `service="ai-core",objective="latency"`), soon)
      .toBe(1);
    expect(await figure("objective:bad_events:rate", availability)).toBe(0);
    await expect.poll(() => figure("objective:events:rate", availability), soon).toBeGreaterThan(20);
    expect((await prometheus.rules()).filter(({ health }) => health !== "ok")).toEqual([]);
    expect((await prometheus.alerts()).filter(({ state }) => state === "firing")).toEqual([]);
  });

  test("EA-16 slow answers: the latency page fires, and nobody is told of errors", async () => {
    // 72 % of an hour's requests have to be slow, so this comes before there were many.
    await turn(urls.backend ?? "", { latencyMs: 2500 });
    await expect
      .poll(() => firing("ethixai/backend"), soon)
      .toEqual(expect.arrayContaining(["BackendLatencyBurn page 1h", "HighLatency warning"]));
    expect(
      (await firing("ethixai/backend")).filter((alert) => /^(BackendAvailability|High).* page/.test(alert)),
    ).toEqual([]);
    expect(await firing("ethixai/ai-core")).toEqual([]);
    await turn(urls.backend ?? "", { latencyMs: 0 });
  });

  test.concurrent("EA-16 errors: the page fires, says what to do and where, and ends when they end", async ({
    expect,
  }) => {
    await turn(urls.backend ?? "", { errorRate: 0.5 });
    await expect
      .poll(() => firing("ethixai/backend"), soon)
      .toEqual(
        expect.arrayContaining([
          "BackendAvailabilityBurn page 1h",
          "BackendAvailabilityBurn page 6h",
          "HighErrorRate page",
        ]),
      );
    const page = (await prometheus.alerts()).find(
      ({ labels }) => labels.alertname === "BackendAvailabilityBurn" && labels.window === "1h",
    );
    expect(page?.labels).toMatchObject({
      system: "ethixai",
      concern: "availability",
      owner: "ethixai-platform",
    });
    expect(page?.annotations.summary).toMatch(
      /^ethixai\/backend: the error budget of availability burns \d+\.\d times too fast$/,
    );
    expect(page?.annotations.runbook_url).toBe("docs/runbooks/ethixai/service.md#backendavailabilityburn");
    await turn(urls.backend ?? "", { errorRate: 0 });
    // The ticket stays: its short window is six hours long.
    const pages = async () => (await firing("ethixai/backend")).filter((alert) => alert.includes(" page"));
    await expect.poll(pages, soon).toEqual([]);
  });

  test.concurrent("EA-16 a service whose readiness fails: ServiceNotReady, and only there", async ({
    expect,
  }) => {
    await turn(urls["ai-core"] ?? "", { readiness: false });
    await expect.poll(() => firing("ethixai/ai-core"), soon).toContain("ServiceNotReady page");
    expect(await firing("ethixai/backend")).not.toContain("ServiceNotReady page");
    expect(await firing("ethixai/ai-core")).not.toContain("ServiceNotAlive page");
  });

  test.concurrent("OS-05 counters of its own: the pages of store and schema fire", async ({ expect }) => {
    onesource.failingSince = Date.now();
    await expect.poll(() => firing("onesource/"), soon).toEqual(["RedisDown page"]);
    await expect
      .poll(() => firing("onesource/backend"), soon)
      .toEqual(
        expect.arrayContaining([
          "BackendPersistenceBurn page 1h",
          "PersistenceErrorsHigh page",
          "SchemaFailuresHigh page",
        ]),
      );
  });
});
