import { expect, test } from "vitest";
import { violation } from "../../../policies/core/finding.ts";
import type { Pack, Policy, Props } from "../../../policies/core/policy.ts";
import { remediated } from "../../../policies/core/remediate.ts";
import { NO_SETTINGS, type PolicySettings } from "../../../policies/core/settings.ts";
import { resource } from "./support.ts";

const facts = (id: string, types: readonly string[] = ["t"]) =>
  ({ id, title: "T.", severity: "low", level: "mandatory", why: "W.", fix: "F.", types }) as const;

/** Wants a key to be true. */
const wants = (key: string, types?: readonly string[]): Policy => ({
  ...facts(`wants-${key}`, types),
  check: ({ props }) => (props.at(key).flag() ? [] : [violation(props.at(key), "is not set")]),
  remediate: (props) => (props[key] === undefined ? { ...props, [key]: true } : undefined),
});
const reads: Policy = { ...facts("reads"), check: () => [] };
const PACKS: readonly Pack[] = [
  { name: "first", description: "", policies: [wants("a"), reads] },
  { name: "second", description: "", policies: [wants("b", ["t", "u"])] },
];
const asked = (enforcement: PolicySettings["enforcement"]): PolicySettings => ({
  ...NO_SETTINGS,
  enforcement,
});
const given = [resource("t", "x", { kept: 1 }), resource("u", "y", {}), resource("other", "z", {})];
const [x, y] = given.map(({ urn }) => urn);

test("nothing is mended unless the stack asks for it", () => {
  for (const enforcement of [{}, { all: "mandatory" }, { all: "disabled" }] as const) {
    const { resources, done } = remediated(PACKS, given, asked(enforcement));
    expect(resources).toBe(given);
    expect(done).toEqual([]);
  }
});

test("what policies can mend is mended one after the other, told, and nothing else is touched", () => {
  const before = structuredClone(given);
  const { resources, done } = remediated(PACKS, given, asked({ all: "remediate" }));
  expect(resources.map(({ props }) => props)).toEqual([{ kept: 1, a: true, b: true }, { b: true }, {}]);
  expect(done).toEqual([
    { policy: "wants-a", urn: x },
    { policy: "wants-b", urn: x },
    { policy: "wants-b", urn: y },
  ]);
  expect(given).toEqual(before);
  expect(resources[2]).toBe(given[2]);
  expect(resources.map(({ props: _, ...rest }) => rest)).toEqual(given.map(({ props: _, ...rest }) => rest));
});

test("a pack, or a policy alone, can be asked", () => {
  const mended = (enforcement: PolicySettings["enforcement"]) =>
    remediated(PACKS, given, asked(enforcement)).done.map(({ policy }) => policy);
  expect(mended({ first: "remediate" })).toEqual(["wants-a"]);
  expect(mended({ "wants-b": "remediate" })).toEqual(["wants-b", "wants-b"]);
  expect(mended({ all: "remediate", second: "advisory" })).toEqual(["wants-a"]);
  expect(mended({ first: "remediate", "wants-a": "disabled" })).toEqual([]);
});

test("what is mended already is left, and what can't be mended stays as it is", () => {
  const once = remediated(PACKS, given, asked({ all: "remediate" }));
  expect(remediated(PACKS, once.resources, asked({ all: "remediate" }))).toEqual({
    resources: once.resources,
    done: [],
  });
  const breaks: Policy = {
    ...wants("a"),
    remediate: (props: Props) => {
      props.kept = "spoilt";
      throw new TypeError("no object");
    },
  };
  const { resources, done } = remediated(
    [{ name: "first", description: "", policies: [breaks] }],
    given,
    asked({ all: "remediate" }),
  );
  expect([resources, done]).toEqual([given, []]);
});

test("a policy may change what it is given without changing the program's own", () => {
  const changes: Policy = {
    ...wants("a"),
    remediate: (props: Props) => {
      (props.deep as Props).a = true;
      return props;
    },
  };
  const own = { deep: { kept: [1] } };
  const { resources } = remediated(
    [{ name: "first", description: "", policies: [changes] }],
    [resource("t", "x", own)],
    asked({ first: "remediate" }),
  );
  expect(resources[0]?.props).toEqual({ deep: { kept: [1], a: true } });
  expect(own).toEqual({ deep: { kept: [1] } });
});
