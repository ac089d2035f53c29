import { expect, onTestFinished, test } from "vitest";
import { gatesOf } from "../../automation/rollout/gates.ts";
import { ScrapeMetrics } from "../../automation/rollout/metrics/scrape.ts";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { serveInTest } from "../support/http.ts";
import { planOf, shopApi } from "../unit/rollout/metrics-support.ts";
import { cloudFolder, sample, service } from "./cloud-support.ts";

test("EA-10 AC-05 the local cloud measures CPU and memory of its revisions, and a release's gates read them", async () => {
  const { folder, remove } = cloudFolder();
  const cloud = await Cloud.open(folder);
  onTestFinished(async () => {
    await cloud.stop();
    await remove();
  });
  const status = await cloud.put(service({ template: { minInstances: 2, cpu: 2, memory: 2 ** 30 } }));
  const revision = status.latestReadyRevision;
  const labels = { environment: "sandbox", system: "ethixai", service: "api", revision };
  const { url } = await serveInTest(async (_, response) => response.end(await cloud.metrics.text()));

  const text = await cloud.metrics.text();
  expect(sample(text, "container_spec_cpu_quota", labels)).toBe(400_000);
  expect(sample(text, "container_spec_cpu_period", labels)).toBe(100_000);
  expect(sample(text, "container_spec_memory_limit_bytes", labels)).toBe(2 * 2 ** 30);

  const api = shopApi([], { environment: "sandbox", system: "ethixai" });
  const gates = gatesOf(
    api,
    planOf({
      thresholds: [
        { name: "cpu", limit: { kind: "cpu", under: 80 } },
        { name: "memory", limit: { kind: "memory", under: 85 } },
      ],
    }),
  );
  const metrics = new ScrapeMetrics(url, async () => [{ name: "cloud", url }]);
  const since = new Date();
  const look = async (memory?: unknown) =>
    await metrics.look(api, gates, { candidate: revision, stable: undefined }, since, new Date(), memory);
  const first = await look();
  const used = (page: string) => sample(page, "container_cpu_usage_seconds_total", labels) ?? 0;
  const before = used(await cloud.metrics.text());
  expect(before).toBeGreaterThan(0);
  // Requests cost CPU, and it is never counted down.
  while (used(await cloud.metrics.text()) <= before) await (await fetch(status.url)).text();
  const second = await look(first.memory);
  expect(second.readings.map(({ gate, candidate }) => [gate, candidate.kind])).toEqual([
    ["cpu", "value"],
    ["memory", "value"],
  ]);
  for (const { candidate } of second.readings) {
    if (candidate.kind !== "value") throw new Error("no value");
    expect(candidate.value).toBeGreaterThan(0);
    expect(candidate.value).toBeLessThan(100);
  }

  await cloud.delete(status.id);
  const after = await cloud.metrics.text();
  expect(sample(after, "container_cpu_usage_seconds_total", labels)).toBeUndefined();
  expect(sample(after, "container_memory_working_set_bytes", labels)).toBeUndefined();
});
