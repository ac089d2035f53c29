import { describe, expect, test } from "vitest";
import { sarifReport } from "../../../automation/plan/formats/sarif.ts";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import { report } from "../../../automation/plan/report.ts";
import { decided, examplePlan } from "./example.ts";

const box = "urn:pulumi:dev::shop::test:index:Box";
const big = `${box}$test:index:Thing::big`;
const PAGES = "https://github.com/shop/infrastructure/blob/main/docs/policies";

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
      properties: {
        tags: ["security", "EA-07", "owasp/A04"],
        precision: "very-high",
        "problem.severity": "error",
        "security-severity": "8.0",
      },
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
          physicalLocation: {
            artifactLocation: { uri: "systems/shop.ts" },
            region: { startLine: 4, startColumn: 3 },
          },
          logicalLocations: [{ name: "corner / big", fullyQualifiedName: big, kind: "resource" }],
        },
      ],
      relatedLocations: [
        {
          id: 1,
          message: { text: "The component that makes the resource." },
          physicalLocation: {
            artifactLocation: { uri: "components/box.ts" },
            region: { startLine: 30, startColumn: 9 },
          },
        },
      ],
      partialFingerprints: {
        "slipwayFinding/v1": expect.stringMatching(/^[0-9a-f]{32}$/),
        primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/),
      },
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

  test("links a rule to its page where the pages' address is known", async () => {
    const plan = await examplePlan();
    const rules = (pages?: string) =>
      JSON.parse(sarifReport(shownPlan(plan, pages === undefined ? {} : { pages }))).runs[0].tool.driver
        .rules;
    expect(rules()[0]).not.toHaveProperty("helpUri");
    expect(rules(PAGES)[0].helpUri).toBe(`${PAGES}/security.md#small-things`);
  });

  test("suppresses what somebody answers for, and says who", async () => {
    const [run] = JSON.parse(report(await examplePlan({}, decided), "sarif")).runs;
    const [exempted, open] = run.results;
    expect(exempted).toMatchObject({
      ruleId: "small-things",
      level: "note",
      suppressions: [
        {
          kind: "external",
          status: "accepted",
          justification: "shop, until 2999-01-31: It is on its way (SHOP-412).",
        },
      ],
    });
    expect(open).not.toHaveProperty("suppressions");
  });

  test("knows two findings of one rule at one line apart, the same in each run", async () => {
    const plan = await examplePlan();
    const [one] = plan.policy.results;
    const prints = (results: typeof plan.policy.results) =>
      JSON.parse(report({ ...plan, policy: { ...plan.policy, results } }, "sarif")).runs[0].results.map(
        (result: { partialFingerprints: { primaryLocationLineHash: string } }) =>
          result.partialFingerprints.primaryLocationLineHash,
      );
    const other = { ...one, message: "size is another", line: 9 } as typeof one & object;
    const [first, second] = prints([one as typeof other, other]);
    expect(first).not.toBe(second);
    // A line that moved, and other words, are the same finding still.
    expect(prints([other])).toEqual([first]);
  });

  test("leaves out the least severe where there are more than GitHub takes, and says so", async () => {
    const plan = await examplePlan();
    const [run] = JSON.parse(sarifReport(shownPlan(plan), 2)).runs;
    expect(run.results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      "small-things",
      "grey-things",
    ]);
    expect(run.invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          {
            level: "warning",
            message: {
              text: "1 of 3 results are left out, the least severe ones: GitHub takes 25000 a run. --format json has all.",
            },
          },
        ],
      },
    ]);
    const [whole] = JSON.parse(sarifReport(shownPlan(plan), 3)).runs;
    expect(whole).not.toHaveProperty("invocations");
    expect(whole.results).toHaveLength(3);
  });

  test("keeps to GitHub's twenty tags a rule", async () => {
    const plan = await examplePlan();
    const requirements = Array.from({ length: 30 }, (_, index) => `R-${index}`);
    const policies = plan.policy.policies.map((policy) => ({ ...policy, requirements }));
    const [run] = JSON.parse(report({ ...plan, policy: { ...plan.policy, policies } }, "sarif")).runs;
    expect(run.tool.driver.rules[0].properties.tags).toHaveLength(20);
  });
});
