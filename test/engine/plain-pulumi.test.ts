import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { engineEnvironment, preparePassphrase } from "../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { type Checkout, copyCheckout, useFileLedgers } from "../support/checkout.ts";
import { engineForTests } from "./support.ts";

let checkout: Checkout;
beforeAll(async () => {
  checkout = await copyCheckout();
  await useFileLedgers(checkout.root);
});
afterAll(async () => {
  await checkout.remove();
});

/**
 * What a user types who knows nothing of the sandbox. The official plugins can't be had without their download: the stand-ins
 * lie in this test's PULUMI_HOME as they would, and start by themselves.
 */
test("pulumi preview --stack staging --policy-pack policies/security works by hand", {
  timeout: 300_000,
}, async () => {
  const project = await readFile(join(checkout.root, "Pulumi.yaml"), "utf8");
  expect(project).not.toMatch(/plugins|sandbox/);
  const engine = await engineForTests();
  const paths = sandboxPaths(checkout.root);
  await preparePassphrase(paths);
  await installPlugins(paths, { node: process.execPath, root: checkout.root });
  const env = { ...process.env, ...engineEnvironment(engine, paths), NO_COLOR: "1" };
  const pulumi = async (...args: string[]) =>
    (
      await promisify(execFile)(engine.pulumi, [...args, "--non-interactive"], {
        cwd: checkout.root,
        env,
        maxBuffer: 2 ** 26,
      })
    ).stdout;
  await pulumi("stack", "init", "staging");
  const said = await pulumi(
    "preview",
    "--stack",
    "staging",
    "--policy-pack",
    "policies/security",
    "--policy-pack",
    "policies/slo",
  );
  expect(said).toMatch(/\+ 4\d\d to create/);
  expect(said).toContain("security@v");
  expect(said).toContain("slo@v");
});
