import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Pack, Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { resourcesOf } from "../example-resources.ts";
import { placesOf, withValue } from "../fuzz-support.ts";

/** What comes into a place of an example: nothing, and values that are seldom meant. */
const OTHERS = [
  undefined,
  true,
  false,
  0,
  1,
  100_000,
  "",
  "x",
  "*",
  "latest",
  "allUsers",
  [],
  {},
  "0.0.0.0/0",
];

/** Says that a value is of another kind, which every policy that reads it says. */
const MISSHAPEN = / is not (a text|a number|a list|an object|true or false)$/;

/** The changes of a policy's own example, one at a time, in which the policy finds something, as paths. */
export function foundInExample(pack: Pack, policy: Policy, today: string): string[] {
  const { example } = policy;
  if (example === undefined) return [];
  const resources = resourcesOf(example);
  const judge = (all: readonly PolicyResource[]) =>
    evaluate([{ ...pack, policies: [policy] }], all, { today }).filter(
      ({ status, message }) => status === "violation" && !MISSHAPEN.test(message),
    );
  return resources.flatMap((resource, index) =>
    placesOf(resource.props)
      .filter((place) => place.length > 0)
      .filter((place) =>
        OTHERS.some((other) => {
          const props = withValue(resource.props, place, other);
          return judge(resources.with(index, { ...resource, props })).length > 0;
        }),
      )
      .map((place) => place.join(".")),
  );
}
