import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  declarationOf,
  type LiveObject,
  ownedPart,
} from "../../../automation/rollout/actuators/owned-fields.ts";
import {
  acceptance,
  type Route,
  unshared,
  weightOf,
  withWeight,
} from "../../../automation/rollout/actuators/route-weights.ts";

const services = { stable: "web", candidate: "web-candidate" };
const led = {
  matches: [{ headers: [{ name: "x-canary", value: "always" }] }],
  backendRefs: [{ name: "web-candidate", weight: 100 }],
};
const route = (stable: number, candidate: number): Route => ({
  spec: {
    rules: [
      led,
      {
        matches: [{}],
        backendRefs: [
          { name: "web", weight: stable },
          { name: "web-candidate", weight: candidate },
        ],
      },
    ],
  },
});

const object = (
  fields: Partial<LiveObject> & { managedFields?: LiveObject["metadata"]["managedFields"] },
) => {
  const { managedFields = [], ...rest } = fields;
  const metadata = { name: "web", namespace: "shop", generation: 3, resourceVersion: "7", managedFields };
  return { apiVersion: "v1", kind: "Thing", metadata, ...rest } as LiveObject;
};

describe("weights of an HTTPRoute", () => {
  test("OS-07 changes the rule that shares requests out, and no other", () => {
    expect(withWeight(route(100, 0), services, 10)).toEqual(route(90, 10));
    expect(weightOf(route(90, 10), services)).toBe(10);
  });

  test("OS-07 what is written is what is read, and everything else is as it was", () => {
    const weight = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(weight, weight, (before, after) => {
        const changed = withWeight(route(100 - before, before), services, after);
        expect(weightOf(changed, services)).toBe(after);
        expect(withWeight(changed, services, before)).toEqual(route(100 - before, before));
      }),
    );
  });

  test("OS-07 counts a backend without a weight as the gateway does, and none of a route without the candidate", () => {
    const unweighted = { spec: { rules: [{ backendRefs: [{ name: "web" }, { name: "web-candidate" }] }] } };
    expect(weightOf(unweighted, services)).toBe(50);
    expect(weightOf({ spec: { rules: [led, { backendRefs: [{ name: "web" }] }] } }, services)).toBe(0);
    expect(weightOf(route(0, 0), services)).toBe(0);
  });

  test("says what keeps a route from sharing requests out", () => {
    expect(unshared(route(100, 0), services)).toBeUndefined();
    expect(unshared({ spec: { rules: [led] } }, services)).toBe(
      'none of its rules leads to the Service "web"',
    );
    expect(unshared({ spec: { rules: [{ backendRefs: [{ name: "web" }] }] } }, services)).toBe(
      'its rule has no backend "web-candidate": the candidate is not deployed, or a deployment without it came after',
    );
  });
});

describe("acceptance", () => {
  const said = (...parents: unknown[]) => acceptance(object({ status: { parents } }));
  const accepted = (status: string, observedGeneration: number) => ({
    parentRef: { name: "edge" },
    conditions: [{ type: "Accepted", status, observedGeneration, message: "UnsupportedValue" }],
  });

  test("OS-07 waits for every gateway to have seen the route as it is now", () => {
    expect(said(accepted("True", 2), accepted("True", 3))).toEqual({ waiting: ["edge"], refusals: [] });
    expect(said(accepted("True", 3))).toEqual({ waiting: [], refusals: [] });
    expect(said(accepted("False", 2))).toEqual({ waiting: ["edge"], refusals: [] });
    expect(acceptance(object({}))).toEqual({ waiting: [], refusals: [] });
  });

  test("OS-07 says which gateway refuses it, and why", () => {
    expect(said(accepted("False", 3)).refusals).toEqual(['the Gateway "edge" refuses it: UnsupportedValue']);
  });
});

describe("owned fields", () => {
  const fieldsV1 = { "f:spec": { "f:rules": {}, "f:hostnames": {} } };
  const apply = { manager: "pulumi", operation: "Apply", fieldsV1 };

  test("finds who declares a field by an apply, whole or in part, and nobody else", () => {
    const managedFields = [
      { manager: "kubectl", operation: "Update", fieldsV1 },
      { manager: "gateway", operation: "Apply", subresource: "status", fieldsV1 },
      apply,
    ];
    expect(declarationOf(object({ managedFields }), ["spec", "rules"])?.manager).toBe("pulumi");
    expect(declarationOf(object({ managedFields }), ["spec", "rules", "0"])?.manager).toBe("pulumi");
    expect(declarationOf(object({ managedFields }), ["spec", "parentRefs"])).toBeUndefined();
    expect(declarationOf(object({}), ["spec", "rules"])).toBeUndefined();
  });

  test("takes out what is declared and leaves what others added", () => {
    const live = {
      metadata: { labels: { team: "shop", added: "by others" } },
      spec: {
        rules: [{ name: "a" }],
        ports: [
          { port: 80, protocol: "TCP", name: "http", nodePort: 30_000 },
          { port: 81, protocol: "TCP" },
        ],
        finalizers: ["mine", "theirs"],
        empty: { filled: "by others" },
        none: [1],
      },
      status: {},
    };
    const fields = {
      "f:metadata": { "f:labels": { ".": {}, "f:team": {} } },
      "f:spec": {
        "f:rules": {},
        "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:name": {} } },
        "f:finalizers": { 'v:"mine"': {} },
        "f:empty": { ".": {} },
        "f:none": { ".": {} },
        "f:gone": {},
      },
    };
    expect(ownedPart(live, fields)).toEqual({
      metadata: { labels: { team: "shop" } },
      spec: {
        rules: [{ name: "a" }],
        ports: [{ port: 80, protocol: "TCP", name: "http" }],
        finalizers: ["mine"],
        empty: {},
        none: [],
      },
    });
  });
});
