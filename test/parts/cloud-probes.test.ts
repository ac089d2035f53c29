import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CloudClient, CloudError, startCloud } from "../../sandbox/cloud/index.ts";
import { until } from "../support/until.ts";
import {
  cloudFolder,
  get,
  instanceProcesses,
  metrics,
  quickProbe,
  revisionOf,
  sample,
  service,
  turn,
} from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const { folder, remove } = cloudFolder();
let cloud: CloudClient;
beforeAll(async () => {
  cloud = await startCloud(folder);
});
afterAll(remove);

describe("probes", () => {
  test("EA-02 liveness that fails three times restarts the instance, and only then", async () => {
    const status = await cloud.putService(
      service({
        name: "alive",
        template: { maxInstances: 1, livenessProbe: quickProbe("/health/liveness", { failureThreshold: 3 }) },
      }),
    );
    const revision = status.latestReadyRevision;
    await turn(status.url, { liveness: false });
    const after = await until(
      () => cloud.getService(status.id),
      (now) => revisionOf(now, revision).restarts === 1 && revisionOf(now, revision).readyInstances === 1,
    );
    expect(revisionOf(after, revision).restarts).toBe(1);
    expect((await get(status.url)).status).toBe(200);
    const labels = { service: "alive", endpoint: "liveness", status: "failure" };
    expect(sample(await metrics(cloud), "health_check_total", labels)).toBe(3);
  });

  test("EA-02 readiness takes an instance out, without ending it, and back in", async () => {
    const status = await cloud.putService(
      service({
        name: "ready",
        template: {
          maxInstances: 1,
          readinessProbe: quickProbe("/health/readiness", { failureThreshold: 2, successThreshold: 2 }),
        },
      }),
    );
    const processes = instanceProcesses(folder);
    await turn(status.url, { unreadyMs: 3000 });
    const out = await until(
      () => get(status.url),
      (answer) => answer.status !== 200,
    );
    expect(out.status).toBe(503);
    await until(
      () => get(status.url),
      (answer) => answer.status === 200,
    );
    expect(instanceProcesses(folder)).toEqual(processes);
    expect(revisionOf(await cloud.getService(status.id), status.latestReadyRevision).restarts).toBe(0);
  });

  test("EA-02 a revision that never starts is refused with the reason, and the old one goes on", async () => {
    const before = await cloud.putService(service({ name: "careful" }));
    const never = service({
      name: "careful",
      template: {
        image: "sandbox/demo:never-starts",
        startupProbe: quickProbe("/health/startup", { failureThreshold: 2, periodSeconds: 0.5 }),
      },
    });
    const refused = cloud.putService(never);
    await expect(refused).rejects.toBeInstanceOf(CloudError);
    await expect(refused).rejects.toThrow(
      "its startup probe (GET /health/startup on port 8080, every 0.5 s) failed 2 times in a row; the last answer was: connection refused",
    );
    await expect(refused).rejects.toThrow(`${before.latestReadyRevision} still serves.`);
    const after = await cloud.getService(before.id);
    expect(after?.latestReadyRevision).toBe(before.latestReadyRevision);
    expect(after?.latestCreatedRevision).not.toBe(before.latestReadyRevision);
    expect((await get(before.url)).headers.get("x-slipway-revision")).toBe(before.latestReadyRevision);
    await until(
      () => cloud.getService(before.id),
      (now) => revisionOf(now, after?.latestCreatedRevision ?? "").instances === 0,
    );
  });

  test("a first revision that ends while it starts leaves a service that is not ready", async () => {
    const input = service({ name: "crashing", template: { image: "sandbox/demo:crashes" } });
    await expect(cloud.putService(input)).rejects.toThrow(
      "its process ended by itself with code 1 while it started, 3 times",
    );
    const status = await cloud.getService(input.id);
    expect(status?.latestReadyRevision).toBe("");
    expect((await get(status?.url ?? "")).status).toBe(503);
    const mended = await cloud.putService(service({ name: "crashing" }));
    expect(mended.url).toBe(status?.url);
    expect((await get(mended.url)).status).toBe(200);
  });

  test("a revision whose readiness never passes is refused", async () => {
    const refused = cloud.putService(
      service({
        name: "unready",
        template: { image: "sandbox/demo:not-ready", readinessProbe: quickProbe("/health/readiness") },
      }),
    );
    await expect(refused).rejects.toThrow(
      "its readiness probe (GET /health/readiness on port 8080, every 0.1 s) failed 3 times in a row; the last answer was: HTTP 503",
    );
  });

  test("a newer request for a service takes over from one that still waits", async () => {
    const slow = cloud.putService(service({ name: "hasty", template: { image: "sandbox/demo:slow-start" } }));
    const superseded = expect(slow).rejects.toMatchObject({ code: "superseded" });
    await until(
      () => cloud.getService(service({ name: "hasty" }).id),
      (status) => status !== undefined,
    );
    const quick = await cloud.putService(service({ name: "hasty" }));
    await superseded;
    expect((await get(quick.url)).status).toBe(200);
  });
});
