import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import type { Summary } from "../../automation/deploy/summary.ts";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { QUICK, SmallSystem } from "../support/small-system.ts";

// One small system, deployed once or twice by the real engine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

/** What only the stack as a whole can tell: an HTTP proxy whose URL map serves. And a subnetwork that a policy can mend. */
const ADDED = `
    const project = "shop-sandbox";
    const routes = new gcp.compute.URLMap("routes", { project, defaultService: "projects/p/global/backendServices/b" });
    new gcp.compute.TargetHttpProxy("plain", { project, urlMap: routes.id });
    const range = { project, region: "us-east1", ipCidrRange: "10.9.0.0/24", network: "projects/p/global/networks/n" };
    new gcp.compute.Subnetwork("closed", { ...range, logConfig: { metadata: "INCLUDE_ALL_METADATA" } });
`;

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const EXEMPTION = {
  policy: "http-only-redirects",
  resource: "gcp:compute/targetHttpProxy:TargetHttpProxy::plain",
  owner: "shop",
  reason: "A load test needs it.",
  until: tomorrow,
};

let small: SmallSystem;

async function say(policies: object): Promise<void> {
  const stack = { environment: "sandbox", region: "us-east1", systems: { shop: {} } };
  const config = { "slipway:stack": stack, "slipway:policies": policies };
  await small.write("Pulumi.sandbox.yaml", stringify({ config }));
}

beforeAll(async () => {
  small = await SmallSystem.create(QUICK);
  const program = await readFile(join(small.checkout.root, "systems/shop.ts"), "utf8");
  await small.write(
    "systems/shop.ts",
    `import * as gcp from "@pulumi/gcp";\n${program.replace("return { url", `${ADDED}return { url`)}`,
  );
});
afterAll(() => small.checkout.remove());

/** A pack that a team outside wrote with Pulumi's own SDK, in plain JavaScript. */
const HOUSE = `
const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("house", {
  policies: [{
    name: "owned",
    description: "A service must say whose it is.",
    enforcementLevel: "advisory",
    validateResource: ({ type, props }, report) => {
      if (!type.startsWith("gcp:cloudrunv2/service:")) return;
      if (props.labels.owner === "fail") throw new RangeError("too far");
      if (!props.labels.owner) report("labels.owner is not set");
    },
  }],
});
`;

const policies = ({ policies }: Summary, id: string) =>
  policies.findings.filter(({ policy }) => policy === id);

test("EA-03 a stack policy stops `up` before anything is touched", async () => {
  const { code, stdout, stderr } = await small.checkout.slipway("up", "--stack", "sandbox", "--json");
  expect(code, stderr).toBe(3);
  const summary = JSON.parse(stdout) as Summary;
  expect(policies(summary, "http-only-redirects")).toMatchObject([{ mandatory: true, exempted: false }]);
  expect(stderr).toContain("routes, whose defaultUrlRedirect.httpsRedirect is not true");
  const cloud = await CloudClient.connect(sandboxPaths(small.checkout.root).cloud);
  expect(await cloud.listServices()).toEqual([]);
  expect(await small.checkout.slipway("outputs", "--stack", "sandbox")).toMatchObject({
    stdout: expect.stringContaining("has no outputs"),
  });
});

test("settings that no policy takes stop a preview, with what there is", async () => {
  await say({ enforcement: { "http-only": "advisory" } });
  const { code, stderr } = await small.checkout.slipway("preview", "--stack", "sandbox");
  expect(code).toBe(1);
  const wrong =
    'Pulumi.sandbox.yaml: slipway:policies.enforcement.http-only: there is no policy or pack "http-only". Near to it: http-only-redirects';
  expect(stderr.trim()).toBe(wrong);
});

test("an exemption that ended stops it too", async () => {
  await say({ exemptions: [{ ...EXEMPTION, until: "2026-01-01" }] });
  const { code, stderr } = await small.checkout.slipway("preview", "--stack", "sandbox");
  expect(code, stderr).toBe(3);
  expect(stderr).toContain("exemption-in-force");
  expect(stderr).toContain("ended on 2026-01-01: shop mends it, or says anew why it has to be");
});

test("with an exemption `up` goes through, and shows who answers for it; what can be mended is", async () => {
  await say({ exemptions: [EXEMPTION], enforcement: { "subnetwork-private-access": "remediate" } });
  const { code, stdout, stderr } = await small.checkout.slipway("up", "--stack", "sandbox");
  expect(code, stderr + stdout).toBe(0);
  expect(stdout).toContain("exempted: urlMap is routes, whose defaultUrlRedirect.httpsRedirect is not true");
  expect(stdout).toContain(`shop answers for it until ${tomorrow}: A load test needs it.`);
  expect(stdout).toContain("subnetwork-private-access closed mended privateIpGoogleAccess");

  const preview = await small.checkout.slipway("preview", "--stack", "sandbox", "--json");
  const summary = JSON.parse(preview.stdout) as Summary;
  expect(policies(summary, "http-only-redirects")).toMatchObject([{ mandatory: false, exempted: true }]);
  expect(summary.policies.remediations).toMatchObject([{ properties: ["privateIpGoogleAccess"] }]);
  // What was mended stays mended: nothing changes from one run to the next.
  expect(summary.steps).toEqual([]);
});

test("a pack of others is asked, too: what it finds is shown alike, and where it fails, that", async () => {
  const house = join(small.checkout.root, "house");
  await mkdir(house);
  await small.write("house/PulumiPolicy.yaml", "runtime: nodejs\n");
  await small.write("house/package.json", '{"name": "house", "version": "0.1.0", "main": "index.js"}');
  await small.write("house/index.js", HOUSE);
  const preview = () =>
    small.checkout.slipway("preview", "--stack", "sandbox", "--json", "--policy-pack", house);
  const { code, stdout, stderr } = await preview();
  expect(code, stderr).toBe(0);
  const [owned, ...rest] = policies(JSON.parse(stdout) as Summary, "owned");
  expect(rest).toEqual([]);
  expect(owned).toMatchObject({ pack: "house", mandatory: false, exempted: false });
  expect(owned?.message).toContain("labels.owner is not set");

  await small.write("house/index.js", HOUSE.replace('=== "fail"', "=== undefined"));
  const failed = await preview();
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("policy 'owned' from policy pack 'house@v0.1.0'");
});
