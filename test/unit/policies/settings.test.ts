import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { packs } from "../../../policies/catalogue.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import { violation } from "../../../policies/core/finding.ts";
import type { Enforcement, Pack, Policy } from "../../../policies/core/policy.ts";
import {
  contextOf,
  enforcementOf,
  NO_SETTINGS,
  type PolicySettings,
  readPolicySettings,
} from "../../../policies/core/settings.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { resource } from "./support.ts";

const TODAY = "2026-01-01";

const facts = (id: string) =>
  ({ id, title: "T.", severity: "low", level: "mandatory", why: "W.", fix: "F.", types: ["t"] }) as const;
const LIMIT = z.strictObject({
  most: z.int().min(1).default(3).describe("The most that there may be."),
  names: z.array(z.string()).default([]).describe("Whose names."),
});
const atMost: Policy = {
  ...facts("at-most"),
  settings: LIMIT,
  check: ({ props }, context) => {
    const { most } = context.settings(LIMIT);
    return (props.at("count").number() ?? 0) <= most ? [] : [violation(props.at("count"), `is over ${most}`)];
  },
};
const mendable: Policy = { ...facts("mendable-name"), check: () => [], remediate: (props) => props };
const advice: Policy = { ...facts("advice"), level: "advisory", check: () => [{ message: "hm" }] };
const PACKS: readonly Pack[] = [
  { name: "first", description: "", policies: [atMost, mendable] },
  { name: "second", description: "", policies: [advice] },
];

const exemption = { policy: "at-most", resource: "a", owner: "shop", reason: "R.", until: "2026-03-01" };
const NAMES = "policy, resource, path, owner, reason, until";

/** `path: message` of all that is wrong. */
function problems(value: unknown): string[] {
  return (readPolicySettings(value, PACKS, TODAY).problems ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

/** Reads settings that are right. */
function read(value: unknown): PolicySettings {
  const { value: settings, problems: found } = readPolicySettings(value, PACKS, TODAY) as {
    value: PolicySettings;
    problems?: unknown;
  };
  expect(found).toBeUndefined();
  return settings;
}

test.each<[what: string, value: unknown, said: string[]]>([
  ["no object", "x", [": must be: object"]],
  [
    "a section that there isn't",
    { enforcment: {} },
    [
      'enforcment: there is no "enforcment" here; there are: enforcement, settings, unknown, exemptions, longestExemptionDays',
    ],
  ],
  ["a list of enforcements", { enforcement: [] }, ["enforcement: must be: object"]],
  [
    "a policy that there isn't",
    { enforcement: { nothing: "advisory" } },
    ['enforcement.nothing: there is no policy or pack "nothing"; `slipway policies` lists them'],
  ],
  [
    "a policy that is nearly one",
    { enforcement: { mendable: "advisory" } },
    ['enforcement.mendable: there is no policy or pack "mendable". Near to it: mendable-name'],
  ],
  [
    "a name that every object inherits",
    { enforcement: { constructor: "advisory" } },
    ['enforcement.constructor: there is no policy or pack "constructor"; `slipway policies` lists them'],
  ],
  [
    "a level misspelt",
    { enforcement: { first: "warn" } },
    ['enforcement.first: "warn" must be one of: mandatory, advisory, remediate, disabled'],
  ],
  [
    "mending asked of a policy that can't",
    { enforcement: { "at-most": "remediate" } },
    ["enforcement.at-most: at-most can't mend what it finds; these can: mendable-name"],
  ],
  [
    "settings of a policy that takes none",
    { settings: { advice: {} } },
    ["settings.advice: advice takes no settings; these do: at-most"],
  ],
  [
    "settings of a policy that there isn't",
    { settings: { "at-most-3": {} } },
    ['settings.at-most-3: there is no policy "at-most-3". Near to it: at-most'],
  ],
  [
    "a setting that there isn't",
    { settings: { "at-most": { least: 1 } } },
    ['settings.at-most.least: "least" is no setting of at-most; it takes: most, names'],
  ],
  [
    "a setting of another kind",
    { settings: { "at-most": { most: "3", names: "n" } } },
    ["settings.at-most.most: must be: number", "settings.at-most.names: must be: array"],
  ],
  ["unknowns misspelt", { unknown: "stop" }, ['unknown: "stop" must be one of: report, block']],
  [
    "an exemption of nothing",
    { exemptions: [{}] },
    ["policy", "resource", "owner", "reason", "until"].map((field) => `exemptions.0.${field}: is missing`),
  ],
  [
    "an exemption that says more",
    { exemptions: [{ ...exemption, ticket: 1 }] },
    [`exemptions.0.ticket: there is no "ticket" in an exemption; there are: ${NAMES}`],
  ],
  [
    "an exemption without an owner",
    { exemptions: [{ ...exemption, owner: " " }] },
    ["exemptions.0.owner: must say who answers for it"],
  ],
  [
    "an exemption without a reason",
    { exemptions: [{ ...exemption, reason: "" }] },
    ["exemptions.0.reason: must say why it has to be"],
  ],
  [
    "an exemption from a policy that there isn't",
    { exemptions: [{ ...exemption, policy: "at-mots" }] },
    ['exemptions.0.policy: there is no policy "at-mots"; `slipway policies` lists them'],
  ],
  ...["*", "**", ""].map((pattern): [string, unknown, string[]] => [
    `an exemption of "${pattern}"`,
    { exemptions: [{ ...exemption, resource: pattern }] },
    [
      'exemptions.0.resource: must name resources: a pattern of "*" alone would turn the policy off, which `enforcement` does openly',
    ],
  ]),
  ...["soon", "2026-02-30", "2026-3-1", "2026-03-01T00:00:00Z"].map((until): [string, unknown, string[]] => [
    `an exemption until ${until}`,
    { exemptions: [{ ...exemption, until }] },
    ["exemptions.0.until: must be a day, such as 2027-01-31"],
  ]),
  [
    "an exemption for 91 days",
    { exemptions: [exemption, { ...exemption, until: "2026-04-02" }] },
    [
      'exemptions.1.until: "2026-04-02" is too far ahead: an exemption ends on 2026-04-01 at the latest (longestExemptionDays)',
    ],
  ],
  [
    "everything at once, of the same kind",
    { enforcement: { no: "advisory" }, unknown: 1, exemptions: {} },
    [
      'enforcement.no: there is no policy or pack "no"; `slipway policies` lists them',
      "unknown: must be one of: report, block",
      "exemptions: must be: array",
    ],
  ],
])("%s is refused, with the ways out", (_, value, said) => {
  expect(problems(value)).toEqual(said);
});

test("a misspelt value that may be a secret is not repeated", () => {
  const password = "postgres://app:hunter2@db/shop";
  const said = problems({ unknown: password, enforcement: { first: password } });
  expect(said.length).toBe(2);
  expect(said.join("\n")).not.toContain("hunter2");
});

test("nothing said is nothing set, and what is said is read whole", () => {
  expect([read(undefined), read(null)]).toEqual([NO_SETTINGS, NO_SETTINGS]);
  expect(
    read({
      enforcement: { all: "advisory", first: "remediate", "at-most": "mandatory" },
      settings: { "at-most": { most: 5 } },
      unknown: "block",
      exemptions: [{ ...exemption, until: "2026-04-01", owner: " shop " }],
    }),
  ).toEqual({
    enforcement: { all: "advisory", first: "remediate", "at-most": "mandatory" },
    settings: new Map([["at-most", { most: 5, names: [] }]]),
    unknown: "block",
    exemptions: [{ ...exemption, until: "2026-04-01" }],
  });
  const long = { longestExemptionDays: 91, exemptions: [{ ...exemption, until: "2026-04-02" }] };
  expect(read(long).exemptions.length).toBe(1);
});

test("a policy is told what the stack sets, or its defaults, and nobody else's settings", () => {
  const told = (settings: PolicySettings) => contextOf(atMost, settings, TODAY).settings(LIMIT);
  expect(told(NO_SETTINGS)).toEqual({ most: 3, names: [] });
  expect(told(read({ settings: { "at-most": { most: 5 } } }))).toEqual({ most: 5, names: [] });
  expect(contextOf(atMost, NO_SETTINGS, TODAY).today).toBe(TODAY);
  expect(() => contextOf(advice, NO_SETTINGS, TODAY).settings(LIMIT)).toThrow(
    "these are not the settings of advice",
  );
  const counted = [resource("t", "a", { count: 4 })];
  const judged = (value: unknown) =>
    evaluate(PACKS.slice(0, 1), counted, { settings: read(value), today: TODAY }).map(
      ({ message }) => message,
    );
  expect(judged({})).toEqual(["count is over 3"]);
  expect(judged({ settings: { "at-most": { most: 4 } } })).toEqual([]);
});

const LEVELS: readonly Enforcement[] = ["mandatory", "advisory", "remediate", "disabled"];

test("what is nearer to a policy decides: itself, its pack, all, its own level", () => {
  const some = fc.option(fc.constantFrom(...LEVELS), { nil: undefined });
  const [first] = PACKS as [Pack];
  fc.assert(
    fc.property(fc.constantFrom(atMost, mendable), some, some, some, (policy, own, pack, all) => {
      const said = Object.entries({ [policy.id]: own, first: pack, second: "disabled", all });
      const enforcement = Object.fromEntries(said.filter(([, level]) => level !== undefined)) as Record<
        string,
        Enforcement
      >;
      const nearest = own ?? pack ?? all ?? policy.level;
      const able = nearest !== "remediate" || policy.remediate !== undefined;
      expect(enforcementOf({ enforcement }, first, policy)).toBe(able ? nearest : policy.level);
    }),
  );
});

test.each<[Enforcement, [level: string, blocking: boolean][]]>([
  ["mandatory", [["mandatory", true]]],
  ["remediate", [["mandatory", true]]],
  ["advisory", [["advisory", false]]],
  ["disabled", []],
])("enforcement %s decides what a finding does", (level, expected) => {
  const settings: PolicySettings = { ...NO_SETTINGS, enforcement: { "at-most": level } };
  const found = evaluate(PACKS.slice(0, 1), [resource("t", "a", { count: 4 })], { settings, today: TODAY });
  expect(found.map((one) => [one.level, one.blocking])).toEqual(expected);
});

test("advice becomes a rule, and what is not known stops, where a stack says so", () => {
  const blocks = (settings: Partial<PolicySettings>, props: unknown, of = PACKS) =>
    evaluate(of, [resource("t", "a", props)], {
      settings: { ...NO_SETTINGS, ...settings },
      today: TODAY,
    }).map(({ policy, blocking }) => `${policy} ${blocking}`);
  expect(blocks({}, { count: unknownValue })).toEqual(["at-most false", "advice false"]);
  expect(blocks({ unknown: "block" }, { count: unknownValue })).toEqual(["at-most true", "advice false"]);
  expect(blocks({ enforcement: { second: "mandatory" } }, {})).toEqual(["advice true"]);
  const strict = PACKS.map((pack) => ({ ...pack, unknown: "block" as const }));
  expect(blocks({ unknown: "report" }, { count: unknownValue }, strict)).toEqual([
    "at-most false",
    "advice false",
  ]);
});

/** Values that look like settings, with anything at all in their places. */
function settingsLike(ids: readonly string[]) {
  const key = fc.oneof(fc.constantFrom(...ids, "all", "security", "__proto__", "constructor"), fc.string());
  const value = fc.oneof(
    fc.constantFrom<unknown>(...LEVELS, null, true, 0, "", "2026-02-01", "*", Number.NaN),
    fc.anything({ withNullPrototype: true, maxDepth: 3 }),
  );
  const one = fc.record(
    { policy: key, resource: value, path: value, owner: value, reason: value, until: value },
    { requiredKeys: [] },
  );
  const section = fc.oneof(value, fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value))));
  return fc.oneof(
    value,
    fc.record(
      { enforcement: section, settings: section, unknown: value, exemptions: fc.oneof(value, fc.array(one)) },
      { requiredKeys: [] },
    ),
  );
}

test("whatever is said of the packs is read or refused with reasons, and never fails", () => {
  const ids = packs.flatMap((pack) => pack.policies.map(({ id }) => id));
  fc.assert(
    fc.property(settingsLike(ids), (value) => {
      const { problems: found } = readPolicySettings(value, packs, TODAY);
      for (const { path, message } of found ?? [])
        expect([path.length >= 0, message !== ""]).toEqual([true, true]);
      if (found !== undefined) expect(found).not.toEqual([]);
    }),
    { numRuns: 400 },
  );
});
