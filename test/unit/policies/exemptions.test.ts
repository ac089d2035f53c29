import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type PolicyResult } from "../../../policies/core/evaluate.ts";
import { dayAfter, type Exemption, globbed } from "../../../policies/core/exemptions.ts";
import { violation } from "../../../policies/core/finding.ts";
import type { Pack, Policy, PolicyResource } from "../../../policies/core/policy.ts";
import { NO_SETTINGS } from "../../../policies/core/settings.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { resource } from "./support.ts";

const TODAY = "2026-02-01";

const facts = (id: string) =>
  ({
    id,
    title: "T.",
    severity: "low",
    level: "mandatory",
    why: "W.",
    fix: "F.",
    types: ["t", "u"],
  }) as const;
const flags = (key: string): Policy => ({
  ...facts(`no-${key}`),
  check: ({ props }) => (props.at(key).flag() ? [violation(props.at(key), "is set")] : []),
});
const PACK: Pack = {
  name: "tested",
  description: "",
  policies: [
    flags("bad"),
    flags("worse"),
    {
      ...facts("whole"),
      checkStack: ({ resources }) => (resources.length > 8 ? [{ message: "is many" }] : []),
    },
  ],
};
const base = { policy: "no-bad", resource: "a", owner: "shop", reason: "Because.", until: "2026-03-01" };

function judged(
  exemptions: readonly Exemption[],
  resources: readonly PolicyResource[] = [resource("t", "a", { bad: true, worse: true })],
): PolicyResult[] {
  return evaluate([PACK], resources, { settings: { ...NO_SETTINGS, exemptions }, today: TODAY });
}

/** `policy name blocking`, with `~` before what is exempted. */
const short = (found: readonly PolicyResult[]) =>
  found.map(
    ({ policy, urn, blocking, exemption }) =>
      `${exemption ? "~" : ""}${policy} ${urn.split("::").at(-1)} ${blocking}`,
  );

test("an exempted finding is still there, says who answers for it, and stops nothing", () => {
  const [found, ...rest] = judged([base]);
  expect(found).toMatchObject({
    policy: "no-bad",
    status: "violation",
    level: "mandatory",
    blocking: false,
    exemption: { owner: "shop", reason: "Because.", until: "2026-03-01" },
  });
  expect(short(rest)).toEqual(["no-worse a true"]);
});

test.each<[until: string, said: string[]]>([
  ["2026-02-02", ["~no-bad a false", "no-worse a true"]],
  ["2026-02-01", ["~no-bad a false", "no-worse a true"]],
  ["2026-01-31", ["no-bad a true", "no-worse a true", "exemption-in-force  true"]],
])("on 2026-02-01 an exemption until %s", (until, said) => {
  expect(short(judged([{ ...base, until }]))).toEqual(said);
});

test("an exemption that has ended stops, and is named with who answered for it", () => {
  expect(judged([{ ...base, until: "2026-01-31" }]).at(-1)).toEqual({
    policy: "exemption-in-force",
    pack: "exemptions",
    urn: "",
    status: "violation",
    level: "mandatory",
    severity: "medium",
    blocking: true,
    message:
      'the exemption of "a" from no-bad ended on 2026-01-31: shop mends it, or says anew why it has to be',
  });
});

test("an exemption that matches nothing is told to go, and stops nothing", () => {
  expect(judged([base, { ...base, resource: "b" }]).at(-1)).toMatchObject({
    policy: "exemption-in-force",
    level: "advisory",
    blocking: false,
    message: 'the exemption of "b" from no-bad matches nothing: take it out',
  });
});

test("of two exemptions of one finding, the one in force lets it through, and both are needed", () => {
  const both = [{ ...base, until: "2026-01-31" }, base];
  expect(short(judged(both))).toEqual(["~no-bad a false", "no-worse a true", "exemption-in-force  true"]);
});

test.each<[pattern: string, path: string | undefined, matches: boolean]>([
  ["a", undefined, true],
  ["a*", undefined, true],
  ["*a", undefined, true],
  ["t::a", undefined, true],
  ["u::a", undefined, false],
  ["t::*", undefined, true],
  ["urn:pulumi:production::shop::t::a", undefined, true],
  ["urn:pulumi:production::*", undefined, true],
  ["urn:pulumi:staging::*", undefined, false],
  ["stack", undefined, false],
  ["A", undefined, false],
  [".", undefined, false],
  ["a", "bad", true],
  ["a", "b*", true],
  ["a", "worse", false],
  ["a", "", false],
])("the pattern %j with path %j matches: %s", (pattern, path, matches) => {
  const exemption = { ...base, resource: pattern, ...(path === undefined ? {} : { path }) };
  const [found] = judged([exemption]);
  expect(found?.exemption !== undefined).toBe(matches);
});

test("a child's own type counts, not its parents'", () => {
  const child = { ...resource("u", "a", { bad: true }), urn: "urn:pulumi:production::shop::p$u::a" };
  const matches = (pattern: string) =>
    judged([{ ...base, resource: pattern }], [child])[0]?.exemption !== undefined;
  expect([matches("u::a"), matches("p::a"), matches("p$u::a"), matches("*p$u::a")]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("what is said of the stack as a whole is exempted as the stack", () => {
  const many = Array.from({ length: 9 }, (_, index) => resource("t", `r${index}`, {}));
  const of = (pattern: string) => short(judged([{ ...base, policy: "whole", resource: pattern }], many));
  expect(of("stack")).toEqual(["~whole  false"]);
  expect(of("r*")).toEqual(["whole  true", "exemption-in-force  false"]);
});

test("what could not be evaluated can be exempted, and a policy that failed can't", () => {
  const exempted = (policies: readonly Policy[], props: unknown) =>
    evaluate([{ ...PACK, policies }], [resource("t", "a", props)], {
      settings: { ...NO_SETTINGS, unknown: "block", exemptions: [base] },
      today: TODAY,
    });
  expect(short(exempted([flags("bad")], { bad: unknownValue }))).toEqual(["~no-bad a false"]);
  const fails: Policy = {
    ...facts("no-bad"),
    check: () => {
      throw new RangeError("broken");
    },
  };
  expect(short(exempted([fails], {}))).toEqual(["no-bad a true", "exemption-in-force  false"]);
});

test("a disabled policy's exemption is not needed any more", () => {
  const settings = { ...NO_SETTINGS, enforcement: { "no-bad": "disabled" as const }, exemptions: [base] };
  const found = evaluate([PACK], [resource("t", "a", { bad: true })], { settings, today: TODAY });
  expect(short(found)).toEqual(["exemption-in-force  false"]);
});

test("a star stands for any characters, and everything else for itself", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "$", "(", "\n", "\\", "[", "+") });
  fc.assert(
    fc.property(text, text, text, text, (head, tail, between, other) => {
      expect(globbed(`${head}*${tail}`)(head + between + tail)).toBe(true);
      expect(globbed(head)(other)).toBe(head === other);
      expect(globbed(`${head}*`)(other)).toBe(other.startsWith(head));
      expect(globbed(`*${tail}`)(other)).toBe(other.endsWith(tail));
      expect(globbed(`*${between}*`)(other)).toBe(other.includes(between));
    }),
  );
});

test("a day lies as many days after another as is said", () => {
  expect([dayAfter("2026-02-27", 2), dayAfter("2028-02-28", 1), dayAfter("2026-12-31", 90)]).toEqual([
    "2026-03-01",
    "2028-02-29",
    "2027-03-31",
  ]);
});

const NAMES = ["a", "b", "ab"];
const stack = fc.array(
  fc.record({
    type: fc.constantFrom("t", "u"),
    name: fc.constantFrom(...NAMES),
    props: fc.record({ bad: fc.constantFrom(true, false, unknownValue), worse: fc.boolean() }),
  }),
  { maxLength: 6 },
);
const exemptionsOf = fc.array(
  fc.record({
    policy: fc.constantFrom("no-bad", "no-worse"),
    resource: fc.constantFrom("a", "b", "a*", "t::a", "u::*", "urn:*"),
    owner: fc.constant("shop"),
    reason: fc.constant("Because."),
    until: fc.constantFrom("2026-01-31", "2026-02-01", "2026-03-01"),
  }),
  { maxLength: 5 },
);

test("exemptions let findings through, and change nothing else: neither what is found nor its order", () => {
  fc.assert(
    fc.property(stack, exemptionsOf, fc.constantFrom("report", "block"), (given, exemptions, unknown) => {
      const resources = given.map(({ type, name, props }) => resource(type, name, props));
      const settings = { ...NO_SETTINGS, unknown };
      const before = evaluate([PACK], resources, { settings, today: TODAY });
      const after = evaluate([PACK], resources, { settings: { ...settings, exemptions }, today: TODAY });
      const own = after.filter(({ policy }) => policy !== "exemption-in-force");
      expect(after.slice(0, own.length)).toEqual(own);
      expect(own.map(({ exemption: _, blocking: __, ...rest }) => rest)).toEqual(
        before.map(({ blocking: _, ...rest }) => rest),
      );
      own.forEach((one, index) => {
        expect(one.blocking).toBe(one.exemption === undefined && before[index]?.blocking);
      });
      // Each that ended says so, once; each that is in force lets something through, or says that it doesn't.
      const ended = exemptions.filter(({ until }) => until < TODAY);
      const told = after.slice(own.length);
      expect(told.filter(({ blocking }) => blocking).length).toBe(ended.length);
      expect(told.length).toBeLessThanOrEqual(exemptions.length);
    }),
    { numRuns: 300 },
  );
});
