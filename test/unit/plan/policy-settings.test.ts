import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planRun } from "../../../automation/plan/plan.ts";
import { todayInUtc } from "../../../policies/core/evaluate.ts";
import { dayAfter } from "../../../policies/core/exemptions.ts";
import type { Pack, Policy } from "../../../policies/core/policy.ts";
import { readPolicySettings } from "../../../policies/core/settings.ts";
import { run, Thing } from "./support.ts";

const repository = new URL("../../../", import.meta.url);
const sdk = pathToFileURL(createRequire(import.meta.url).resolve("@pulumi/pulumi")).href;
const key = `import * as pulumi from "${sdk}";
new pulumi.CustomResource("gcp:serviceaccount/key:Key", "deploy-key", { serviceAccountId: "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com" });`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-policies-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.mjs\n");
  writeFileSync(join(root, "index.mjs"), key);
  const main = new URL("automation/main.ts", repository).href;
  writeFileSync(
    join(root, "slipway.mjs"),
    `const { main } = await import("${main}");\nawait main(${JSON.stringify(root)}, process.argv);\n`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

/** Plans the key under what a stack file says of the packs. */
function planned(policies: unknown) {
  writeFileSync(join(root, "Pulumi.dev.yaml"), JSON.stringify({ config: { "slipway:policies": policies } }));
  const args = [join(root, "slipway.mjs"), "plan", "--stack", "dev", "--format", "json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { status, stderr, ...(stdout === "" ? {} : { plan: JSON.parse(stdout) }) };
}

const exemption = {
  policy: "no-service-account-key",
  resource: "deploy-*",
  owner: "platform",
  reason: "The old runner knows nothing else until it is gone.",
  until: dayAfter(todayInUtc(), 30),
};

test("a finding that somebody answers for lets the plan through, and is shown with who, why and until when", () => {
  const { status, plan } = planned({ exemptions: [exemption] });
  const { owner, reason, until } = exemption;
  const found = plan.policy.results.find(({ policy }: { policy: string }) => policy === exemption.policy);
  expect(found).toMatchObject({ blocking: false, level: "mandatory", exemption: { owner, reason, until } });
  expect(plan.totals).toMatchObject({ blocking: 0, exempted: 1 });
  expect(plan.policy.exemptions).toEqual([exemption]);
  expect(status).toBe(0);
});

test("one that has ended stops it, twice over; one that matches nothing is advice", () => {
  const ended = planned({ exemptions: [{ ...exemption, until: "2026-01-31" }] });
  const blocking = ended.plan.policy.results.filter((result: { blocking: boolean }) => result.blocking);
  expect(blocking.map(({ policy }: { policy: string }) => policy)).toEqual([
    "no-service-account-key",
    "exemption-in-force",
  ]);
  expect(blocking[1].message).toBe(
    'the exemption of "deploy-*" from no-service-account-key ended on 2026-01-31: platform mends it, or says anew why it has to be',
  );
  expect(ended.status).toBe(3);
  const unused = planned({ exemptions: [exemption, { ...exemption, resource: "other" }] });
  expect(unused.status).toBe(0);
  expect(unused.plan.policy.results).toContainEqual(
    expect.objectContaining({
      policy: "exemption-in-force",
      level: "advisory",
      message: 'the exemption of "other" from no-service-account-key matches nothing: take it out',
    }),
  );
});

test("a policy may be made advice, or turned off, by the stack", () => {
  expect(planned({ enforcement: { "no-service-account-key": "advisory" } })).toMatchObject({
    status: 0,
    plan: { totals: { blocking: 0 } },
  });
  const off = planned({ enforcement: { security: "disabled" } });
  expect(off.status).toBe(0);
  const facts = off.plan.policy.policies.filter(({ pack }: { pack: string }) => pack === "security");
  expect(facts.length).toBeGreaterThan(20);
  expect(new Set(facts.map(({ enforcement }: { enforcement: string }) => enforcement))).toEqual(
    new Set(["disabled"]),
  );
});

test("wrong settings are refused by name, all at once, before the program runs", () => {
  writeFileSync(join(root, "index.mjs"), "throw new Error('the program ran');");
  const far = dayAfter(todayInUtc(), 91);
  const { status, stderr } = planned({
    enforcement: { "no-service-account-key": "remediate" },
    exemptions: [{ ...exemption, until: far }],
  });
  expect(status).toBe(1);
  expect(stderr).toContain(
    "Pulumi.dev.yaml: slipway:policies.enforcement.no-service-account-key: no-service-account-key can't mend what it finds; these can: ",
  );
  expect(stderr).toContain(
    `Pulumi.dev.yaml: slipway:policies.exemptions[0].until: "${far}" is too far ahead: an exemption ends on ${dayAfter(todayInUtc(), 90)} at the latest (longestExemptionDays)\n`,
  );
  expect(stderr).not.toContain("the program ran");
});

const labelled: Policy = {
  id: "labelled-things",
  title: "Things must say whose they are.",
  severity: "low",
  level: "mandatory",
  why: "Otherwise nobody knows.",
  fix: "Set owner.",
  types: ["test:index:Thing"],
  check: ({ props }) => (props.at("owner").present ? [] : [{ message: "owner is not set", path: "owner" }]),
  remediate: (props) => ("owner" in props ? undefined : { ...props, owner: "platform" }),
};
const judges: readonly Pack[] = [{ name: "security", description: "", policies: [labelled] }];

test("what a stack has mended is mended in the plan too, and named; by default nothing is", async () => {
  const program = await run(() => {
    new Thing("nobodys");
    new Thing("shops", { owner: "shop" });
  });
  const read = readPolicySettings({ enforcement: { security: "remediate" } }, judges, todayInUtc());
  if (read.problems !== undefined) throw new Error(read.problems[0]?.message);
  const mended = planRun(program, judges, read.value);
  const owner = (plan: typeof mended, name: string) =>
    plan.resources.find((resource) => resource.name === name)?.inputs.owner;
  expect([owner(mended, "nobodys"), owner(mended, "shops")]).toEqual(["platform", "shop"]);
  expect(mended.policy.results).toEqual([]);
  expect(mended.policy.remediated).toEqual([
    { policy: "labelled-things", urn: expect.stringMatching(/::nobodys$/) },
  ]);
  const plain = planRun(program, judges);
  expect(owner(plain, "nobodys")).toBeUndefined();
  expect(plain.totals.blocking).toBe(1);
  expect(plain.policy.remediated).toEqual([]);
});
