import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { junitReport } from "../../../automation/plan/formats/junit.ts";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { parseXml, type XmlElement } from "../../support/xml.ts";
import { decided, examplePlan } from "./example.ts";

const today = "2999-01-20";

function junit(plan: PlanResult): string {
  return junitReport(shownPlan(plan, { today }));
}

/** What Jenkins' schema (junit-10.xsd) lets an element have. */
const SCHEMA: Readonly<Record<string, { required: string[]; optional: string[]; children: string[] }>> = {
  testsuites: {
    required: [],
    optional: ["name", "time", "tests", "failures", "errors"],
    children: ["testsuite"],
  },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    optional: ["time", "skipped"],
    children: ["testcase"],
  },
  testcase: {
    required: ["name"],
    optional: ["classname", "time"],
    children: ["failure", "error", "skipped", "system-out"],
  },
  failure: { required: [], optional: ["type", "message"], children: [] },
  error: { required: [], optional: ["type", "message"], children: [] },
  skipped: { required: [], optional: ["type", "message"], children: [] },
  "system-out": { required: [], optional: [], children: [] },
};

function expectValid({ name, attributes, children }: XmlElement): void {
  const rule = SCHEMA[name];
  if (rule === undefined) throw new Error(`there is no <${name}> in the schema`);
  expect(Object.keys(attributes)).toEqual(expect.arrayContaining(rule.required));
  expect([...rule.required, ...rule.optional]).toEqual(expect.arrayContaining(Object.keys(attributes)));
  expect(rule.children).toEqual(expect.arrayContaining(children.map((child) => child.name)));
  if (attributes.time !== undefined) expect(attributes.time).toMatch(/^\d+(\.\d*)?$/);
  for (const child of children) expectValid(child);
}

describe("junit", () => {
  test("is a suite for each pack, and a case for each policy and finding", async () => {
    expect(junit(await examplePlan())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="slipway plan shop/dev" tests="3" failures="1" errors="0" time="0">
<testsuite name="security" tests="3" failures="1" errors="0" skipped="1" time="0">
<testcase classname="security.small-things" name="corner / big: size" time="0">
<failure type="high" message="size is 7, more than 5">systems/shop.ts:4:3: size is 7, more than 5
Things must be small.
Large things fall.
To mend it: Set size to 5 or less.</failure>
</testcase>
<testcase classname="security.grey-things" name="corner / big: color" time="0">
<system-out>warning (low): systems/shop.ts:4:3: color is another
Things should be grey.
Grey goes with everything.
To mend it: Leave color out.</system-out>
</testcase>
<testcase classname="security.named-things" name="corner / second: to" time="0">
<skipped message="not evaluated: to is not known before deployment">systems/shop.ts:7:5: to is not known before deployment
Things must be addressed to somebody.
Otherwise nobody gets them.
To mend it: Set to.</skipped>
</testcase>
</testsuite>
</testsuites>
`);
  });

  test("skips what somebody answers for, with who, why and how long, and what is turned off", async () => {
    const [suite, exemptions] = parseXml(junit(await examplePlan({}, decided))).children;
    const cases = suite?.children.map(({ attributes, children }) => [
      attributes.classname,
      attributes.name,
      children.map(({ name, attributes: said }) => [name, said.message]),
    ]);
    expect(cases).toEqual([
      [
        "security.small-things",
        "corner / big: size",
        [["skipped", "exempted until 2999-01-31 (11 days left) by shop: It is on its way (SHOP-412)."]],
      ],
      ["security.grey-things", "corner / big: color", [["system-out", undefined]]],
      [
        "security.named-things",
        "Things must be addressed to somebody.",
        [["skipped", "turned off for this stack"]],
      ],
    ]);
    // And the exemptions themselves are in force.
    expect(exemptions?.attributes).toMatchObject({ name: "exemptions", tests: "1", failures: "0" });
  });

  test("tells a policy that failed from one that found something, and one that found nothing", async () => {
    const plan = await examplePlan();
    const [first] = plan.policy.results;
    const results = [{ ...(first as NonNullable<typeof first>), status: "error" as const }];
    const root = parseXml(junit({ ...plan, policy: { ...plan.policy, results } }));
    expect(root.attributes).toMatchObject({ tests: "3", failures: "0", errors: "1" });
    const [failed, ...fine] = root.children[0]?.children ?? [];
    expect(failed?.children.map(({ name }) => name)).toEqual(["error"]);
    expect(fine.map(({ attributes, children }) => [attributes.name, children])).toEqual([
      ["Things should be grey.", []],
      ["Things must be addressed to somebody.", []],
    ]);
  });

  test("names each case once, whatever line it stands at", async () => {
    const plan = await examplePlan();
    const [first] = plan.policy.results as [(typeof plan.policy.results)[number]];
    const names = (results: PlanResult["policy"]["results"]) =>
      parseXml(junit({ ...plan, policy: { ...plan.policy, results } })).children[0]?.children.map(
        ({ attributes }) => attributes.name,
      );
    expect(names([first, { ...first, message: "and more" }])?.slice(0, 2)).toEqual([
      "corner / big: size",
      "corner / big: size (2)",
    ]);
    expect(names([{ ...first, line: 99, message: "size is 8" }])?.[0]).toBe("corner / big: size");
  });

  test("is well-formed and as the schema has it, whatever is said", async () => {
    const plan = await examplePlan();
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "]]>",
        "<b>&amp;</b>",
        "\u0000\u001b[31m\u0007",
        "\ud800",
        "a\r\nb\tc",
        "\uffff",
        "'\"",
        "--",
      ),
    );
    fc.assert(
      fc.property(text, text, (message, name) => {
        const root = parseXml(
          junit({
            ...plan,
            stack: name,
            policy: {
              ...plan.policy,
              policies: plan.policy.policies.map((policy) => ({ ...policy, title: message, fix: name })),
              results: plan.policy.results.map((found) => ({ ...found, message, path: name })),
            },
          }),
        );
        expectValid(root);
        const [failure] = root.children[0]?.children[0]?.children ?? [];
        const held = message.replace(
          /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu,
          "\ufffd",
        );
        expect(failure?.text.startsWith(`systems/shop.ts:4:3: ${held}\n`)).toBe(true);
        expect(failure?.attributes.message).toBe(held);
      }),
    );
  });
});
