import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestMarkdown } from "../../../automation/plan/formats/markdown.ts";
import { formats, planFiles, report } from "../../../automation/plan/report.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { examplePlan } from "./example.ts";

const box = "urn:pulumi:dev::shop::test:index:Box";
const big = `${box}$test:index:Thing::big`;

describe("text", () => {
  test("is the tree, what policies found, notes, and how it stands", async () => {
    expect(report(await examplePlan(), "text")).toBe(`shop-dev pulumi:pulumi:Stack
└─ corner test:Box
   ├─ big test:Thing protected ✗
   └─ second test:Thing ?

Policies
  ✗ small-things security, high, blocks
    Things must be small.
    - corner / big: size is 7, more than 5
    Set size to 5 or less.
  ! grey-things security, low, warns
    Things should be grey.
    - corner / big: color is another
    Leave color out.
  ? named-things security, medium, not evaluated
    Things must be addressed to somebody.
    - corner / second: to is not known before deployment

Notes
  something about the configuration

shop/dev: 2 resources in 1 component; 3 policies asked
1 finding must be mended before this can be deployed; 1 warning; 1 not evaluated
`);
  });

  test("has colours only when told", async () => {
    const plan = await examplePlan();
    expect(report(plan, "text", true)).toContain("\u001b[");
    expect(report(plan, "text", false)).not.toContain("\u001b[");
    expect(stripVTControlCharacters(report(plan, "text", true))).toBe(report(plan, "text"));
  });
});

describe("json", () => {
  test("is the plan in the shape that its type documents", async () => {
    const plan = await examplePlan();
    const document = JSON.parse(report(plan, "json"));
    expect(document).toEqual(plan);
    expect(Object.keys(document)).toEqual([
      "schemaVersion",
      "project",
      "stack",
      "totals",
      "policy",
      "services",
      "outputs",
      "notes",
      "messages",
      "resources",
    ]);
    expect(document.schemaVersion).toBe(1);
    expect(document.totals).toEqual({
      resources: 2,
      components: 1,
      blocking: 1,
      advisory: 1,
      notEvaluated: 1,
      exempted: 0,
    });
    expect(document.outputs).toEqual({ address: "[unknown]" });
    expect(document.policy.results[0]).toEqual({
      policy: "small-things",
      pack: "security",
      urn: big,
      status: "violation",
      level: "mandatory",
      severity: "high",
      blocking: true,
      message: "size is 7, more than 5",
      path: "size",
    });
  });
});

describe("markdown", () => {
  test("is a comment with the verdict first and the rest folded", async () => {
    expect(report(await examplePlan(), "markdown")).toBe(`<!-- slipway-plan: shop/dev -->
## 🛑 Plan of <code>dev</code>

1 finding must be mended before this can be deployed; 1 warning; 1 not evaluated. 2 resources in 1 component.

| | Policy | Found | What to do |
|---|---|---|---|
| 🛑 | **small-things**<br>Things must be small. | <code>corner / big</code>: size is 7, more than 5 | Set size to 5 or less. |
| ⚠️ | **grey-things**<br>Things should be grey. | <code>corner / big</code>: color is another | Leave color out. |
| ❔ | **named-things**<br>Things must be addressed to somebody. | <code>corner / second</code>: to is not known before deployment | Set to. |

### Notes

- something about the configuration
<details>
<summary>Resources by type</summary>

\`\`\`text
    2  test:Thing
    1  test:Box
\`\`\`

</details>
<details>
<summary>Resources</summary>

\`\`\`text
shop-dev  pulumi:pulumi:Stack
└─ corner  test:Box
   ├─ big  test:Thing
   └─ second  test:Thing
\`\`\`

</details>
`);
  });

  test("stays under what a comment may have, and closes what it opened, however large the plan", async () => {
    const plan = await examplePlan();
    const [resource] = plan.resources.slice(-1);
    const size = fc.record({
      resources: fc.nat(3000),
      findings: fc.nat(400),
      message: fc.nat(2000),
      notes: fc.nat(300),
    });
    fc.assert(
      fc.property(size, ({ resources, findings, message, notes }) => {
        const large: PlanResult = {
          ...plan,
          resources: Array.from(
            { length: resources },
            (_, index) => ({ ...resource, urn: `u::s::t::n${index}`, name: `n${index}` }) as never,
          ),
          policy: {
            ...plan.policy,
            policies: Array.from(
              { length: findings },
              (_, index) => ({ ...plan.policy.policies[0], id: `policy-${index}` }) as never,
            ),
            results: Array.from(
              { length: findings },
              (_, index) =>
                ({
                  ...plan.policy.results[0],
                  policy: `policy-${index}`,
                  message: "`x|".repeat(message / 3),
                }) as never,
            ),
          },
          notes: Array.from({ length: notes }, (_, index) => `note ${index} <details>`),
        };
        const text = report(large, "markdown");
        expect(text.length).toBeLessThanOrEqual(longestMarkdown);
        expect(text.split("<details>").length).toBe(text.split("</details>").length);
        expect(text.split("```").length % 2).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  test("takes no markup, table or mention from names", async () => {
    const text = report(
      await examplePlan({ box: "a|b", thing: "<img src=x> @octocat `` ``` **x** [l](u)" }),
      "markdown",
    );
    const table = text.slice(0, text.indexOf("<details>"));
    expect(table).not.toContain("<img");
    expect(table).not.toContain("@octocat");
    expect(table).not.toContain("a|b");
    expect(table).not.toContain("[l]");
    // In the folded tree the fence is longer than any run of backticks in it.
    expect(text).toContain("````text\n");
  });
});

describe("sarif", () => {
  test("has what GitHub's code scanning needs", async () => {
    const sarif = JSON.parse(report(await examplePlan(), "sarif"));
    expect(sarif).toMatchObject({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
    });
    expect(sarif.runs).toHaveLength(1);
    const [{ tool, results, automationDetails }] = sarif.runs;
    expect(tool.driver.name).toBe("Slipway");
    expect(automationDetails).toEqual({ id: "slipway/shop/dev/" });
    expect(tool.driver.rules[0]).toEqual({
      id: "small-things",
      name: "SmallThings",
      shortDescription: { text: "Things must be small." },
      fullDescription: { text: "Large things fall." },
      help: {
        text: "Large things fall.\n\nSet size to 5 or less.",
        markdown: "Large things fall.\n\n**How to mend it:** Set size to 5 or less.",
      },
      defaultConfiguration: { level: "error" },
      properties: { tags: ["security", "EA-07"], precision: "very-high", "security-severity": "8.0" },
    });
    expect(results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level])).toEqual([
      ["small-things", "error"],
      ["grey-things", "warning"],
      ["named-things", "note"],
    ]);
    expect(results[0]).toEqual({
      ruleId: "small-things",
      ruleIndex: 0,
      level: "error",
      message: { text: "corner / big: size is 7, more than 5" },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "Pulumi.dev.yaml" }, region: { startLine: 1 } },
          logicalLocations: [{ name: "corner / big", fullyQualifiedName: big, kind: "resource" }],
        },
      ],
      partialFingerprints: { "slipwayFinding/v1": expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  test("refers to rules that are there, and knows findings apart", async () => {
    const { runs } = JSON.parse(report(await examplePlan(), "sarif"));
    const [{ tool, results }] = runs;
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const prints = results.map((result: { partialFingerprints: object }) =>
      JSON.stringify(result.partialFingerprints),
    );
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe("html", () => {
  test("stands by itself", async () => {
    const page = report(await examplePlan(), "html");
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).not.toMatch(/<script|<link|<img|https?:|url\(/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain("<strong>small-things</strong>");
    expect(page).toContain('<details open><summary>corner <span class="dim">test:Box</span></summary>');
  });

  test("takes no markup from what it shows", async () => {
    const plan = await examplePlan();
    const tags = (page: string) => (page.match(/<[^>]*>/g) ?? []).join("");
    const expected = tags(report(plan, "html"));
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom("<script>alert(1)</script>", "'\"><b>", "</pre></details>", "&lt;", "${x}", "]]>"),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const replaced: PlanResult = {
          ...plan,
          project: text,
          stack: text,
          notes: [text],
          resources: plan.resources.map((resource) => ({
            ...resource,
            name: text,
            inputs: Object.keys(resource.inputs).length > 0 ? { [text]: text } : {},
          })),
          policy: {
            ...plan.policy,
            policies: plan.policy.policies.map((policy) => ({
              ...policy,
              title: text,
              why: text,
              fix: text,
            })),
          },
        };
        expect(tags(report(replaced, "html"))).toBe(expected);
      }),
    );
  });
});

describe("the files of --out", () => {
  test("are these, and none is empty", async () => {
    const files = planFiles(await examplePlan());
    expect([...files.keys()]).toEqual([
      "resources.json",
      "policy.json",
      "policy.sarif",
      "plan.md",
      "plan.html",
    ]);
    for (const [name, text] of files) expect(text.length, name).toBeGreaterThan(100);
    const resources = JSON.parse(files.get("resources.json") ?? "");
    expect(resources.map(({ urn }: { urn: string }) => urn)).toEqual([
      "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
      big,
      `${box}$test:index:Thing::second`,
      `${box}::corner`,
    ]);
    expect(Object.keys(resources[1])).toEqual([
      "urn",
      "type",
      "name",
      "parent",
      "inputs",
      "dependencies",
      "options",
    ]);
    expect(resources[1].inputs).toEqual({ color: "red", size: 7, token: "[secret]" });
    expect(JSON.parse(files.get("policy.json") ?? "")).toMatchObject({
      schemaVersion: 1,
      stack: "dev",
      totals: { blocking: 1, advisory: 1, notEvaluated: 1, exempted: 0 },
    });
  });

  test("and every format are the same for the same program", async () => {
    const [one, other] = [await examplePlan(), await examplePlan()];
    for (const format of formats) expect(report(one, format)).toBe(report(other, format));
    expect([...planFiles(one)]).toEqual([...planFiles(other)]);
  });
});
