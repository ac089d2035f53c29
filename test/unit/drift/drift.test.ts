import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Observed, observedDrift } from "../../../automation/drift/events.ts";
import { pathOf, stepsOf, valueAt } from "../../../automation/drift/path.ts";
import { driftText } from "../../../automation/drift/render.ts";
import { driftOf } from "../../../automation/drift/run.ts";
import { NO_SETTINGS } from "../../../policies/core/settings.ts";
import { BUCKET } from "../policies/support.ts";

const TYPES = { bucket: "gcp:storage/bucket:Bucket", proxy: "gcp:compute/targetHttpProxy:TargetHttpProxy" };
const urnOf = (type: string, name: string) => `urn:pulumi:production::shop::${type}::${name}`;
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

interface Given {
  readonly type?: string;
  readonly name?: string;
  readonly inputs: object;
  readonly now?: object;
  /** What the provider says that differs. */
  readonly paths?: readonly string[];
  readonly outputs?: object;
  readonly outputsNow?: object;
}

/** What drift says of resources of which some are not as they were. */
function drift(...given: readonly Given[]) {
  const resources = given.map(({ type = TYPES.bucket, name = "one", inputs, outputs = inputs }) => ({
    ...{ urn: urnOf(type, name), type, custom: true, inputs, outputs },
  }));
  const drifted = given.flatMap(({ type = TYPES.bucket, name = "one", paths, now, ...one }, index) => {
    if (paths === undefined) return [];
    const old = { inputs: shown(one.inputs), outputs: shown(one.outputs ?? one.inputs) };
    const found = now && { inputs: now, outputs: one.outputsNow ?? now };
    const detailedDiff = Object.fromEntries(
      paths.map((path) => [path, { diffKind: "update", inputDiff: true }]),
    );
    const urn = resources[index]?.urn as string;
    const metadata = { op: now ? "update" : "delete", urn, type, old, new: found, detailedDiff };
    return [[urn, metadata as unknown as Observed] as const];
  });
  const state = { version: 3, deployment: { resources } };
  const observation = { drifted: new Map(drifted), warnings: [] };
  return driftOf({ stack: "production", sandbox: false }, state, observation, NO_SETTINGS);
}

/** The engine's events have `[secret]` where a state has what is encrypted. */
function shown(value: object): object {
  return JSON.parse(JSON.stringify(value), (_, one) => (one?.ciphertext === undefined ? one : "[secret]"));
}

describe("paths", () => {
  test.each([
    ["template.containers[0].envs[2]", ["template", "containers", 0, "envs", 2]],
    ['metadata.labels["app.kubernetes.io/name"]', ["metadata", "labels", "app.kubernetes.io/name"]],
  ])("%s", (path, steps) => {
    expect([stepsOf(path), pathOf(steps)]).toEqual([steps, path]);
  });

  test("are read as they were written", () => {
    const step = fc.oneof(
      fc.nat(),
      fc.string({ minLength: 1 }).filter((text) => !/^\d+$/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const path = pathOf(["first", ...steps]);
        expect(stepsOf(path)).toEqual(["first", ...steps]);
      }),
    );
  });

  test("lead nowhere where something is missing", () => {
    expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
    expect(valueAt({ a: null }, ["a", "toString"])).toBeUndefined();
  });
});

test("what the engine found as it was is no drift, what it updates or does not find is", () => {
  const event = (op: string, found: object | undefined) =>
    ({
      resOutputsEvent: { metadata: { op, urn: urnOf(TYPES.bucket, "one"), new: found } },
    }) as unknown as EngineEvent;
  expect(observedDrift(event("same", {}))).toBeUndefined();
  expect(observedDrift(event("refresh", {}))).toBeUndefined();
  expect(observedDrift(event("update", {}))).toBeDefined();
  expect(observedDrift(event("delete", undefined))).toBeDefined();
  expect(observedDrift({} as EngineEvent)).toBeUndefined();
});

test("a change is shown leaf by leaf, with what was there before", () => {
  const { drifted } = drift({
    inputs: { ...BUCKET, labels: { environment: "production", team: "shop" } },
    now: { ...BUCKET, labels: { environment: "production", owner: "someone" } },
    paths: ["labels", "__defaults"],
  });
  expect(drifted).toMatchObject([
    {
      name: "one",
      what: "changed",
      properties: [
        { path: "labels.owner", now: "someone" },
        { path: "labels.team", before: "shop" },
      ],
    },
  ]);
});

test("a change that breaks a policy is tied to the property; one that broke it before is not new", () => {
  const open = { ...BUCKET, publicAccessPrevention: "inherited" };
  const broken = drift({ inputs: BUCKET, now: open, paths: ["publicAccessPrevention"] });
  expect(broken.broken).toMatchObject([
    {
      policy: "no-public-bucket",
      blocking: true,
      path: "publicAccessPrevention",
      causes: [{ urn: urnOf(TYPES.bucket, "one"), properties: ["publicAccessPrevention"] }],
    },
  ]);
  const before = drift({ inputs: open, now: { ...open, location: "EU" }, paths: ["location"] });
  expect(before.drifted).toHaveLength(1);
  expect(before.broken.filter(({ policy }) => policy === "no-public-bucket")).toEqual([]);
});

test("what the program left open is judged by what came of it", () => {
  const { publicAccessPrevention: _, ...silent } = BUCKET;
  const { broken } = drift({
    inputs: silent,
    outputs: { ...silent, publicAccessPrevention: "enforced" },
    now: silent,
    outputsNow: { ...silent, publicAccessPrevention: "inherited" },
    paths: ["publicAccessPrevention"],
  });
  expect(broken.map(({ policy }) => policy)).toContain("no-public-bucket");
});

test("a resource that is gone breaks what stood on it, and is named as the cause", () => {
  const map = { name: "routes", defaultUrlRedirect: { httpsRedirect: true, stripQuery: false } };
  const { drifted, broken } = drift(
    { type: TYPES.proxy, name: "http", inputs: { urlMap: "routes" } },
    {
      type: "gcp:compute/uRLMap:URLMap",
      name: "routes",
      inputs: map,
      now: { name: "routes", defaultService: "backend" },
      paths: ["defaultUrlRedirect", "defaultService"],
    },
    { name: "gone", inputs: BUCKET, paths: [] },
  );
  expect(drifted.map(({ name, what }) => `${name} ${what}`)).toEqual(["routes changed", "gone deleted"]);
  const redirect = broken.find(({ policy }) => policy === "http-only-redirects");
  expect(redirect).toMatchObject({
    urn: urnOf(TYPES.proxy, "http"),
    causes: [{ urn: urnOf("gcp:compute/uRLMap:URLMap", "routes") }],
  });
});

test("secrets are in no output, whether marked, named or only looking like one", () => {
  const inputs = { ...BUCKET, token: SECRET, labels: { environment: "production" } };
  const now = {
    ...BUCKET,
    token: "[secret]",
    envs: [{ name: "API_TOKEN", value: "hunter2" }],
    labels: { environment: "production", note: "postgres://app:hunter2@db/shop" },
  };
  const result = drift({ inputs, now, paths: ["token", "envs", "labels.note"] });
  expect(result.drifted[0]?.properties).toEqual([
    { path: "envs", now: [{ name: "API_TOKEN", value: "[withheld]" }] },
    { path: "labels.note", now: "[withheld]" },
    { path: "token", before: "[secret]", now: "[secret]" },
  ]);
  expect(JSON.stringify(result) + driftText(result, false)).not.toContain("hunter2");
});

test("what a person reads", () => {
  const result = drift(
    {
      inputs: BUCKET,
      now: { ...BUCKET, publicAccessPrevention: "inherited" },
      paths: ["publicAccessPrevention"],
    },
    { name: "gone", inputs: BUCKET, paths: [] },
  );
  const message = result.broken[0]?.message;
  expect(driftText(result, false).split("\n")).toEqual([
    "",
    "Changed outside",
    "  ~ one gcp:storage:Bucket",
    '      publicAccessPrevention: "enforced" → "inherited"',
    "      ✗ breaks no-public-bucket",
    `        ${message}`,
    "  - gone gcp:storage:Bucket is there no more",
    "",
    "Next",
    "  npx slipway refresh --stack production && npx slipway up --stack production  takes the changes back: what the program says holds again",
    "  npx slipway refresh --stack production  takes them in; write them into the program as well, or the next up takes them back",
    "",
    "production: 2 of 2 resources changed outside; 1 mandatory policy broken",
    "",
  ]);
  expect(driftText(drift({ inputs: BUCKET }), false).trim()).toBe(
    "production: 1 resource, all as they were deployed",
  );
});
