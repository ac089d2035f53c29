import fc from "fast-check";
import { packs } from "../../../policies/catalogue.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import * as types from "../../../policies/types.ts";

const named = packs.flatMap((pack) =>
  pack.policies.flatMap((policy) => (Array.isArray(policy.types) ? policy.types : [])),
);

/** Every type that a policy names, and some that only patterns match. */
export const ALL_TYPES: readonly string[] = [
  ...new Set([
    ...Object.values(types).flat(),
    ...named,
    "gcp:projects/iAMPolicy:IAMPolicy",
    "gcp:folder/iAMBinding:IAMBinding",
    "kubernetes:example.com/v1:Anything",
  ]),
].filter((type) => typeof type === "string");

/** An unknown, as the engine's markers say it for a text and for a list. */
const UNKNOWNS = [unknownValue, "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"];

/** How Pulumi wraps a secret. */
export const wrapped = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const odd = fc.constantFrom<unknown>(
  ...UNKNOWNS,
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER],
  ...["", " ", "0", "-0", "NaN", "Infinity", "1e999", "0x10", "latest", "*", "allUsers", "2026-02-30"],
  ...["100%", "1Ei", "9".repeat(400), "\u0000", "\ud800", "${a}", "../..", "projects//secrets/", "::::"],
  ...["[{", '[{"name":null}]', "{}", "production", "roles/owner", "kubernetes:", "P1D", "3600s", "1h30m"],
);
const key = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "length", "0", "") },
  { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    odd,
    fc.string({ maxLength: 20 }),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 4 }),
    tie("json").map(wrapped),
  ),
}));

/** One value that no author of a policy thought of. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 20, arbitrary: json },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 300 }).map(deep) },
);

/** A value so many levels down. */
function deep(levels: number): unknown {
  let value: unknown = "x";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Every place of a tree, as the keys that lead there. */
export function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    [...path],
    ...keys.flatMap((one) => placesOf((value as Record<string | number, unknown>)[one], [...path, one])),
  ];
}

/** A tree with another value in one place; the tree itself is left as it is. */
export function withValue(
  tree: unknown,
  [first, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (first === undefined) return value;
  const inner = withValue((tree as Record<string | number, unknown>)[first], rest, value);
  if (Array.isArray(tree)) return tree.with(first as number, inner);
  return { ...(tree as object), [first]: inner };
}
