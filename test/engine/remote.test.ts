import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import type { Checkout } from "../support/checkout.ts";
import { QUICK, SmallSystem } from "../support/small-system.ts";
import { engineForTests } from "./support.ts";

let checkout: Checkout;
let folder: string;
beforeAll(async () => {
  ({ checkout } = await SmallSystem.create(QUICK));
  folder = await mkdtemp(join(tmpdir(), "slipway-remote-"));
  // The official plugins can't be had without their download: the stand-ins lie where they would, and start by themselves.
  await installPlugins({ home: join(folder, "home") }, { node: process.execPath, root: checkout.root });
});
afterAll(async () => {
  await checkout.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A user who is logged in to a backend of their own, and knows nothing of the sandbox. */
function asUser(command: string) {
  return checkout.shell(`
    export PULUMI_HOME='${folder}/home' PULUMI_BACKEND_URL='file://${folder}' PULUMI_CONFIG_PASSPHRASE=none-of-your-business
    export PULUMI_IGNORE_AMBIENT_PLUGINS=true PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true PULUMI_SKIP_UPDATE_CHECK=true
    ${command}`);
}

/** Stacks in the user's backend, and files of their home that remember a selected stack. */
async function kept(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /stacks\/.*\.json$|workspaces\/.*\.json$/.test(name));
}

describe("a stack of one's own backend", { timeout: 300_000 }, () => {
  test("that is not there is not made in passing: what makes it is said", async () => {
    const committed = await readFile(join(checkout.root, "Pulumi.staging.yaml"), "utf8");
    for (const command of ["preview", "up --yes", "refresh --yes", "destroy --yes"]) {
      const { code, stderr } = await asUser(`node automation/cli.ts ${command} --stack staging`);
      expect(code).toBe(1);
      expect(stderr).toContain('the stack "staging" is not in the backend that Pulumi is logged in to.');
      expect(stderr).toContain("stack init staging --no-select");
    }
    expect(await kept()).toEqual([]);
    expect(await readFile(join(checkout.root, "Pulumi.staging.yaml"), "utf8")).toBe(committed);
  });

  test("is previewed, and is not left selected for what the user types next", async () => {
    const { pulumi } = await engineForTests();
    const made = await asUser(`'${pulumi}' stack init staging --no-select --non-interactive`);
    expect(made.code).toBe(0);
    const { code, stdout, stderr } = await asUser("node automation/cli.ts preview --stack staging --json");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as Summary;
    expect(summary.sandbox).toBe(false);
    expect(summary.changes.create).toBeGreaterThan(20);
    expect(await kept()).toEqual([".pulumi/stacks/slipway/staging.json"]);
  });

  test("whose backend can't be reached is told in Pulumi's words", async () => {
    const { code, stderr } = await asUser(
      "PULUMI_BACKEND_URL=file:///nowhere/at/all node automation/cli.ts preview --stack staging",
    );
    expect(code).toBe(1);
    expect(stderr).toContain("nowhere/at/all");
    expect(stderr).not.toContain("none-of-your-business");
  });
});
