import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createColors } from "picocolors";
import { afterAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { listPolicies } from "../../../automation/policies/command.ts";
import { listedPolicies } from "../../../automation/policies/listed.ts";
import { policyPages } from "../../../automation/policies/pages.ts";
import { renderPolicy } from "../../../automation/policies/text.ts";
import { takesText } from "../../../automation/policies/words.ts";
import { packs } from "../../../policies/catalogue.ts";
import type { Pack } from "../../../policies/core/policy.ts";
import { NO_SETTINGS } from "../../../policies/core/settings.ts";
import { captureOutput } from "../../support/output.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "slipway-policies-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs `slipway policies`. @param folder the project's; its stack files are read */
function policies(
  args: readonly string[],
  cwd = root,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const cli = join(root, "automation/cli.ts");
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, "policies", ...args],
      { cwd, env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const all = packs.flatMap((pack) => pack.policies.map((policy) => ({ pack: pack.name, policy })));

test("lists every policy, and by pack and framework those that are of it", async () => {
  const [listed, list, ofPack, ofFramework] = await Promise.all([
    policies([]),
    policies(["list"]),
    policies(["--pack", "slo", "--json"]),
    policies(["--framework", "pod-security", "--json"]),
  ]);
  expect(list).toEqual(listed);
  const [header, ...lines] = listed.stdout.trimEnd().split("\n");
  expect(header).toMatch(/^POLICY +PACK +SEVERITY +LEVEL +WHAT MUST HOLD$/);
  expect(lines.map((line) => line.split(/ +/).slice(0, 4))).toEqual([
    ...all.map(({ pack, policy: { id, severity, level } }) => [id, pack, severity, level]),
    ["exemption-in-force", "exemptions", "medium", "mandatory"],
  ]);
  const ids = ({ stdout }: { stdout: string }) =>
    (JSON.parse(stdout) as { policies: { id: string }[] }).policies.map(({ id }) => id);
  expect(ids(ofPack)).toEqual(all.filter(({ pack }) => pack === "slo").map(({ policy }) => policy.id));
  expect(ids(ofFramework)).toEqual(
    all.filter(({ policy }) => policy.frameworks?.["pod-security"]).map(({ policy }) => policy.id),
  );
}, 120_000);

test("a policy, pack or framework that there isn't is a wrong call, and is said with those that are", async () => {
  const [policy, pack, framework, stack] = await Promise.all([
    policies(["show", "pinned-images"]),
    policies(["--pack", "secure"]),
    policies(["--framework", "soc2"]),
    policies(["--stack", "nope"]),
  ]);
  expect([policy.code, pack.code, framework.code, stack.code]).toEqual([2, 2, 2, 2]);
  expect(policy.stderr).toMatch(/^there is no policy "pinned-images"\. Near to it: .*pinned-image/);
  expect(pack.stderr).toBe(
    'there is no pack "secure"; there are: security, reliability, slo, cost, exemptions\n',
  );
  expect(framework.stderr).toMatch(/^there is no framework "soc2"; there are: cis-kubernetes, cis-gke, /);
  expect(stack.stderr).toMatch(/^there is no stack "nope"/);
}, 120_000);

test("shows what a stack has done with its policies, and what is wrong with what it says", () => {
  writeFileSync(join(scratch, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  const listed = (said: string) => {
    writeFileSync(join(scratch, "Pulumi.dev.yaml"), `config:\n  slipway:policies:\n    ${said}\n`);
    const output = captureOutput();
    try {
      listPolicies(scratch, { stack: "dev" });
    } finally {
      vi.restoreAllMocks();
    }
    return output.out.split("\n").filter((line) => /^(pinned-image|probes-complete) /.test(line));
  };
  expect(listed("enforcement: { security: advisory, probes-complete: disabled }")).toEqual([
    expect.stringMatching(/^pinned-image +security +\w+ +mandatory, here advisory +[A-Z]/),
    expect.stringMatching(/^probes-complete +reliability +high +mandatory, here disabled +[A-Z]/),
  ]);
  expect(() => listed("enforcement: { security: off }")).toThrow(
    'Pulumi.dev.yaml: slipway:policies.enforcement.security: "off" must be one of: mandatory, advisory, remediate, disabled',
  );
});

const SETTINGS = z.strictObject({
  days: z.int().min(1).max(365).default(30).describe("How many days."),
  names: z.array(z.string()).default(["a"]).describe("Which names."),
});
const EXAMPLE: Pack = {
  name: "tested",
  description: "Tests `it`.",
  policies: [
    {
      id: "days-known",
      title: "A *day* must be known.",
      severity: "high",
      level: "mandatory",
      why: "Nobody knows.",
      fix: "Say `day: 1` | or two.",
      example: { yaml: "day: 1" },
      frameworks: { owasp: ["A05"], "cis-gcp": ["1.1", "1.10"] },
      requirements: ["EA-07"],
      settings: SETTINGS,
      types: ["t:t/t:T"],
      remediate: () => undefined,
      check: () => [],
    },
  ],
};

test("explains a policy with all that it says of itself", () => {
  const [policy] = listedPolicies([EXAMPLE], { ...NO_SETTINGS, enforcement: { all: "remediate" } });
  expect(
    renderPolicy(policy as NonNullable<typeof policy>, createColors(false)),
  ).toBe(`days-known  tested, high, mandatory, here remediate
A *day* must be known.

Why
  Nobody knows.

To mend it
  Say \`day: 1\` | or two.

Complies (YAML)
  day: 1

Helps with
  CIS Google Cloud Platform Foundation Benchmark, 3.0: 1.1, 1.10
    https://www.cisecurity.org/benchmark/google_cloud_computing_platform
  OWASP Top 10, 2021: A05
    https://owasp.org/Top10/

Requirements
  EA-07

Looks at each resource, before it changes
  t:t/t:T

Settings
  days: a whole number from 1 to 365; default 30
    How many days.
  names: a list, each: a text; default ["a"]
    Which names.

  config:
    slipway:policies:
      settings:
        days-known:
          days: 30
          names: ["a"]

Can mend it by itself
  config:
    slipway:policies:
      enforcement:
        days-known: remediate

To exempt a resource from it
  config:
    slipway:policies:
      exemptions:
        - policy: days-known
          resource: "t:t/t:T::NAME"
          owner: TEAM
          reason: WHY
          until: 2027-01-31 # at most 90 days ahead`);
});

test("a page says the same, as Markdown that nothing in a policy's words can break", () => {
  expect(policyPages([EXAMPLE]).get("tested.md")).toBe(`# Policies: tested

> Generated by \`npx slipway policies docs\`; edit the policies in \`policies/tested/\` instead.

Tests \`it\`. How packs are run and set, and how a resource is exempted from a policy: [the guide](../policies.md).

| Policy | Severity | Level | What must hold |
| --- | --- | --- | --- |
| [\`days-known\`](#days-known) | high | mandatory | A \\*day\\* must be known. |

## days-known

A \\*day\\* must be known.

|  |  |
| --- | --- |
| Severity | high |
| Level | mandatory |
| Looks | at each resource, before it changes |
| Types | \`t:t/t:T\` |
| Helps with | [CIS Google Cloud Platform Foundation Benchmark](https://www.cisecurity.org/benchmark/google_cloud_computing_platform) 3.0: 1.1, 1.10; [OWASP Top 10](https://owasp.org/Top10/) 2021: A05 |
| Requirements | EA-07 |
| Can mend it by itself | \`enforcement: remediate\` |

**Why.** Nobody knows.

**To mend it.** Say \`day: 1\` \\| or two.

What complies:

\`\`\`yaml
day: 1
\`\`\`

| Setting | Takes | Default | What it is |
| --- | --- | --- | --- |
| \`days\` | a whole number from 1 to 365 | \`30\` | How many days. |
| \`names\` | a list, each: a text | \`["a"]\` | Which names. |

In a stack file:

\`\`\`yaml
config:
  slipway:policies:
    settings:
      days-known:
        days: 30
        names: ["a"]
\`\`\`
`);
});

test.each<[schema: z.ZodType, words: string]>([
  [z.int(), "a whole number"],
  [z.int().min(0), "a whole number from 0"],
  [z.number().positive().max(1), "a number above 0 to 1"],
  [z.boolean(), "true or false"],
  [z.enum(["a", "b"]), 'one of "a", "b"'],
  [z.array(z.int().min(1)), "a list, each: a whole number from 1"],
  [z.record(z.string(), z.number()), "by name: a number"],
  [z.strictObject({ a: z.string() }), "an object"],
  [z.union([z.string(), z.int()]), "see its description"],
])("what a setting takes is said in words: %#", (schema, words) => {
  expect(takesText({ takes: z.toJSONSchema(schema, { io: "input" }) })).toBe(words);
});

test("writes every page, names those that are not as they would be, and touches only its own", async () => {
  const out = join(scratch, "docs");
  const shown = relative(root, out);
  const docs = (...args: string[]) => policies(["docs", "--out", out, ...args]);
  const written = await docs();
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ pages in /) });
  expect(readdirSync(out).sort()).toEqual([...policyPages(packs).keys()].sort());

  const page = readFileSync(join(out, "slo.md"), "utf8");
  writeFileSync(join(out, "slo.md"), page.replace("Policies", "Rules"));
  writeFileSync(join(out, "former.md"), page);
  writeFileSync(join(out, "own.md"), "# Somebody's own");
  rmSync(join(out, "frameworks.md"));
  expect(await docs("--check")).toEqual({
    code: 1,
    stdout: "",
    stderr: [
      `${shown}/slo.md is out of date`,
      `${shown}/frameworks.md is missing`,
      `${shown}/former.md is no longer generated`,
      `Write them again: npx slipway policies docs --out ${out}`,
      "",
    ].join("\n"),
  });
  expect(existsSync(join(out, "frameworks.md"))).toBe(false);

  expect(await docs()).toEqual(written);
  expect(readFileSync(join(out, "slo.md"), "utf8")).toBe(page);
  expect(existsSync(join(out, "former.md"))).toBe(false);
  expect(readFileSync(join(out, "own.md"), "utf8")).toBe("# Somebody's own");
  expect(await docs("--check")).toMatchObject({
    code: 0,
    stdout: written.stdout.replace("\n", " are up to date\n"),
  });
}, 120_000);
