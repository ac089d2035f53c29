import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import type { JudgedResult } from "../../../../automation/plan/result.ts";
import { packIn } from "./support.ts";

// Each command starts a process, and that one a pack's.
vi.setConfig({ testTimeout: 120_000 });

const CLI = fileURLToPath(new URL("../../../../automation/cli.ts", import.meta.url));

/** It wants each Deployment and each bucket to say whose it is. */
const OWNED = `
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("house", {
  policies: [{
    name: "owned",
    description: "It must say whose it is.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      const labels = type.startsWith("gcp:storage") ? props.labels : props.metadata?.labels;
      if (/Deployment$|:Bucket$/.test(type) && !labels?.["house-owner"]) report("house-owner is not set");
    },
  }],
});
`;

function slipway(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 2 ** 27 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const ofHouse = ({ policy }: JudgedResult) => policy.results.filter(({ pack }) => pack === "house");

test("a plan shows what a pack of others says, and stops where it does", async () => {
  const { code, stdout, stderr } = await slipway(
    "plan",
    "--stack",
    "staging",
    "--policy-pack",
    packIn(OWNED),
    "--format",
    "json",
  );
  expect(code, stderr).toBe(3);
  const result = JSON.parse(stdout) as JudgedResult;
  const found = ofHouse(result);
  const buckets = result.resources
    .filter(({ type }) => /Deployment$|:Bucket$/.test(type))
    .map(({ urn }) => urn);
  expect(found.map(({ urn }) => urn).sort()).toEqual(buckets.sort());
  expect(found[0]).toMatchObject({ policy: "owned", message: "house-owner is not set", blocking: true });
  expect(result.policy.policies.find(({ id }) => id === "owned")).toMatchObject({
    pack: "house",
    level: "mandatory",
  });
});

test("a check does so with manifests, in every format", async () => {
  const folder = packIn(OWNED);
  const file = join(folder, "deployment.yaml");
  const metadata = "metadata: {name: web, namespace: shop, labels: {environment: staging}}";
  writeFileSync(file, `apiVersion: apps/v1\nkind: Deployment\n${metadata}\nspec: {}\n`);
  const checked = await slipway("check", "--policy-pack", folder, file, "--format", "json");
  expect(checked.code, checked.stderr).toBe(3);
  expect(ofHouse(JSON.parse(checked.stdout) as JudgedResult)).toMatchObject([
    { policy: "owned", message: "house-owner is not set", blocking: true },
  ]);
  const sarif = await slipway("check", file, "--policy-pack", folder, "--format", "sarif");
  expect(sarif.stdout).toContain('"ruleId": "owned"');
});

test("a pack that is none ends a plan before anything is printed", async () => {
  const none = packIn(OWNED, "");
  const { code, stdout, stderr } = await slipway("plan", "--stack", "staging", "--policy-pack", none);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("there is no PulumiPolicy.yaml in it, so it is no policy pack");
});
