import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import { formats, planFiles, report, reportShown } from "../../../automation/plan/report.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { decided, examplePlan } from "./example.ts";

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
    - corner / big (systems/shop.ts:4): size is 7, more than 5
    Set size to 5 or less.
  ! grey-things security, low, warns
    Things should be grey.
    - corner / big (systems/shop.ts:4): color is another
    Leave color out.
  ? named-things security, medium, not evaluated
    Things must be addressed to somebody.
    - corner / second (systems/shop.ts:7): to is not known before deployment

Notes
  something about the configuration

shop/dev: 2 resources in 1 component; 3 policies asked; held: security 50 %
1 finding must be mended before this can be deployed; 1 warning; 1 not evaluated
`);
  });

  test("says who answers for what, how long, and what is turned off or was mended", async () => {
    const plan = await examplePlan({}, decided);
    const remediated = [{ policy: "grey-things", urn: big }];
    const shown = shownPlan({ ...plan, policy: { ...plan.policy, remediated } }, { today: "2999-01-31" });
    const text = reportShown(shown, "text");
    expect(text.slice(text.indexOf("\nExempted"))).toBe(`
Exempted
  small-things shop, until 2999-01-31, its last day
    It is on its way (SHOP-412).
    - corner / big (systems/shop.ts:4): size is 7, more than 5

Mended before it was judged
  grey-things: corner / big

Notes
  something about the configuration

shop/dev: 2 resources in 1 component; 3 policies asked; held: security 100 %; 1 turned off: named-things
nothing stops this from being deployed; 1 warning; 1 exempted
`);
    const page = reportShown(shown, "html");
    expect(page).toContain("<h2>Exempted</h2>");
    expect(page).toContain('shop<br><span class="warns">until 2999-01-31, its last day</span>');
    expect(page).toContain("<h2>Mended before it was judged</h2>");
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
      "places",
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
      file: "systems/shop.ts",
      line: 4,
      column: 3,
      component: { file: "components/box.ts", line: 30, column: 9 },
    });
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
    const files = planFiles(shownPlan(await examplePlan()));
    expect([...files.keys()]).toEqual([
      "resources.json",
      "policy.json",
      "policy.sarif",
      "policy.junit.xml",
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
    expect([...planFiles(shownPlan(one))]).toEqual([...planFiles(shownPlan(other))]);
  });
});
