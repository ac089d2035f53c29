import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { localCloudTraffic } from "../../automation/rollout/actuators/local-cloud.ts";
import type { CloudServiceStatus } from "../../sandbox/cloud/api.ts";
import { type CloudClient, startCloud } from "../../sandbox/cloud/index.ts";
import { doing, rolloutState } from "../support/actuator.ts";
import { until } from "../support/until.ts";
import { cloudFolder, service, turn } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { folder, remove } = cloudFolder();
let cloud: CloudClient;
let stable: CloudServiceStatus;
let both: CloudServiceStatus;
beforeAll(async () => {
  cloud = await startCloud(folder);
});
afterAll(remove);
beforeEach(async () => {
  stable = await cloud.putService(service());
  const revision = stable.latestReadyRevision;
  both = await cloud.putService(
    service({
      template: { image: "sandbox/demo:1.1.0" },
      traffic: [
        { target: { revision }, percent: 100 },
        { target: "latest", percent: 0, tag: "canary-1a2b3c4" },
      ],
    }),
  );
});

const traffic = localCloudTraffic(folder);
const names = () => ({ candidate: both.latestReadyRevision, stable: stable.latestReadyRevision });
const release = () => rolloutState({ staged: names() });

/** Revisions that twenty requests were answered by. */
async function served(): Promise<Set<string | null>> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(both.url)));
  return new Set(answers.map(({ headers }) => headers.get("x-slipway-revision")));
}

test("EA-09 moves the traffic step by step and leaves the candidate's own address", async () => {
  expect(await traffic.read(release())).toBe(0);
  await traffic.set(doing(release()), 10);
  expect(await traffic.read(release())).toBe(10);
  await traffic.set(doing(release()), 100);
  expect(await served()).toEqual(new Set([names().candidate]));
  const now = await cloud.getService(both.id);
  expect(now?.tagUrls).toEqual(both.tagUrls);
  expect(now?.revisions.map(({ image }) => image)).toEqual(both.revisions.map(({ image }) => image));
});

test("EA-10 takes the traffic back, and again, with the same end", async () => {
  await traffic.set(doing(release()), 50);
  await traffic.set(doing(release()), 0);
  expect(await served()).toEqual(new Set([names().stable]));
  const { etag } = (await cloud.getService(both.id)) as CloudServiceStatus;
  await traffic.set(doing(release()), 0);
  expect((await cloud.getService(both.id))?.etag).toBe(etag);
  expect(await traffic.read(release())).toBe(0);
});

test("EA-10 takes the traffic back from a candidate that answers nothing any more", async () => {
  await traffic.set(doing(release()), 50);
  const address = both.tagUrls["canary-1a2b3c4"] as string;
  await turn(address, { exitAfterMs: 0 }).catch(() => {});
  await traffic.set(doing(release()), 0);
  expect(await served()).toEqual(new Set([names().stable]));
});

test("EA-10 goes before a deployment under way, which could only bring its old traffic back", async () => {
  await traffic.set(doing(release()), 50);
  const never = cloud.putService(
    service({
      template: { image: "sandbox/demo:1.1.0", env: { DEMO_STARTUP_MS: "30000" }, minInstances: 2 },
      traffic: [{ target: { revision: names().candidate }, percent: 100 }],
    }),
  );
  const begun = (now: CloudServiceStatus | undefined) => now?.latestCreatedRevision !== names().candidate;
  await until(() => cloud.getService(both.id), begun);
  const ended = expect(never).rejects.toMatchObject({ code: "superseded" });
  await traffic.set(doing(release()), 0);
  await ended;
  expect(await traffic.read(release())).toBe(0);
});

test("EA-09 two who move traffic at the same time never overwrite each other unseen", async () => {
  const { etag } = (await cloud.getService(both.id)) as CloudServiceStatus;
  const to = (percent: number) => [
    { target: { revision: names().candidate }, percent },
    { target: { revision: names().stable }, percent: 100 - percent },
  ];
  await cloud.setTraffic(both.id, { etag, traffic: to(20) });
  await expect(cloud.setTraffic(both.id, { etag, traffic: to(30) })).rejects.toMatchObject({
    code: "conflict",
    message: 'Service "api" was changed since it was read. Read it again, and decide again.',
  });
  await Promise.all([10, 30, 50].map((weight) => traffic.set(doing(release()), weight)));
  expect([10, 30, 50]).toContain(await traffic.read(release()));
});

test("says which service or revision is not there", async () => {
  const elsewhere = rolloutState(
    {},
    { kind: "cloud-run", urn: "", project: "p", location: "x", service: "y" },
  );
  await expect(traffic.read(elsewhere)).rejects.toThrow(
    'the local cloud has no service "projects/p/locations/x/services/y": `slipway up` deploys it',
  );
  const unknown = rolloutState({ staged: { candidate: "api-gone", stable: names().stable } });
  await expect(traffic.set(doing(unknown), 10)).rejects.toThrow('names the revision "api-gone"');
});
