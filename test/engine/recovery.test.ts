import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";

let checkout: Checkout;
beforeEach(async () => {
  checkout = await copyCheckout();
  await keepSystem(checkout.root, "ethixai");
});
afterEach(async () => {
  await checkout.remove();
});

/** Waits until the local cloud holds so many secrets and services: so far the deployment has come. */
async function untilCloudHolds(count: number, run: ChildProcess): Promise<void> {
  const folder = join(checkout.root, ".slipway", "sandbox", "cloud");
  for (;;) {
    if (run.exitCode !== null) throw new Error(`the run ended with ${run.exitCode} before it came so far`);
    const held = await CloudClient.connect(folder)
      .then(async (cloud) => (await cloud.listSecrets()).length + (await cloud.listServices()).length)
      .catch(() => 0);
    if (held >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Process ids under a process, all generations. */
async function descendants(pid: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,comm="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const under = (parent: number): { pid: number; command: string }[] =>
    all
      .filter(([, ppid]) => Number(ppid) === parent)
      .flatMap(([child, , command]) => [
        { pid: Number(child), command: String(command) },
        ...under(Number(child)),
      ]);
  return under(pid);
}

async function ended(run: ChildProcess): Promise<number | null> {
  if (run.exitCode === null && run.signalCode === null) await once(run, "exit");
  return run.exitCode;
}

/** Runs `up` again, and holds its result to what must be so after any interruption. */
async function expectRecovery(): Promise<void> {
  const again = await checkout.slipway("up", "--stack", "sandbox", "--json");
  expect(again.stderr).toBe("");
  const { resources, addresses } = JSON.parse(again.stdout) as {
    resources: { urn: string }[];
    addresses: { status: number }[];
  };
  expect(addresses.map(({ status }) => status)).toEqual([200, 200]);
  const cloud = await CloudClient.connect(join(checkout.root, ".slipway", "sandbox", "cloud"));
  const known = new Set(resources.map(({ urn }) => urn));
  const held = [...(await cloud.listServices()), ...(await cloud.listSecrets())];
  expect(held).toHaveLength(12);
  expect(held.filter(({ owner }) => !known.has(owner))).toEqual([]);
  const state = await readFile(
    join(checkout.root, ".slipway/sandbox/state/.pulumi/stacks/slipway/sandbox.json"),
    "utf8",
  );
  expect(JSON.parse(state).checkpoint.latest.pending_operations ?? []).toEqual([]);
}

describe("a run that is cut off", { timeout: 480_000 }, () => {
  test("by the engine being killed: the next one goes on, and nothing is orphaned in the local cloud", async () => {
    const run = checkout.start("up", "--stack", "sandbox");
    await untilCloudHolds(5, run);
    const engine = (await descendants(run.pid as number)).find(({ command }) => command === "pulumi");
    process.kill(engine?.pid as number, "SIGKILL");
    expect(await ended(run)).toBe(1);
    await expectRecovery();
    const third = await checkout.slipway("up", "--stack", "sandbox");
    expect(third.stdout).toContain("sandbox (sandbox): nothing to change");
  });

  test("by everything being killed at once: the next one takes over the lock and goes on", async () => {
    const run = checkout.start("up", "--stack", "sandbox");
    await untilCloudHolds(9, run);
    const family = await descendants(run.pid as number);
    process.kill(run.pid as number, "SIGKILL");
    for (const { pid, command } of family) {
      // The local cloud and its services go on, as a cloud does.
      if (/pulumi/.test(command)) process.kill(pid, "SIGKILL");
    }
    await ended(run);
    await expectRecovery();
  });

  test("by Ctrl-C: it ends with 130 and says so; the next one goes on", async () => {
    const run = checkout.start("up", "--stack", "sandbox");
    let said = "";
    run.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    await untilCloudHolds(3, run);
    run.kill("SIGINT");
    expect(await ended(run)).toBe(130);
    expect(said).toContain("run the command again to go on");
    await expectRecovery();
  });
});
