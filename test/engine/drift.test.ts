import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DriftResult } from "../../automation/drift/result.ts";
import { CloudClient, type CloudServiceStatus } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { ID, QUICK, SmallSystem } from "../support/small-system.ts";

// One small system, deployed twice by the real engine, and changed behind its back.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const BESIDE = ID.replace(/web$/, "beside");

let small: SmallSystem;
let cloud: CloudClient;

beforeAll(async () => {
  small = await SmallSystem.create(QUICK);
  await small.say({ beside: 3 });
  const { code, stderr } = await small.checkout.slipway("up", "--stack", "sandbox");
  if (code !== 0) throw new Error(stderr);
  cloud = await CloudClient.connect(sandboxPaths(small.checkout.root).cloud);
});
afterAll(() => small.checkout.remove());

const drift = (...flags: string[]) => small.checkout.slipway("drift", "--stack", "sandbox", ...flags);

async function drifted(): Promise<{ code: number | null; result: DriftResult; said: string }> {
  const { code, stdout, stderr } = await drift("--json");
  expect(stdout, stderr).not.toBe("");
  return { code, result: JSON.parse(stdout) as DriftResult, said: stdout + stderr };
}

/** Changes a service's template past the engine, as a person at a console would. */
async function change(
  id: string,
  to: (template: NonNullable<CloudServiceStatus["template"]>) => object,
): Promise<void> {
  const service = (await cloud.getService(id)) as CloudServiceStatus;
  const template = service.template as NonNullable<typeof service.template>;
  const { owner, labels } = service;
  await cloud.putService({ id, owner, labels, template: { ...template, ...to(template) }, traffic: [] });
}

test("what nobody changed is no drift", async () => {
  const { code, stdout, stderr } = await drift();
  expect(code, stderr + stdout).toBe(0);
  expect(stdout).toContain("all as they were deployed");
});

test("a change that breaks no mandatory policy is shown, and neither it nor the state is touched", async () => {
  await change(BESIDE, () => ({ maxInstances: 2 }));
  const { code, result } = await drifted();
  expect(code).toBe(6);
  expect(result.drifted).toMatchObject([
    {
      name: "shop-beside",
      what: "changed",
      properties: [{ path: "template.scaling.maxInstanceCount", before: 3, now: 2 }],
    },
  ]);
  expect(result.broken.filter(({ blocking }) => blocking)).toEqual([]);
  expect((await drifted()).result).toEqual(result);
});

test("a change that breaks a policy is tied to its resource and property, and no secret is shown", async () => {
  await change(ID, ({ env }) => ({ env: { ...env, API_TOKEN: "hunter2-hunter2" } }));
  await cloud.deleteService(BESIDE);
  const { code, result, said } = await drifted();
  expect(code).toBe(3);
  expect(said).not.toContain("hunter2");
  const [beside, web] = result.drifted;
  expect(beside).toMatchObject({ name: "shop-beside", what: "deleted", properties: [] });
  expect(web).toMatchObject({ name: "shop-web", what: "changed" });
  expect(web?.properties).toEqual([
    { path: "template.containers[0].envs[0]", now: { name: "API_TOKEN", value: "[withheld]" } },
  ]);
  const secret = result.broken.find(({ policy }) => policy === "no-secret-in-environment");
  expect(secret).toMatchObject({ blocking: true, urn: web?.urn, causes: [{ urn: web?.urn }] });
  expect(secret?.path).toMatch(/^template\.containers\[0\]\.envs\[\d+\]/);

  const { stdout } = await drift();
  expect(stdout).toContain("shop-beside gcp:cloudrunv2:Service is there no more");
  expect(stdout).toContain("breaks no-secret-in-environment");
  expect(stdout).toContain("npx slipway refresh --stack sandbox && npx slipway up --stack sandbox");
});

test("a refresh and an up take it back, as drift says", async () => {
  for (const command of ["refresh", "up"]) {
    const { code, stderr } = await small.checkout.slipway(command, "--stack", "sandbox");
    expect(code, stderr).toBe(0);
  }
  const { code, result } = await drifted();
  expect([code, result.drifted]).toEqual([0, []]);
});
