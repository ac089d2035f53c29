import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdingTypes } from "../../../../automation/plan/delta/data.ts";
import { planDelta } from "../../../../automation/plan/delta/delta.ts";
import type { PlanResource } from "../../../../automation/plan/resources.ts";
import { resourceShape } from "../../../../sandbox/models/shape.ts";
import { BUCKET, DEPLOYMENT, made, planOf } from "./support.ts";

const TODAY = "2027-01-01";

function changes(before: readonly PlanResource[], after: readonly PlanResource[]) {
  return planDelta(planOf(before), planOf(after), TODAY).resources;
}

/** The same, in short. */
function short(before: readonly PlanResource[], after: readonly PlanResource[]) {
  return changes(before, after).map(({ kind, title, properties }) => [
    kind,
    title,
    properties.map(({ path, replaces }) => `${path}${replaces ? "!" : ""}`),
  ]);
}

const bucket = (inputs: PlanResource["inputs"], more = {}) =>
  made(BUCKET, "photos", { location: "EUROPE-WEST1", name: "shop-photos", ...inputs }, more);

describe("a resource is", () => {
  test("replaced where a property changes that its provider can't change, which is named, and updated otherwise", () => {
    expect(changes([bucket({})], [bucket({ location: "US", labels: { team: "shop" } })])).toEqual([
      {
        kind: "replace",
        urn: bucket({}).urn,
        type: BUCKET,
        title: "photos",
        properties: [
          { path: "labels", after: { team: "shop" }, replaces: false },
          { path: "location", before: "EUROPE-WEST1", after: "US", replaces: true },
        ],
        certain: true,
        data: "its objects",
      },
    ]);
    expect(short([bucket({})], [bucket({ labels: { team: "shop" } })])).toEqual([
      ["update", "photos", ["labels"]],
    ]);
    const deployment = (replicas: number, app: string) =>
      made(DEPLOYMENT, "api", {
        metadata: { name: "api", namespace: "shop" },
        spec: { replicas, selector: { matchLabels: { app } } },
      });
    expect(short([deployment(2, "api")], [deployment(3, "api")])).toEqual([
      ["update", "api", ["spec.replicas"]],
    ]);
    expect(short([deployment(2, "api")], [deployment(2, "shop")])).toEqual([
      ["replace", "api", ["spec.selector.matchLabels.app!"]],
    ]);
  });

  test("as it was where only a default is stated, or a provider's name is left to it", () => {
    expect(short([bucket({})], [bucket({ storageClass: "STANDARD" })])).toEqual([]);
    const unnamed = made(BUCKET, "logs", { location: "US" });
    expect(short([unnamed], [unnamed])).toEqual([]);
    expect(short([unnamed], [made(BUCKET, "logs", { location: "US", labels: { a: "b" } })])).toEqual([
      ["update", "logs", ["labels"]],
    ]);
  });

  test("perhaps replaced where the property is known only later", () => {
    const [change] = changes([bucket({})], [bucket({ location: "[unknown]" })]);
    expect(change).toMatchObject({ kind: "replace", certain: false });
    expect(short([bucket({ location: "[unknown]" })], [bucket({ location: "[unknown]" })])).toEqual([]);
  });

  test("perhaps replaced with what it waits for, where what it has of that can't be changed", () => {
    const subscription = (of: PlanResource) =>
      made("gcp:kms/cryptoKey:CryptoKey", "key", { keyRing: "[unknown]" }, { dependencies: [of.urn] });
    const ring = (location: string) => made("gcp:kms/keyRing:KeyRing", "ring", { location, name: "ring" });
    const [before, after] = [ring("europe"), ring("us")];
    const found = changes([before, subscription(before)], [after, subscription(after)]);
    expect(found.map(({ kind, title, certain, because }) => [kind, title, certain, because])).toEqual([
      ["replace", "key", false, [after.urn]],
      ["replace", "ring", true, undefined],
    ]);
  });

  test("created and deleted, and an alias keeps what would be so much alike", () => {
    const was = made(BUCKET, "old", { location: "US", name: "shop-photos" });
    const is = made(BUCKET, "new", { location: "US", name: "shop-photos" });
    expect(changes([was], [is])).toMatchObject([
      { kind: "delete", urn: was.urn, like: is.urn, data: "its objects" },
      { kind: "create", urn: is.urn },
    ]);
    const aliased = { ...is, options: { aliases: [{ name: "old" }] } };
    expect(changes([was], [aliased])).toMatchObject([{ kind: "rename", urn: is.urn, was: was.urn }]);
    const whole = { ...is, options: { aliases: [was.urn] }, inputs: { ...is.inputs, labels: { a: "b" } } };
    expect(changes([was], [whole])).toMatchObject([{ kind: "update", was: was.urn }]);
  });

  test("the same where its component was renamed by an alias, names and all", () => {
    const box = (name: string, options = {}) => made("shop:index:Box", name, {}, { options });
    const within = (parent: PlanResource) =>
      made(BUCKET, `${parent.name}-photos`, { location: "US", name: "shop-photos" }, { parent: parent.urn });
    const [was, is] = [box("old"), box("new", { aliases: [{ name: "old" }] })];
    expect(short([was, within(was)], [is, within(is)])).toEqual([["rename", "new / new-photos", []]]);
    // And where a component came between, with an alias that says it had none.
    const moved = made(
      BUCKET,
      "old-photos",
      { location: "US", name: "shop-photos" },
      { parent: is.urn, options: { aliases: [{ noParent: true }] } },
    );
    const alone = made(BUCKET, "old-photos", { location: "US", name: "shop-photos" });
    expect(short([alone], [is, moved])).toEqual([["rename", "new / old-photos", []]]);
  });

  test("not at risk where it is protected or retained, or holds nothing", () => {
    const risk = (options: PlanResource["options"]) =>
      changes([bucket({}, { options })], []).map(({ data, kept }) => [data, kept]);
    expect(risk({})).toEqual([["its objects", undefined]]);
    expect(risk({ protect: true })).toEqual([["its objects", "it is protected: the engine refuses"]]);
    expect(risk({ retainOnDelete: true })).toEqual([
      ["its objects", "it is retained: only the stack forgets it"],
    ]);
    expect(changes([made(DEPLOYMENT, "api", { metadata: {} })], [])[0]).not.toHaveProperty("data");
  });

  test("changed by its options too, and not by what it is told to ignore", () => {
    expect(short([bucket({})], [bucket({}, { options: { protect: true } })])).toEqual([
      ["update", "photos", ["options.protect"]],
    ]);
    const ignoring = { options: { ignoreChanges: ["labels"] } };
    expect(short([bucket({})], [bucket({ labels: { a: "b" } }, ignoring)])).toEqual([]);
    const replacing = { options: { replaceOnChanges: ["labels"] } };
    expect(short([bucket({}, replacing)], [bucket({ labels: { a: "b" } }, replacing)])).toEqual([
      ["replace", "photos", ["labels!"]],
    ]);
  });
});

test("components and providers are not counted", () => {
  const box = made("shop:index:Box", "box");
  const provider = made("pulumi:providers:gcp", "gcp", { project: "shop" });
  const child = made(BUCKET, "photos", { location: "US" }, { parent: box.urn });
  expect(short([], [box, provider, child])).toEqual([["create", "box / photos", []]]);
});

test("nothing changes between a plan and itself; what one side lacks the other made", () => {
  const type = fc.constantFrom(BUCKET, DEPLOYMENT, "gcp:pubsub/topic:Topic", "other:module/thing:Thing");
  const resource = fc
    .tuple(
      type,
      fc.stringMatching(/^[a-z]{1,6}$/),
      fc.dictionary(fc.constantFrom("a", "labels", "name"), fc.jsonValue()),
    )
    .map(([token, name, inputs]) => made(token, name, inputs as PlanResource["inputs"]));
  const resources = fc.uniqueArray(resource, { selector: ({ urn }) => urn, maxLength: 8 });
  fc.assert(
    fc.property(resources, resources, (before, after) => {
      expect(changes(before, before)).toEqual([]);
      const [there, back] = [changes(before, after), changes(after, before)];
      const urns = (of: typeof there, kind: string) =>
        of.filter((one) => one.kind === kind).map(({ urn }) => urn);
      expect(urns(there, "create")).toEqual(urns(back, "delete"));
      expect(urns(there, "delete")).toEqual(urns(back, "create"));
    }),
  );
});

test("every type that is said to hold data is one", () => {
  const missing = holdingTypes().filter((type) => resourceShape(type) === undefined);
  expect(missing).toEqual([]);
});
