import { expect, test } from "vitest";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import { reportShown } from "../../../automation/plan/report.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { examplePlan } from "./example.ts";

type Results = PlanResult["policy"]["results"];
const plan = await examplePlan();
const [small, grey, named] = plan.policy.results as [Results[number], Results[number], Results[number]];

/** The section on policies, of a plan in which they found this. */
function policies(results: Results): string[] {
  const text = reportShown(shownPlan({ ...plan, policy: { ...plan.policy, results } }), "text");
  const lines = text.slice(text.indexOf("\nPolicies\n")).split("\n").slice(2);
  return lines.slice(0, lines.indexOf(""));
}

/** A finding so many times, each on a line of its own. */
const times = (found: Results[number], count: number): Results =>
  Array.from({ length: count }, (_, index) => ({ ...found, line: index + 1 }));
const places = (count: number, indent: string) =>
  Array.from({ length: count }, (_, index) => `${indent}corner / big (systems/shop.ts:${index + 1})`);

test("what is said of several places is said once, above them", () => {
  const other = { ...small, line: 9, message: "size is 8, more than 5" };
  expect(policies([...times(small, 2), other])).toEqual([
    "  ✗ small-things security, high, blocks",
    "    Things must be small.",
    "    - size is 7, more than 5",
    ...places(2, "        "),
    "    - corner / big (systems/shop.ts:9): size is 8, more than 5",
    "    Set size to 5 or less.",
  ]);
});

test("every place that stops a deployment is named; of advice ten are, and of what isn't known three", () => {
  expect(policies(times(small, 40)).filter((line) => line.includes("systems/shop.ts"))).toHaveLength(40);
  expect(policies(times(grey, 10)).slice(3, -1)).toEqual(places(10, "        "));
  expect(policies(times(grey, 12)).slice(3, -1)).toEqual([
    ...places(10, "        "),
    "    … and 2 more (--format json names all)",
  ]);
  expect(policies(times(named, 4)).at(-1)).toBe("    … and 1 more (--format json names all)");
});

test("what is worst comes first: what stops a deployment, and of that what is most severe", () => {
  const facts = plan.policy.policies.map((one) => ({
    ...one,
    severity: ({ "small-things": "low", "grey-things": "critical" } as const)[one.id] ?? one.severity,
  }));
  const judged = (results: Results) =>
    reportShown(shownPlan({ ...plan, policy: { ...plan.policy, policies: facts, results } }), "text")
      .split("\n")
      .filter((line) => /^ {2}[✗!?] /.test(line));
  expect(judged([named, grey, small])).toEqual([
    "  ✗ small-things security, low, blocks",
    "  ! grey-things security, critical, warns",
    "  ? named-things security, medium, not evaluated",
  ]);
  expect(judged([small, { ...grey, blocking: true }])).toEqual([
    "  ✗ grey-things security, critical, blocks",
    "  ✗ small-things security, low, blocks",
  ]);
});
