import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelFor, modelledTypes, plannedOutputs, UNKNOWN } from "../../../sandbox/models/index.ts";
import { diffResource } from "../../../sandbox/providers/diff.ts";
import { changed, good } from "../models/examples.ts";

const run = "gcp:cloudrunv2/service:Service";
const argsOf = (id: string) => ({
  id,
  urn: "urn:pulumi:s::p::t::thing",
  name: "thing",
  project: "acme-prod",
});

test.each(modelledTypes())("%s: equal inputs are no change", (token) => {
  const inputs = good(token);
  expect(diffResource(token, argsOf("id"), inputs, structuredClone(inputs))).toEqual({
    changes: [],
    deleteBeforeReplace: false,
  });
});

describe.each(modelledTypes())("%s", (token) => {
  // An object in which an immutable field lies counts as one, where the whole of it changes.
  const fields = (modelFor(token)?.replaceOn ?? []).map((pattern) => pattern.split(".")[0] ?? "");
  test("a changed immutable field replaces, another does not", () => {
    for (const field of Object.keys(good(token))) {
      const { changes } = diffResource(
        token,
        argsOf("id"),
        good(token),
        changed(good(token), field, "something else"),
      );
      expect(changes).toEqual([{ path: field, kind: "update", replaces: fields.includes(field) }]);
    }
  });
});

test("what changed is named with its path and its kind", () => {
  const before = good(run);
  const image = changed(before, "template.containers[0].image", "other");
  expect(diffResource(run, argsOf("id"), before, image).changes).toEqual([
    { path: "template.containers[0].image", kind: "update", replaces: false },
  ]);
  expect(diffResource(run, argsOf("id"), before, changed(before, "labels", undefined)).changes).toEqual([
    { path: "labels", kind: "delete", replaces: false },
  ]);
  expect(diffResource(run, argsOf("id"), changed(before, "labels", undefined), before).changes).toEqual([
    { path: "labels", kind: "add", replaces: false },
  ]);
});

test("a value that became unknown is a change", () => {
  const after = changed(good(run), "location", UNKNOWN);
  expect(diffResource(run, argsOf("id"), good(run), after).changes).toEqual([
    { path: "location", kind: "update", replaces: true },
  ]);
});

test("the old one goes first only where the new one would have its identifier", () => {
  const token = "gcp:secretmanager/secret:Secret";
  const id = plannedOutputs(token, { ...argsOf(""), inputs: good(token) }).id ?? "";
  const replicated = changed(good(token), "replication", {
    userManaged: { replicas: [{ location: "us-east1" }] },
  });
  expect(diffResource(token, argsOf(id), good(token), replicated).deleteBeforeReplace).toBe(true);
  const moved = changed(good(run), "location", "us-west1");
  const service = plannedOutputs(run, { ...argsOf(""), inputs: good(run) }).id ?? "";
  expect(diffResource(run, argsOf(service), good(run), moved).deleteBeforeReplace).toBe(false);
});

test("any two inputs differ exactly when they are not equal", () => {
  const values = fc.dictionary(fc.constantFrom("a", "b", "labels"), fc.jsonValue());
  fc.assert(
    fc.property(values, values, (before, after) => {
      const withoutNulls = (value: unknown): unknown =>
        JSON.parse(
          JSON.stringify(value, (_key, item) =>
            item !== null && typeof item === "object" && !Array.isArray(item)
              ? Object.fromEntries(
                  Object.entries(item).filter(([key, field]) => field !== null && key !== "__proto__"),
                )
              : item,
          ),
        );
      const isEqual =
        JSON.stringify(sorted(withoutNulls(before))) === JSON.stringify(sorted(withoutNulls(after)));
      expect(diffResource(run, argsOf("id"), before, after).changes.length === 0).toBe(isEqual);
    }),
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
