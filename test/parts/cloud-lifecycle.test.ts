import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  CloudClient,
  CloudNotRunningError,
  resetCloud,
  startCloud,
  stopCloud,
} from "../../sandbox/cloud/index.ts";
import { awaitEnd, isRunning, markProcess, type ProcessMark } from "../../sandbox/cloud/processes.ts";
import { decodeState } from "../../sandbox/cloud/state.ts";
import { until } from "../support/until.ts";
import { cloudFolder, instanceProcesses, service } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let remove: () => Promise<void>;
beforeEach(() => {
  ({ folder, remove } = cloudFolder());
});
afterEach(() => remove());

/** Ends the cloud as a machine that fails would: without a chance to tidy up. */
async function kill(client: CloudClient): Promise<void> {
  const mark = markProcess((await client.status()).pid) as ProcessMark;
  process.kill(mark.pid, "SIGKILL");
  expect(await awaitEnd([mark], 10)).toEqual([]);
}

/** A service split 70/30 over two revisions, one of them with a tag. */
async function split(cloud: CloudClient) {
  const first = await cloud.putService(service());
  const next = { image: "sandbox/demo:1.1.0" };
  const old = { revision: first.latestReadyRevision };
  await cloud.putService(service({ template: next, traffic: [{ target: old, percent: 100 }] }));
  return await cloud.putService(
    service({
      template: next,
      traffic: [
        { target: old, percent: 70 },
        { target: "latest", percent: 30, tag: "next" },
      ],
    }),
  );
}

test("two starts at once give one cloud", async () => {
  const clients = await Promise.all([startCloud(folder), startCloud(folder), startCloud(folder)]);
  const statuses = await Promise.all(clients.map((client) => client.status()));
  expect(new Set(statuses.map(({ pid }) => pid)).size).toBe(1);
});

test("a cloud killed by kill -9 comes back with the same addresses, revisions, traffic and secrets", async () => {
  const cloud = await startCloud(folder);
  await cloud.putSecret("projects/p/secrets/s/versions/1", "urn:s", "payload");
  const before = await split(cloud);
  const processes = instanceProcesses(folder);
  expect(processes).toHaveLength(2);
  // One instance can't notice that its cloud is gone.
  process.kill(processes[0]?.pid ?? 0, "SIGSTOP");
  await kill(cloud);
  await expect(CloudClient.connect(folder)).rejects.toBeInstanceOf(CloudNotRunningError);

  const again = await startCloud(folder);
  expect(processes.filter(isRunning)).toEqual([]);
  const { template: _, ...after } = (await again.getService(before.id)) ?? {};
  expect({ ...after, metricsUrl: "" }).toEqual({ ...before, metricsUrl: "" });
  expect((await fetch(before.url)).status).toBe(200);
  const tagged = await fetch(before.tagUrls.next ?? "");
  expect(tagged.headers.get("x-slipway-revision")).toBe(before.latestReadyRevision);
  expect(Buffer.from((await again.getSecret("projects/p/secrets/s/versions/1")) ?? "").toString()).toBe(
    "payload",
  );
  expect(readdirSync(join(folder, "instances"))).toHaveLength(2);
});

test("instances end by themselves when their cloud is killed, even if none is ever started again", async () => {
  const cloud = await startCloud(folder);
  await cloud.putService(service({ template: { minInstances: 2 } }));
  const processes = instanceProcesses(folder);
  expect(processes).toHaveLength(2);
  await kill(cloud);
  expect(await awaitEnd(processes, 30)).toEqual([]);
});

test("a revision that was starting when the cloud was killed is told apart from those that served", async () => {
  const cloud = await startCloud(folder);
  const before = await cloud.putService(service());
  const slow = cloud.putService(service({ template: { image: "sandbox/demo:slow-start" } }));
  const cut = expect(slow).rejects.toBeInstanceOf(CloudNotRunningError);
  const during = await until(
    () => decodeState(readFileSync(join(folder, "state.json"), "utf8")).services[0],
    (saved) => saved?.latestCreatedRevision !== before.latestCreatedRevision,
  );
  await kill(cloud);
  await cut;
  const again = await startCloud(folder);
  const after = await again.getService(before.id);
  expect(after?.latestReadyRevision).toBe(before.latestReadyRevision);
  expect(after?.revisions.find(({ name }) => name === during?.latestCreatedRevision)).toMatchObject({
    instances: 0,
    failure: "The cloud was stopped while the revision started. Deploy it again.",
  });
  expect((await fetch(before.url)).status).toBe(200);
});

test("stopping ends every process and keeps the state; resetting deletes it", async () => {
  const cloud = await startCloud(folder);
  const before = await split(cloud);
  const processes = [...instanceProcesses(folder), markProcess((await cloud.status()).pid) as ProcessMark];
  expect(await stopCloud(folder)).toBe(true);
  expect(processes.filter(isRunning)).toEqual([]);
  expect(existsSync(join(folder, "endpoint.json"))).toBe(false);
  expect(await stopCloud(folder)).toBe(false);

  const again = await startCloud(folder);
  expect((await again.getService(before.id))?.url).toBe(before.url);
  await resetCloud(folder);
  expect(existsSync(folder)).toBe(false);
  expect(await (await startCloud(folder)).listServices()).toEqual([]);
});

test("a state that can't be read stops the start with the reason, and is left as it is", async () => {
  await startCloud(folder);
  await stopCloud(folder);
  const path = join(folder, "state.json");
  writeFileSync(path, '{"format": 1, "serv');
  await expect(startCloud(folder)).rejects.toThrow(/can't be read \(it is no JSON\)/);
  expect(readFileSync(path, "utf8")).toBe('{"format": 1, "serv');
});
