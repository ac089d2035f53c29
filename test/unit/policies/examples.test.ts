import { expect, test } from "vitest";
import { packs } from "../../../policies/catalogue.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import { resourcesOf } from "./example-resources.ts";

/** A day on which what examples say of days holds, whatever the day of the test. */
const TODAY = "2026-11-20";

const withExample = packs.flatMap((pack) =>
  pack.policies.flatMap((policy) =>
    policy.example === undefined
      ? []
      : [{ pack: { ...pack, policies: [policy] }, id: policy.id, resources: resourcesOf(policy.example) }],
  ),
);

test("every policy shows what complies", () => {
  const without = packs.flatMap(({ policies }) => policies.filter(({ example }) => example === undefined));
  expect(without.map(({ id }) => id)).toEqual([]);
});

test("what a policy shows as compliant is compliant", () => {
  expect(withExample.length).toBeGreaterThan(30);
  for (const { pack, id, resources } of withExample) {
    const found = evaluate([pack], resources, { today: TODAY }).filter(
      ({ status }) => status !== "not evaluated",
    );
    expect(
      found.map(({ message }) => message),
      id,
    ).toEqual([]);
  }
});

test("an example's resources are ones that there are", () => {
  const declaring = withExample.filter(({ resources }) => resources.length > 0);
  expect(declaring.length).toBeGreaterThan((2 * withExample.length) / 3);
  for (const { id, resources } of declaring) {
    for (const { type, name } of resources) {
      expect(type, id).toMatch(/^\w+:[\w./-]+:\w+$/);
      expect(typeof name, id).toBe("string");
    }
  }
});
