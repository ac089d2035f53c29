import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { dashboardFiles } from "../../components/dashboards/files.ts";
import { type DashboardQuery, dashboardQueries } from "../../components/dashboards/queries.ts";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { generateLoad } from "../../sandbox/cloud/load.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { writeRules } from "../../sandbox/prometheus/rules.ts";
import { startPrometheus } from "../../sandbox/prometheus/run.ts";
import { checkDashboard, describeWithGrafana } from "../support/grafana.ts";
import { serveInTest } from "../support/http.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";
import { ETHIXAI, ONESOURCE, SMOKE } from "../unit/dashboards/support.ts";
import { temporaryFolder } from "../unit/engine/support.ts";
import { cloudFolder, quickProbe, service } from "./cloud-support.ts";

describeWithGrafana("EA-16 every dashboard, by Grafana's own types", () => {
  const production = { ...ETHIXAI, environment: "production", smoke: { ...SMOKE, job: "smoke" } } as const;
  test.each([ETHIXAI, ONESOURCE, production])("is valid: $system in $environment", async (facts) => {
    for (const [file, text] of dashboardFiles(facts)) {
      expect([file, await checkDashboard(text)]).toEqual([file, []]);
    }
  });
});

/**
 * The same promises, with windows that a test can wait for: beyond an hour, Prometheus looks at whole multiples of the
 * shortest one, so that one has to be over before there is a figure. Smoke tests have a test of their own.
 */
function impatient({ smoke: _, ...facts }: MonitoringFacts): MonitoringFacts {
  const tiers = [
    { severity: "page", budgetPercent: 2, long: "1 h", short: "1 min" },
    { severity: "ticket", budgetPercent: 10, long: "3 days", short: "1 min" },
  ] as const;
  return {
    ...facts,
    services: facts.services.map((each) => ({
      ...each,
      objectives: each.objectives.map((objective) => ({
        ...objective,
        alerting: { ...objective.alerting, tiers },
      })),
    })),
  };
}

const SYSTEMS = [ETHIXAI, ONESOURCE].map(impatient);
const BACKEND = "projects/ethixai/locations/us-east1/services/backend";
const IMAGE = { stable: "sandbox/demo:1.0.0", next: "sandbox/demo:1.1.0" };

/** One of the examples' services as the local cloud runs it. */
function deployed(system: string, name: string, image = IMAGE.stable) {
  return service({
    id: `projects/${system}/locations/us-east1/services/${name}`,
    owner: `urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::${system}-${name}`,
    labels: { system, environment: "sandbox" },
    latencyBuckets: [0.5, 1.5, 2, 8],
    template: { image, readinessProbe: quickProbe("/health/readiness", { periodSeconds: 0.5 }) },
  });
}

/** What services count that the cloud can't see: ten events a second since `began`, none of them bad. */
function ownMetrics(began: number): string {
  const of = (name: string) => `{environment="sandbox",system="onesource",service="${name}"}`;
  const count = (Date.now() - began) / 100;
  return [
    `persistence_operations_total${of("backend")} ${count}`,
    `restores_total${of("backups")} ${count}`,
    `backup_last_success_seconds${of("backups")} ${began / 1000 - 3600}`,
    'redis_up{environment="sandbox",system="onesource"} 1',
  ].join("\n");
}

/** Serves what the cloud and its services count. @returns its host and port */
async function exported(cloud: Cloud): Promise<string> {
  const began = Date.now();
  const { host } = await serveInTest(async (_, response) => {
    response.end(`${await cloud.metrics.text()}\n${ownMetrics(began)}\n`);
  });
  return host;
}

/** A Prometheus with the systems' rules, which looks at everything once a second. */
async function prometheus(host: string): Promise<PrometheusClient> {
  const folder = await temporaryFolder();
  const rules = SYSTEMS.map((facts): [string, string] => [
    `${facts.system}.yaml`,
    stringify({ groups: systemRules(facts).map((group) => ({ ...group, interval: "1s" })) }),
  ]);
  await writeRules(folder, new Map(rules));
  const { url, stop } = await startPrometheus({
    ...{ folder, intervalSeconds: 1, endsWith: process.pid },
    scrape: [{ name: "cloud", targets: [host] }],
    ruleFiles: [join(folder, "rules", "*.yaml")],
  });
  onTestFinished(stop);
  return new PrometheusClient(url);
}

/** The local cloud with the services of both systems, each under load until the test ends. */
async function underLoad(): Promise<Cloud> {
  const { folder, remove } = cloudFolder();
  const cloud = await Cloud.open(folder);
  const end = new AbortController();
  onTestFinished(async () => {
    end.abort();
    await cloud.stop();
    await remove();
  });
  const running = SYSTEMS.flatMap(({ system, services }) =>
    services.filter(({ runtime }) => runtime !== "elsewhere").map((each) => deployed(system, each.service)),
  );
  for (const { url } of await Promise.all(running.map((each) => cloud.put(each)))) {
    const load = { url, requestsPerSecond: 5, seconds: 300, paths: ["/chat", "/chat/enhanced"] };
    void generateLoad({ ...load, signal: end.signal });
  }
  return cloud;
}

/** Queries that give no number, as soon as all do, or after as long as that may take: two minutes. */
async function withoutData(
  queries: readonly DashboardQuery[],
  ask: (query: DashboardQuery) => Promise<number[]>,
): Promise<DashboardQuery[]> {
  const deadline = Date.now() + 120_000;
  let missing = [...queries];
  while (missing.length > 0 && Date.now() < deadline) {
    const found = await Promise.all(missing.map(ask));
    missing = missing.filter((_, index) => found[index]?.every(Number.isNaN));
  }
  return missing;
}

/** When each revision's mark ends, by what is known now. */
async function marks(client: PrometheusClient, expression: string) {
  const start = new Date();
  const end = new Date(start.getTime() + 90_000);
  const series = await client.queryRange(expression, { start, end, stepSeconds: 1 });
  return new Map(
    series.map(({ labels, values }) => [labels.revision, values.at(-1)?.time.getTime() ?? 0] as const),
  );
}

const QUERIES = SYSTEMS.flatMap((facts) =>
  [...dashboardFiles(facts)].flatMap(([file, text]) =>
    dashboardQueries(JSON.parse(text)).map((query) => ({ ...query, file })),
  ),
);

describeWithPrometheus("EA-16 dashboards of systems under load", () => {
  test("have data in every panel, and mark a release", { timeout: 240_000 }, async () => {
    const cloud = await underLoad();
    const client = await prometheus(await exported(cloud));
    const values = async ({ expr }: DashboardQuery) => (await client.query(expr)).map(({ value }) => value);
    const needed = QUERIES.filter(({ mayBeEmpty }) => !mayBeEmpty);
    expect(needed.length).toBeGreaterThan(100);
    expect(await withoutData(needed, values)).toEqual([]);
    for (const query of needed) {
      const named = [...query.legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
      const series = await client.query(query.expr);
      expect([query, series.filter(({ labels }) => named.some((label) => !labels[label]))]).toEqual([
        query,
        [],
      ]);
    }
    const all = QUERIES.filter(({ file }) => file === "ethixai-backend.json");
    const one = (title: string) => all.find(({ panel }) => panel === title) as DashboardQuery;
    expect(await values(one("Error share"))).toEqual([0]);
    expect(await values(one("availability: error budget left"))).toEqual([1]);
    expect(await values(one("Firing alerts"))).toEqual([]);
    const first = cloud.get(BACKEND)?.latestReadyRevision;
    const { latestReadyRevision: next } = await cloud.put(deployed("ethixai", "backend", IMAGE.next));
    const marked = await until(
      () => marks(client, one("Release").expr),
      (ends) => ends.has(next),
    );
    // A revision is news for a minute; the first one was there before.
    expect(marked.get(next)).toBeGreaterThan(marked.get(first) ?? 0);
    expect([...marked.keys()].filter((revision) => revision !== first)).toEqual([next]);
  });
});
