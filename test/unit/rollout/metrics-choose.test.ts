import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { chooseMetrics, type MetricsFlags } from "../../../automation/rollout/metrics/choose.ts";
import type { Traffic } from "../../../automation/rollout/traffic.ts";
import { markProcess } from "../../../sandbox/cloud/processes.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { prometheusFiles } from "../../../sandbox/prometheus/run.ts";
import { temporaryFolder } from "../engine/support.ts";
import { planOf, scriptedPrometheus, shopApi, sides, versions } from "./metrics-support.ts";

const cloudRun: Traffic = {
  kind: "cloud-run",
  urn: "urn",
  project: "acme-prod",
  location: "us-east1",
  service: "api",
};
const pods: Traffic = {
  kind: "http-route",
  urn: "urn",
  namespace: "shop",
  name: "api",
  stable: "api",
  candidate: "api-candidate",
};
const cloudMonitoring = (project: string) =>
  `https://monitoring.googleapis.com/v1/projects/${project}/location/global/prometheus`;

async function chosen(
  flags: MetricsFlags,
  {
    traffic = cloudRun,
    sandbox = false,
    env = {},
    root,
  }: {
    readonly traffic?: Traffic;
    readonly sandbox?: boolean;
    readonly env?: NodeJS.ProcessEnv;
    readonly root?: string;
  } = {},
) {
  return chooseMetrics(root ?? (await temporaryFolder()), flags, traffic, sandbox, env).address;
}

describe("who is named measures:", () => {
  test.each<[string, MetricsFlags, NodeJS.ProcessEnv]>([
    [
      "http://prometheus:9090",
      { prometheus: "http://prometheus:9090" },
      { SLIPWAY_PROMETHEUS: "http://other:1" },
    ],
    ["http://prometheus:9090", { metrics: "http://prometheus:9090/" }, {}],
    ["http://prometheus:9090", { metrics: "prometheus:http://prometheus:9090" }, {}],
    ["http://prometheus:9090", {}, { SLIPWAY_PROMETHEUS: "http://prometheus:9090" }],
    [
      "http://a:1/metrics, http://b:2/metrics",
      { metrics: "scrape:http://a:1/metrics,http://b:2/metrics" },
      {},
    ],
    [cloudMonitoring("acme-staging"), { metrics: "cloud-monitoring:acme-staging" }, {}],
  ])("%s", async (address, flags, env) => {
    for (const sandbox of [true, false]) expect(await chosen(flags, { env, sandbox })).toBe(address);
  });
});

describe("nobody is named:", () => {
  test("EA-09 a Cloud Run service is measured by its project's Cloud Monitoring", async () => {
    expect(await chosen({})).toBe(cloudMonitoring("acme-prod"));
  });

  test("in the sandbox its Prometheus, where that runs", async () => {
    const root = await temporaryFolder();
    const file = prometheusFiles(sandboxPaths(root).prometheus).process;
    mkdirSync(dirname(file), { recursive: true });
    const server = markProcess(process.pid);
    writeFileSync(file, JSON.stringify({ url: "http://127.0.0.1:20123", startedAt: "", server }));
    for (const traffic of [cloudRun, pods]) {
      expect(await chosen({}, { sandbox: true, root, traffic })).toBe("http://127.0.0.1:20123");
    }
    expect(await chosen({}, { root })).toBe(cloudMonitoring("acme-prod"));
  });

  test("else the local cloud's counters, which say so where it doesn't run", async () => {
    const root = await temporaryFolder();
    const api = shopApi([{ name: "it", indicator: { kind: "availability" }, target: 99 }]);
    const metrics = chooseMetrics(root, {}, cloudRun, true, {});
    expect(metrics.address).toBe("the local cloud's /metrics");
    const gates = gatesOf(api, planOf({ gates: ["it"] }));
    const { readings } = await metrics.look(api, gates, versions, new Date(), new Date(), undefined);
    expect(readings[0]?.candidate).toEqual({
      kind: "unanswered",
      why: "The local cloud is not running (it has left no address). Start it with `slipway sandbox start`.",
    });
    expect(await metrics.budgets(api, new Date())).toEqual({ it: undefined });
  });

  test("OS-07 in a cluster nobody is known: that is an error, with the ways out", async () => {
    await expect(chosen({}, { traffic: pods })).rejects.toThrow(
      "nobody is known who measures this service, so no gate could be held: name who does by --metrics (prometheus:URL, cloud-monitoring:PROJECT or scrape:URL) or SLIPWAY_PROMETHEUS",
    );
    await expect(chosen({}, { traffic: pods, sandbox: true })).rejects.toThrow(
      "nobody measures here, so no gate could be held: start the sandbox's Prometheus with slipway sandbox prometheus start",
    );
  });
});

test("a Prometheus is asked with the token of the file", async () => {
  const { url, asked } = await scriptedPrometheus(() => sides(1, 0));
  const root = await temporaryFolder();
  const file = join(root, "token");
  writeFileSync(file, "tell-nobody\n");
  const api = shopApi([{ name: "it", indicator: { kind: "availability" }, target: 99 }]);
  const metrics = chooseMetrics(root, { metrics: url, prometheusTokenFile: file }, pods, false, {});
  const gates = gatesOf(api, planOf({ gates: ["it"] }));
  await metrics.look(api, gates, versions, new Date(0), new Date(60_000), undefined);
  expect(asked.map(({ authorization }) => authorization)).toEqual([
    "Bearer tell-nobody",
    "Bearer tell-nobody",
  ]);
});

describe("what is wrong is refused, without a password in it:", () => {
  test.each<[string, MetricsFlags]>([
    [
      '--metrics: "graphite" is none of prometheus:URL, cloud-monitoring:PROJECT or scrape:URL',
      { metrics: "graphite" },
    ],
    ['--metrics: "" is no address that can be scraped', { metrics: "scrape:" }],
    ["--metrics: what was given is no address", { metrics: "scrape:http://me:hunter2@a/metrics" }],
    [
      "--metrics: http://a/metrics is given twice, and would be counted twice",
      { metrics: "scrape:http://a/metrics,http://a:80/metrics" },
    ],
    ['--metrics: "Acme" is no id of a Google Cloud project', { metrics: "cloud-monitoring:Acme" }],
    ["--metrics and --prometheus both say who measures", { metrics: "http://a", prometheus: "http://b" }],
    ["--prometheus-token-file is for a Prometheus that is named", { prometheusTokenFile: "token" }],
    [
      '--prometheus-token-file is for a Prometheus, which "scrape:http://a" is not',
      { metrics: "scrape:http://a", prometheusTokenFile: "token" },
    ],
  ])("%s", async (message, flags) => {
    const failure: unknown = await chosen(flags).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 2, message: expect.stringContaining(message) });
    expect((failure as Error).message).not.toContain("hunter2");
  });
});
