import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";

let checkout: Checkout;
beforeAll(async () => {
  checkout = await copyCheckout();
});
afterAll(async () => {
  await checkout.remove();
});

async function deploy(...args: string[]): Promise<Summary> {
  const { code, stdout, stderr } = await checkout.slipway(...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Summary;
}

/** Everything under a folder, as one text. */
async function contents(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
}

describe("the sandbox, with the real engine", { timeout: 400_000 }, () => {
  test("EA-01 is deployed, and every address that is named answers", async () => {
    const summary = await deploy("up", "--stack", "sandbox");
    expect(summary.changes.create).toBeGreaterThan(150);
    expect(summary.addresses.map(({ service }) => service)).toEqual(["ethixai/backend", "ethixai/ai-core"]);
    for (const { url, status } of summary.addresses) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(status).toBe(200);
    }
    expect(
      summary.services.map(({ system, name, objectives }) => [`${system}/${name}`, objectives.length]),
    ).toEqual([
      ["ethixai/ai-core", 2],
      ["ethixai/backend", 2],
      ["onesource/backend", 7],
      ["onesource/frontend", 2],
    ]);
    // There is no cluster: what is for one is checked, and kept in the state.
    expect(summary.workloads).toEqual(
      ["backend", "frontend", "mongo", "redis"].map((name) => ({ workload: `onesource/${name}` })),
    );
    expect(summary.policies.findings.filter(({ mandatory }) => mandatory)).toEqual([]);
    expect(summary.cost?.expected).toBeGreaterThan(0);
  });

  test("EA-06 EA-07 no secret lies in clear in the state, in the cloud's files or in what is shown", async () => {
    const { stdout } = await checkout.slipway("outputs", "--stack", "sandbox", "--json");
    const kept = await contents(join(checkout.root, ".slipway", "sandbox", "state"));
    expect(kept).toContain("ciphertext");
    for (const text of [
      kept,
      stdout,
      await readFile(join(checkout.root, ".slipway/sandbox/cloud/state.json"), "utf8"),
    ]) {
      expect(text).not.toMatch(/PRIVATE KEY|mongodb\+srv:\/\/backend/);
    }
  });

  test("a second time changes nothing, and says so", async () => {
    const { code, stdout } = await checkout.slipway("up", "--stack", "sandbox");
    expect(code).toBe(0);
    const shown = stdout.slice(stdout.indexOf("What exists")).trimEnd().split("\n");
    expect(shown.at(-1)).toBe("sandbox (sandbox): nothing to change");
    // The README shows the end of a first run: the same, but for its ports and its last line.
    const readme = /```text\n([\s\S]*?)\n```/.exec(await readFile("README.md", "utf8"))?.[1] ?? "";
    const portless = (lines: readonly string[]) =>
      lines.slice(0, -1).map((line) => line.replace(/:\d{5}\b/g, ":PORT"));
    expect(portless(shown)).toEqual(portless(readme.split("\n")));
  });

  test("what a committed stack file says is not touched by a run", async () => {
    expect(await readFile(join(checkout.root, "Pulumi.sandbox.yaml"), "utf8")).toBe(
      await readFile("Pulumi.sandbox.yaml", "utf8"),
    );
  });

  test("is removed whole, and leaves nothing running", async () => {
    const summary = await deploy("destroy", "--stack", "sandbox", "--yes");
    expect(summary.changes.delete).toBeGreaterThan(150);
    const { stdout } = await checkout.slipway("sandbox", "status", "--json");
    expect(JSON.parse(stdout).services).toEqual([]);
  });
});

describe("production in the sandbox", { timeout: 400_000 }, () => {
  beforeAll(async () => {
    await checkout.remove();
    checkout = await copyCheckout({ savesAtEnd: true });
  });

  test("EA-01 EA-14 is previewed, deployed with all its instances, and removed although it is protected", async () => {
    await keepSystem(checkout.root, "ethixai");
    const preview = await deploy("preview", "--stack", "production", "--sandbox");
    expect(preview.policies.findings.filter(({ mandatory }) => mandatory)).toEqual([]);
    const summary = await deploy("up", "--stack", "production", "--sandbox", "--yes");
    expect(summary.addresses.map(({ status }) => status)).toEqual([200, 200]);
    const { stdout } = await checkout.slipway("sandbox", "status", "--json");
    const ready = Object.fromEntries(
      JSON.parse(stdout).services.map(
        ({ name, revisions }: { name: string; revisions: { readyInstances: number }[] }) => [
          name,
          revisions[0]?.readyInstances,
        ],
      ),
    );
    expect(ready).toEqual({ backend: 3, "ai-core": 6 });
    await deploy("destroy", "--stack", "production", "--sandbox", "--yes");
  });
});
