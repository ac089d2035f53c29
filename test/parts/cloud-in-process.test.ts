import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { until } from "../support/until.ts";
import { cloudFolder, revisionOf, service } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

// The cloud without its daemon, so that chance and patience can be chosen; its instances are real processes.
let folder: string;
let remove: () => Promise<void>;
let cloud: Cloud;
beforeEach(() => {
  ({ folder, remove } = cloudFolder());
});
afterEach(async () => {
  await cloud.stop();
  await remove();
});

test("EA-09 each request goes where its draw says", async () => {
  let draw = 0;
  cloud = await Cloud.open(folder, { random: () => draw });
  const first = await cloud.put(service());
  const split = (stable: number) =>
    cloud.put(
      service({
        template: { image: "sandbox/demo:1.1.0" },
        traffic: [
          { target: { revision: first.latestReadyRevision }, percent: stable },
          { target: "latest", percent: 100 - stable },
        ],
      }),
    );
  const { url, latestReadyRevision: canary } = await split(90);
  const served = async () => (await fetch(url)).headers.get("x-slipway-revision");
  for (const [value, revision] of [
    [0, first.latestReadyRevision],
    [0.899, first.latestReadyRevision],
    [0.9, canary],
    [0.999, canary],
  ] as const) {
    draw = value;
    expect(await served()).toBe(revision);
  }
  await split(0);
  draw = 0;
  expect(await served()).toBe(canary);
});

test("EA-01 instances come with the load, up to the limit, and go when it is over", async () => {
  cloud = await Cloud.open(folder, { idleSeconds: 1 });
  const status = await cloud.put(
    service({
      template: { env: { DEMO_LATENCY_MS: "1500" }, concurrency: 2, minInstances: 1, maxInstances: 3 },
    }),
  );
  const instances = () => revisionOf(cloud.get(status.id), status.latestReadyRevision).instances;
  expect(instances()).toBe(1);
  const answers = Promise.all(Array.from({ length: 12 }, () => fetch(status.url)));
  await until(instances, (count) => count === 3);
  expect((await answers).map((answer) => answer.status)).toEqual(Array.from({ length: 12 }, () => 200));
  await until(instances, (count) => count === 1);
  expect((await fetch(status.url)).status).toBe(200);
});

test("a revision with no minimum goes when nobody asks, and comes when somebody does", async () => {
  cloud = await Cloud.open(folder, { idleSeconds: 0.5 });
  const status = await cloud.put(service({ template: { minInstances: 0 } }));
  const instances = () => revisionOf(cloud.get(status.id), status.latestReadyRevision).instances;
  await until(instances, (count) => count === 0);
  expect((await fetch(status.url)).status).toBe(200);
  expect(instances()).toBe(1);
});
