import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runSmoke } from "../../automation/smoke/run.ts";
import { ethixaiSuite } from "../../ops/smoke/ethixai.ts";
import { Cloud } from "../../sandbox/cloud/cloud.ts";
import { startCloud, stopCloud } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { cloudFolder, revisionOf, service } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let remove: () => Promise<void>;
let cloud: Cloud;
beforeEach(async () => {
  ({ folder, remove } = cloudFolder());
  // One request to the one half of the traffic, the next to the other.
  let draw = 0;
  cloud = await Cloud.open(folder, { random: () => 0.9 * (draw++ % 2) });
});
afterEach(async () => {
  await cloud.stop();
  await remove();
});

/** Runs the real command; its exit code and what it prints. */
function slipway(...argv: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["automation/cli.ts", ...argv], (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), stdout });
    });
  });
}

const backend = (env: Record<string, string> = {}) =>
  service({ name: "backend", template: { env, minInstances: 2, maxInstances: 2 } });

test("EA-11 the eight tests pass through the router, each request answered by another process than the one before", async () => {
  const first = await cloud.put(backend());
  expect(revisionOf(first, first.latestReadyRevision).readyInstances).toBe(2);
  const { url, traffic } = await cloud.put({
    ...backend({ DEMO_LATENCY_MS: "1" }),
    traffic: [
      { target: { revision: first.latestReadyRevision }, percent: 50 },
      { target: "latest", percent: 50 },
    ],
  });
  expect(traffic).toHaveLength(2);
  for (let round = 0; round < 3; round++) {
    const { tests, passed } = await ethixaiSuite().run({ url: new URL(url) });
    expect(tests.filter(({ result, notes }) => result !== "passed" || notes.length > 0)).toEqual([]);
    expect(passed).toBe(true);
  }
});

test("EA-11 the command passes a healthy backend with 0, and a broken one with 1, telling what fails", async () => {
  const { url } = await cloud.put(backend());
  const healthy = await slipway("smoke", "--url", url);
  expect(healthy).toMatchObject({ code: 0 });
  expect(healthy.stdout.match(/^✓ /gm)).toHaveLength(8);
  await cloud.put(backend({ DEMO_ERROR_RATE: "1" }));
  const broken = await slipway("smoke", "--url", url, "--json");
  expect(broken).toMatchObject({ code: 1 });
  const { tests } = JSON.parse(broken.stdout) as {
    tests: { name: string; result: string; reason?: string }[];
  };
  expect(tests.map(({ result }) => result)).toEqual([
    ...["passed", "passed", "failed", "skipped", "skipped", "skipped", "skipped"],
    "passed",
  ]);
  expect(tests[2]?.reason).toBe("POST /api/auth/register answered 500, expected 201");
});

test("EA-11 --stack finds the backend that the sandbox runs for that stack", async () => {
  const root = mkdtempSync(join(tmpdir(), "slipway-root-"));
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    cpSync("Pulumi.sandbox.yaml", join(root, "Pulumi.sandbox.yaml"));
    const client = await startCloud(sandboxPaths(root).cloud);
    const { url } = await client.putService(backend());
    const flags = {
      stack: "sandbox",
      suite: "ethixai",
      timeout: "1 min",
      metricsAddress: "127.0.0.1",
      json: true,
    };
    expect(await runSmoke(root, flags as Parameters<typeof runSmoke>[1])).toBe(0);
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({ url: `${url}/`, passed: true });
  } finally {
    written.mockRestore();
    await stopCloud(sandboxPaths(root).cloud);
    rmSync(root, { recursive: true, force: true });
  }
});
