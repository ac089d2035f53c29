import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";

let checkout: Checkout;
let good: string;
beforeAll(async () => {
  checkout = await copyCheckout();
  await keepSystem(checkout.root, "ethixai");
  good = await readFile(join(checkout.root, "Pulumi.staging.yaml"), "utf8");
});
afterAll(async () => {
  await checkout.remove();
});

/** Writes the stack file of staging with one passage replaced. */
async function stackFile(passage: string, replacement: string): Promise<void> {
  expect(good).toContain(passage);
  await writeFile(join(checkout.root, "Pulumi.staging.yaml"), good.replace(passage, replacement));
}

const AT = "Pulumi.staging.yaml: slipway:stack";
const SERVICES = "      ethixai:\n";
const cases: [string, string, string, string][] = [
  [
    "an unknown key",
    "    region:",
    "    regoin: us-east1\n    region:",
    `${AT} has unknown keys: "regoin". Known: environment, region, cluster, ledger, runbooks, budget, systems`,
  ],
  [
    "a region that does not exist",
    "us-east1",
    "us-east9",
    `${AT}.region: "us-east9" must be one of "africa-south1"`,
  ],
  [
    "a wrong type",
    SERVICES,
    `${SERVICES}        services: {backend: {min: three}}\n`,
    `${AT}.systems.ethixai.services.backend.min: "three" must be: number`,
  ],
  [
    "a CPU that Cloud Run does not sell",
    SERVICES,
    `${SERVICES}        services: {backend: {cpu: 3}}\n`,
    `${AT}.systems.ethixai.services.backend.cpu: 3 CPU is not sold by Cloud Run`,
  ],
  [
    "min > max",
    SERVICES,
    `${SERVICES}        services: {backend: {min: 9, max: 2}}\n`,
    `${AT}.systems.ethixai.services.backend.min: min 9 is more than max 2`,
  ],
  [
    "min > the max that the system declares",
    SERVICES,
    `${SERVICES}        services: {backend: {min: 9}}\n`,
    "backend: scaling: min 9 is more than max 3; lower min or raise max",
  ],
  [
    "a missing secret",
    '          sentry-dsn: "1"\n',
    "",
    `${AT}.systems.ethixai.secrets.sentry-dsn: missing. Add the value (gcloud secrets versions add sentry-dsn`,
  ],
  ["a file that is no YAML", "config:", "config: [", "Pulumi.staging.yaml"],
];

describe("bad input", { timeout: 180_000 }, () => {
  test.each(cases)(
    "%s: the plan ends with 1 and one clear error",
    async (_what, passage, replacement, message) => {
      await stackFile(passage, replacement);
      const { code, stdout, stderr } = await checkout.slipway("plan", "--stack", "staging");
      expect(code).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  test("under the real engine it says the same, and nothing is touched", async () => {
    await stackFile(SERVICES, `${SERVICES}        services: {backend: {cpu: 3}}\n`);
    const { code, stderr } = await checkout.slipway("up", "--stack", "staging", "--sandbox", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain(
      "slipway:stack.systems.ethixai.services.backend.cpu: 3 CPU is not sold by Cloud Run",
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    const cloud = await CloudClient.connect(join(checkout.root, ".slipway", "sandbox", "cloud"));
    expect(await cloud.listServices()).toEqual([]);
    expect(await cloud.listSecrets()).toEqual([]);
    await writeFile(join(checkout.root, "Pulumi.staging.yaml"), good);
  });

  test("a mandatory policy that is violated ends `up` with 3 before anything is touched", async () => {
    const variables = join(checkout.root, "systems", "ethixai", "variables.ts");
    const before = await readFile(variables, "utf8");
    await writeFile(
      variables,
      before.replaceAll('SERVICE_NAME: "backend"', 'SERVICE_TOKEN: "s3cr3t-T0ken-9f8a7b6c"'),
    );
    const { code, stdout, stderr } = await checkout.slipway("up", "--stack", "sandbox", "--json");
    await writeFile(variables, before);
    const { failure, policies } = JSON.parse(stdout) as Summary;
    expect(failure).toContain("violation of mandatory policies");
    expect(policies.findings.filter(({ mandatory }) => mandatory).map(({ policy }) => policy)).toEqual([
      "no-secret-in-environment",
    ]);
    expect(stdout).not.toContain("s3cr3t");
    expect(code).toBe(3);
    expect(stderr).toContain("no-secret-in-environment");
    expect(stderr).not.toContain("s3cr3t");
    const cloud = await CloudClient.connect(join(checkout.root, ".slipway", "sandbox", "cloud"));
    expect(await cloud.listServices()).toEqual([]);
  });

  test("a stack that isn't there, a command that isn't, nobody to ask: usage, 2", async () => {
    const missing = await checkout.slipway("up", "--stack", "nope");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("(stacks: production, sandbox, staging)");
    expect((await checkout.slipway("fly")).code).toBe(2);
    const asked = await checkout.slipway("destroy", "--stack", "production", "--sandbox");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('nobody can be asked here: add --yes to destroy the stack "production".');
  });
});
