import fc from "fast-check";
import { expect, test } from "vitest";
import { packs } from "../../../policies/catalogue.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import { violation } from "../../../policies/core/finding.ts";
import { appliesTo, type Policy } from "../../../policies/core/policy.ts";
import { Property } from "../../../policies/core/property.ts";
import { isUnknown, unknownValue } from "../../../policies/core/unknown.ts";
import { customerManagedKey } from "../../../policies/security/encryption/customer-managed-key.ts";
import * as types from "../../../policies/types.ts";
import { BUCKET, CLUSTER, resource, results, SCHEDULE, SERVICE } from "./support.ts";

const facts = {
  id: "tested",
  title: "",
  severity: "low",
  level: "mandatory",
  why: "",
  fix: "",
  types: ["t"],
} as const;
const reads: Policy = {
  ...facts,
  check: ({ props }) =>
    props.at("a", "b").text() === "bad" ? [violation(props.at("a", "b"), "is bad")] : [],
};

test("a result says everything that a report needs", () => {
  expect(results(reads, [resource("t", "x", { a: { b: "bad" } })])).toEqual([
    {
      policy: "tested",
      pack: "tested",
      urn: "urn:pulumi:production::shop::t::x",
      status: "violation",
      level: "mandatory",
      severity: "low",
      blocking: true,
      message: "a.b is bad",
      path: "a.b",
    },
  ]);
  expect(
    results(reads, [resource("t", "x", { a: { b: "good" } }), resource("other", "y", { a: { b: "bad" } })]),
  ).toEqual([]);
});

test.each([
  ["report", false],
  ["block", true],
] as const)("an unknown value is never a pass: %s", (unknown, blocking) => {
  const [result, ...rest] = results(reads, [resource("t", "x", { a: unknownValue })], unknown);
  expect(rest).toEqual([]);
  expect(result).toMatchObject({
    status: "not evaluated",
    level: "mandatory",
    blocking,
    message: "a is not known before deployment",
    path: "a",
  });
});

test("a pack may say that its unknowns block, and advice never does", () => {
  const unread = [resource("t", "x", { a: unknownValue })];
  const blocks = (policy: Policy) =>
    evaluate([{ name: "p", description: "", unknown: "block", policies: [policy] }], unread).map(
      ({ blocking }) => blocking,
    );
  expect(blocks(reads)).toEqual([true]);
  expect(blocks({ ...reads, level: "advisory" })).toEqual([false]);
});

test("what is advice outside production blocks there neither as a violation nor as an unknown", () => {
  const topic = (kmsKeyName: unknown, stack: string) =>
    resource(types.TOPIC, "t", { kmsKeyName, labels: { environment: stack } }, { stack });
  const blocks = (kmsKeyName: unknown, stack: string) =>
    results(customerManagedKey, [topic(kmsKeyName, stack)], "block").map(({ level, blocking }) => [
      level,
      blocking,
    ]);
  expect(blocks(unknownValue, "production")).toEqual([["mandatory", true]]);
  expect(blocks(undefined, "production")).toEqual([["mandatory", true]]);
  expect(blocks(unknownValue, "staging")).toEqual([["advisory", false]]);
  expect(blocks(undefined, "staging")).toEqual([["advisory", false]]);
});

test("a misshapen value is a violation, not a pass", () => {
  expect(results(reads, [resource("t", "x", { a: ["bad"] })])).toMatchObject([
    { status: "violation", message: "a is not an object", path: "a" },
  ]);
  expect(results(reads, [resource("t", "x", { a: { b: {} } })])).toMatchObject([
    { status: "violation", message: "a.b is not a text" },
  ]);
  expect(results(reads, [resource("t", "x", "all")])).toMatchObject([
    { status: "violation", message: "the resource is not an object" },
  ]);
});

test("a policy that throws is a violation that names it, and does not repeat what it read", () => {
  const throws: Policy = {
    ...facts,
    check: ({ props }) => {
      throw new TypeError(`cannot read ${props.at("password").text()}`);
    },
  };
  const stack: Policy = { ...facts, checkStack: () => JSON.parse("{ hunter2") };
  const given = [resource("t", "x", { password: "hunter2" })];
  const said = (policy: Policy) =>
    results(policy, given).map(({ status, blocking, urn, message }) => [
      status,
      blocking,
      urn.split("::").at(-1),
      message.replace(/:\d+:\d+/, ":LINE"),
    ]);
  const failed = (kind: string) =>
    `the policy tested itself failed with ${kind} at policies/evaluate.test.ts:LINE, so nothing is known about this resource`;
  expect(said(throws)).toEqual([["error", true, "x", failed("TypeError")]]);
  expect(said(stack)).toEqual([["error", true, "", failed("SyntaxError")]]);
});

test("the engine's markers are all unknown, and nothing else is", () => {
  expect(
    ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", unknownValue].map(
      isUnknown,
    ),
  ).toEqual([true, true, true]);
  expect([undefined, null, "", "04da6b54", {}].map(isUnknown)).toEqual([false, false, false, false, false]);
});

test("a property quotes what is harmless and withholds the rest", () => {
  const of = (value: unknown) => new Property(value, "p", "urn").quote();
  expect(of("INGRESS_TRAFFIC_ALL")).toBe('"INGRESS_TRAFFIC_ALL"');
  expect(of("postgres://app:hunter2@db/shop")).toBe("[withheld]");
  expect(of("x".repeat(121))).toBe("[withheld]");
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { inner: "plain" },
  };
  expect(of({ ...secret, value: "plain" })).toBe("[withheld]");
  expect(new Property(secret, "p", "urn").at("inner").quote()).toBe("[withheld]");
});

test("what an object inherits is not among its properties", () => {
  const at = (key: string) => new Property({}, "", "urn").at(key).present;
  expect([at("constructor"), at("__proto__"), at("toString")]).toEqual([false, false, false]);
});

test("every policy has an id of its own and says what, why and how", () => {
  const policies = packs.flatMap((pack) => pack.policies);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
  for (const policy of policies) {
    expect(policy.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [policy.title, policy.why, policy.fix]) expect(text, policy.id).toMatch(/^[A-Z].*\.$/);
  }
});

const TYPES = Object.values(types);
const ALL_TYPES = [
  ...TYPES,
  ...packs.flatMap((pack) =>
    pack.policies.flatMap((policy) => (Array.isArray(policy.types) ? policy.types : [])),
  ),
  "gcp:projects/iAMPolicy:IAMPolicy",
  "gcp:projects/iAMBinding:IAMBinding",
];

test("good resources have no finding by any policy that looks at one alone", () => {
  const good = [
    resource(types.CLOUD_RUN_SERVICE, "backend", SERVICE),
    resource(types.ATLAS_CLUSTER, "shop", CLUSTER),
    resource(types.ATLAS_BACKUP_SCHEDULE, "schedule", SCHEDULE),
    resource(types.BUCKET, "uploads", {
      ...BUCKET,
      versioning: { enabled: true },
      lifecycleRules: [{ action: { type: "Delete" }, condition: { numNewerVersions: 10 } }],
    }),
    resource(types.COST_BUDGET, "budget", { environment: "production", monthly: 836, currency: "USD" }),
  ];
  const alone = packs.map((pack) => ({
    ...pack,
    policies: pack.policies.filter((policy) => !("checkStack" in policy)),
  }));
  expect(evaluate(alone, good)).toEqual([]);
});

const KEYS = [
  "template",
  "containers",
  "envs",
  "name",
  "value",
  "valueSource",
  "secretKeyRef",
  "volumes",
  "secret",
  "items",
  "version",
  "role",
  "member",
  "members",
  "policyData",
  "labels",
  "environment",
  "annotations",
  "scaling",
  "minInstanceCount",
  "ports",
  "startupProbe",
  "httpGet",
  "periodSeconds",
  "replicationSpecs",
  "regionConfigs",
  "electableSpecs",
  "nodeCount",
  "tags",
  "rpo-minutes",
  "ingress",
  "urlMap",
  "clusterName",
  "pathMatchers",
  "attributeCondition",
  "replication",
  "userManaged",
  "replicas",
  "roleEntities",
  "slipway.dev/peak",
  "slipway.dev/capacity-per-instance",
  "policyItemHourly",
  "__proto__",
];
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(
      unknownValue,
      null,
      true,
      0,
      -1,
      3,
      "",
      "3",
      "latest",
      "allUsers",
      "roles/owner",
      "production",
    ),
    fc.string(),
    fc.dictionary(fc.constantFrom(...KEYS), tie("json"), { maxKeys: 6 }),
    fc.array(tie("json"), { maxLength: 3 }),
  ),
}));

test("arbitrary properties never make a policy fail", () => {
  const one = fc.record({
    type: fc.constantFrom(...ALL_TYPES),
    name: fc.constantFrom("a", "b"),
    props: json,
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (given) => {
      const found = evaluate(
        packs,
        given.map(({ type, name, props }) => resource(type, name, props)),
      );
      expect(found.filter(({ status }) => status === "error")).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** Puts a value in the place of the nth text of a tree. */
function planted(value: unknown, nth: { left: number }, secret: string): unknown {
  if (typeof value === "string") return nth.left-- === 0 ? secret : value;
  if (Array.isArray(value)) return value.map((item) => planted(item, nth, secret));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, planted(item, nth, secret)]));
}

test("EA-07 a secret in any place of a resource is in no message", () => {
  const secret = "postgres://app:correct-horse@db.example.com/shop";
  const goods = [
    [types.CLOUD_RUN_SERVICE, SERVICE],
    [types.ATLAS_CLUSTER, CLUSTER],
    [types.BUCKET, BUCKET],
    [types.ATLAS_BACKUP_SCHEDULE, SCHEDULE],
    [
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      { name: "backend", role: "roles/run.invoker", member: "allUsers" },
    ],
  ] as const;
  let said = 0;
  for (const [type, good] of goods) {
    for (let nth = 0; nth < 40; nth++) {
      const props = planted(good, { left: nth }, secret);
      for (const { message } of evaluate(packs, [resource(type, "x", props)])) {
        said++;
        expect(message).not.toContain("correct-horse");
      }
    }
  }
  expect(said).toBeGreaterThan(20);
});

/** Asked only where a stack's settings name what they are for. */
const ON_DEMAND = new Set(["allowed-registry", "edge-asks-who", "members-of-own-domains"]);

/** What is wrong with a resource of their types is that it is there. */
const FAULTS_THEMSELVES = new Map([
  ["certificate-renewed", /sslCertificate$/i],
  ["no-authoritative-project-grant", /^gcp:/],
  ["no-service-account-key", /^gcp:/],
]);

test("an unknown in the place of all properties is evaluated by no policy that reads any", () => {
  for (const policy of packs.flatMap((pack) => pack.policies)) {
    const types = [...new Set(ALL_TYPES)].filter((type) => appliesTo(policy, type));
    const statuses = types.flatMap((type) => {
      const isFault = FAULTS_THEMSELVES.get(policy.id)?.test(type) === true;
      const found = results(policy, [resource(type, "x", unknownValue)]).map(({ status }) => status);
      expect(new Set(found), `${policy.id} ${type}`).toEqual(
        new Set(found.length === 0 ? [] : [isFault ? "violation" : "not evaluated"]),
      );
      return found;
    });
    if ("check" in policy && !ON_DEMAND.has(policy.id)) expect(statuses, policy.id).not.toEqual([]);
  }
});
