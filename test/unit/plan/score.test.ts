import fc from "fast-check";
import { expect, test } from "vitest";
import { scorePercent, scoresOf, sumScores } from "../../../automation/plan/score.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import type { Finding, Pack, Policy } from "../../../policies/core/policy.ts";
import { readPolicySettings } from "../../../policies/core/settings.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { resource } from "../policies/support.ts";

const bad: Finding = { message: "is bad" };
const policy = (
  id: string,
  check: (size: number) => readonly Finding[],
  more: Partial<Policy> = {},
): Policy => ({
  ...{ id, title: "", severity: "low", level: "mandatory", why: "", fix: "", types: ["t"] },
  check: ({ props }) => check(props.at("size").number() ?? 0),
  ...more,
});
const packs: readonly Pack[] = [
  {
    name: "security",
    description: "",
    policies: [
      policy("small", (size) => (size > 5 ? [bad] : [])),
      policy("even", (size) => (size % 2 === 0 ? [] : [bad])),
      policy("round", (size) => (size % 10 === 0 ? [] : [bad]), { level: "advisory" }),
      policy("elsewhere", () => [bad], { types: ["other"] }),
    ],
  },
  { name: "slo", description: "", policies: [policy("there", () => [], { types: ["other"] })] },
];

function scored(given: unknown, ...sizes: unknown[]) {
  const read = readPolicySettings(given, packs, "2026-11-21");
  if (read.problems !== undefined) throw new Error(read.problems[0]?.message);
  const resources = sizes.map((size, index) => resource("t", `n${index}`, { size }));
  const results = evaluate(packs, resources, { settings: read.value, today: "2026-11-21" });
  return scoresOf(packs, read.value, new Set(resources.map(({ type }) => type)), results);
}

test("AC-05 a score counts the policies that look at something, and hold", () => {
  expect(scored({}, 4)).toEqual([
    { pack: "security", asked: 3, held: 3, notEvaluated: 0 },
    { pack: "slo", asked: 0, held: 0, notEvaluated: 0 },
  ]);
  expect(scored({}, 4, 7)[0]).toEqual({ pack: "security", asked: 3, held: 1, notEvaluated: 0 });
});

test("AC-05 what is not known is neither held nor failed; advice and what somebody answers for are no failures", () => {
  expect(scored({}, unknownValue)[0]).toEqual({ pack: "security", asked: 1, held: 1, notEvaluated: 2 });
  expect(scored({ enforcement: { small: "disabled" } }, 7)[0]).toMatchObject({ asked: 2, held: 1 });
  const exemption = { policy: "small", resource: "n0", owner: "a", reason: "b", until: "2026-12-01" };
  expect(scored({ exemptions: [exemption] }, 8)[0]).toMatchObject({ asked: 3, held: 3 });
});

test("AC-05 in percent a score is all only where all is held", () => {
  expect(scorePercent({ asked: 200, held: 199 })).toBe(99);
  expect(scorePercent({ asked: 0, held: 0 })).toBeUndefined();
  const score = fc.record({
    asked: fc.integer({ min: 1, max: 1000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(score, ({ asked, share }) => {
      const held = Math.floor(asked * share);
      expect(scorePercent({ asked, held }) === 100).toBe(held === asked);
    }),
  );
});

test("scores of parts add up", () => {
  const sum = sumScores([scored({}, 4), scored({}, 7)]);
  expect(sum[0]).toEqual({ pack: "security", asked: 6, held: 4, notEvaluated: 0 });
});
