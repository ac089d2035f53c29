import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { reliability } from "../../../../policies/reliability/pack.ts";
import { object } from "../kubernetes-support.ts";

const { policies } = reliability;
const IN_YAML = policies.filter(({ example }) => example !== undefined && "yaml" in example);

function exampleOf({ example }: Policy): { apiVersion: string; kind: string } {
  return parse((example as { yaml: string }).yaml);
}

function judged(policy: Policy, manifest: { apiVersion: string; kind: string }) {
  return evaluate([{ name: "tested", description: "", policies: [policy] }], [object(manifest)], {
    today: "2026-11-21",
  });
}

/** Every copy of a tree with one of its values replaced. */
function* planted(value: unknown, other: unknown): Generator<unknown> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    const withOther = (to: unknown) =>
      Array.isArray(value) ? value.with(Number(key), to) : { ...value, [key]: to };
    yield withOther(other);
    for (const deeper of planted(inner, other)) yield withOther(deeper);
  }
}

test("every policy says how a resource that complies is written, and has an id of its own", () => {
  expect(policies.filter(({ example }) => example === undefined).map(({ id }) => id)).toEqual([]);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
  expect(policies.length).toBeGreaterThanOrEqual(55);
});

describe.each(IN_YAML.map((policy) => [policy.id, policy] as const))("%s", (_, policy) => {
  const example = exampleOf(policy);

  test("has nothing against its own example", () => {
    expect(judged(policy, example)).toEqual([]);
  });

  test("takes no value that is not known for a violation", () => {
    const found = [...planted(example, unknownValue)].flatMap((one) => judged(policy, one as typeof example));
    expect(found.filter(({ status }) => status !== "not evaluated")).toEqual([]);
  });

  test.each([[7], ["?"], [["?"]], [{ "?": 1 }], [true], [null]])("does not fail where %j stands", (other) => {
    const all = [...planted(example, other)].filter(
      (one) => typeof (one as typeof example).apiVersion === "string",
    );
    const found = all.flatMap((one) => judged(policy, { ...(one as typeof example), kind: example.kind }));
    expect(found.filter(({ status }) => status === "error")).toEqual([]);
  });
});
