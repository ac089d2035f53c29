import fc from "fast-check";
import { expect, test } from "vitest";
import { packs } from "../../../policies/catalogue.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import { appliesTo, type PolicyResource } from "../../../policies/core/policy.ts";
import { remediated } from "../../../policies/core/remediate.ts";
import { NO_SETTINGS } from "../../../policies/core/settings.ts";
import { resourcesOf } from "./example-resources.ts";
import { ALL_TYPES, placesOf, strange, withValue, wrapped } from "./fuzz-support.ts";
import { GOOD, object, PODS, withPods } from "./kubernetes-support.ts";
import { foreignCloud } from "./mutation/foreign-cloud.ts";
import { foreignCluster } from "./mutation/foreign-cluster.ts";
import { BUCKET, CLUSTER, resource, SCHEDULE, SERVICE } from "./support.ts";

const policies = packs.flatMap((pack) => pack.policies);

/** Systems that are right, to be broken in places: the tests' own, and what each policy shows as right. */
const systems: readonly (readonly PolicyResource[])[] = [
  GOOD.map((manifest) => object(manifest)),
  foreignCluster,
  foreignCloud,
  PODS.map(([type]) => withPods(type)),
  [
    resource("gcp:cloudrunv2/service:Service", "backend", SERVICE),
    resource("mongodbatlas:index/advancedCluster:AdvancedCluster", "shop", CLUSTER),
    resource("mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule", "schedule", SCHEDULE),
    resource("gcp:storage/bucket:Bucket", "uploads", BUCKET),
  ],
  ...policies
    .map(({ example }) => (example === undefined ? [] : resourcesOf(example)))
    .filter((resources) => resources.length > 0),
];

/** A system that is right, with a value put into one of its places. */
function broken(value: fc.Arbitrary<unknown>): fc.Arbitrary<readonly PolicyResource[]> {
  return fc
    .tuple(fc.constantFrom(...systems), fc.nat(), fc.nat(), value)
    .map(([system, which, where, put]) => {
      const index = which % system.length;
      const one = system[index] as PolicyResource;
      const places = placesOf(one.props);
      const place = places[where % places.length] ?? [];
      return system.with(index, { ...one, props: withValue(one.props, place, put) });
    });
}

const arbitrary = fc
  .array(
    fc.record({ type: fc.constantFrom(...ALL_TYPES), name: fc.constantFrom("a", "b"), props: strange }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((given) => given.map(({ type, name, props }) => resource(type, name, props)));

/** What makes a policy fail, instead of saying what is wrong. */
function failures(resources: readonly PolicyResource[]): string[] {
  return evaluate(packs, resources).flatMap(({ status, message }) => (status === "error" ? [message] : []));
}

test("every type that policies look at is among those that are tried", () => {
  for (const policy of policies) {
    expect(
      ALL_TYPES.some((type) => appliesTo(policy, type)),
      policy.id,
    ).toBe(true);
  }
});

test("no properties whatsoever make a policy fail", () => {
  fc.assert(
    fc.property(arbitrary, (resources) => {
      expect(failures(resources)).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

test("a value of any kind in any place of what is right makes no policy fail", () => {
  fc.assert(
    fc.property(broken(strange), (resources) => {
      expect(failures(resources)).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

const SECRETS = [
  "postgres://app:correct-horse@db.example.com/shop",
  "-----BEGIN PRIVATE KEY-----\ncorrect-horse\n-----END PRIVATE KEY-----",
  "Bearer correct-horse.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
];

test("EA-07 a secret in any place, by its form or because Pulumi says so, is in no message", () => {
  const secret = fc.oneof(fc.constantFrom<unknown>(...SECRETS), fc.constant(wrapped("correct-horse")));
  let said = 0;
  fc.assert(
    fc.property(broken(secret), (resources) => {
      for (const { message, path = "" } of evaluate(packs, resources)) {
        said += 1;
        expect(`${message} ${path}`).not.toContain("correct-horse");
      }
    }),
    { numRuns: 3000 },
  );
  expect(said).toBeGreaterThan(500);
});

const MENDING = { ...NO_SETTINGS, enforcement: { all: "remediate" } } as const;

/** Every value of `before` that is in `after` too, in the same place. Lists may have grown. */
function kept(before: unknown, after: unknown): boolean {
  if (typeof before !== "object" || before === null) return Object.is(before, after);
  if (typeof after !== "object" || after === null) return false;
  return Object.entries(before).every(([key, value]) => kept(value, (after as Record<string, unknown>)[key]));
}

test("mending never fails, is done once for all, makes nothing worse, and adds without taking anything away", () => {
  let mended = 0;
  const gaps = broken(fc.constantFrom<unknown>(undefined, {}, [], null));
  fc.assert(
    fc.property(fc.oneof(arbitrary, broken(strange), gaps), (given) => {
      const before = structuredClone(given);
      const { resources, done } = remediated(packs, given, MENDING);
      expect(given).toEqual(before);
      mended += done.length;
      expect(remediated(packs, resources, MENDING).done).toEqual([]);
      expect(failures(resources)).toEqual([]);
      const found = (all: readonly PolicyResource[]) =>
        evaluate(packs, all).filter(({ status }) => status === "violation").length;
      if (done.length > 0) expect(found(resources)).toBeLessThanOrEqual(found(given));
      resources.forEach((one, index) => {
        const { props: _, ...facts } = one;
        const { props: __, ...factsBefore } = given[index] as PolicyResource;
        expect(facts).toEqual(factsBefore);
      });
    }),
    { numRuns: 1500 },
  );
  expect(mended).toBeGreaterThan(20);
});

test("mending what is right but for a gap keeps every value that was there", () => {
  fc.assert(
    fc.property(fc.constantFrom(...systems), (system) => {
      const { resources } = remediated(packs, system, MENDING);
      resources.forEach((one, index) => {
        expect(kept(system[index]?.props, one.props), one.urn).toBe(true);
      });
    }),
    { numRuns: 200 },
  );
});
