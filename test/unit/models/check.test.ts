import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInputs, modelledTypes, UNKNOWN } from "../../../sandbox/models/index.ts";
import { markSecret } from "../../../sandbox/models/values.ts";
import { changed, good, goodResources } from "./examples.ts";
import { violations } from "./violations.ts";

test("every modelled type has an example, and every type an example that breaks it", () => {
  expect(Object.keys(goodResources).sort()).toEqual(modelledTypes());
  expect([...new Set(violations.map(([token]) => token))].sort()).toEqual(modelledTypes());
});

test.each(Object.entries(goodResources))("%s: a good resource passes", (token, inputs) => {
  expect(checkInputs(token, inputs)).toEqual([]);
});

test.each(violations)("%s: %s = %j is refused at its path", (token, at, value, path, reason) => {
  expect(checkInputs(token, changed(good(token), at, value))).toEqual([{ path, reason }]);
});

test.each(Object.keys(goodResources))(
  "%s: a field that does not exist is refused, with what exists",
  (token) => {
    const failures = checkInputs(token, { ...good(token), zzzzzzzzzzzzzz: true });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.path).toBe("zzzzzzzzzzzzzz");
    expect(failures[0]?.reason).toMatch(/^unknown field; the fields here are \w+/);
  },
);

const withFields = Object.entries(goodResources).filter(([, inputs]) => Object.keys(inputs).length > 0);

describe.each(withFields)("%s", (token, inputs) => {
  test.each(Object.keys(inputs))("an unknown %s is accepted", (field) => {
    const failures = checkInputs(token, { ...inputs, [field]: UNKNOWN });
    expect(failures.filter(({ path }) => path === field)).toEqual([]);
  });
});

test("an unknown deep inside is accepted, in each form that Pulumi has for it", () => {
  const service = good("gcp:cloudrunv2/service:Service");
  for (const unknown of [UNKNOWN, { __pulumiUnknown: true }])
    for (const path of [
      "template.containers[0].image",
      "template.containers[0].resources.limits.cpu",
      "traffics[0].percent",
      "name",
    ])
      expect(checkInputs("gcp:cloudrunv2/service:Service", changed(service, path, unknown))).toEqual([]);
});

test("a secret is looked into, and its value is never quoted", () => {
  const token = "mongodbatlas:index/databaseUser:DatabaseUser";
  const failures = checkInputs(token, { ...good(token), password: markSecret("short") });
  expect(failures).toEqual([{ path: "password", reason: "must be 8 to 256 characters; got [secret]" }]);
  expect(checkInputs(token, { ...good(token), password: markSecret("long enough") })).toEqual([]);
});

test("all that is wrong is reported at once", () => {
  const failures = checkInputs("gcp:cloudrunv2/service:Service", {
    location: 3,
    template: { containers: [{ imge: "x" }] },
    ingres: "x",
  });
  expect(failures.map(({ path }) => path).sort()).toEqual([
    "ingres",
    "location",
    "template.containers[0].image",
    "template.containers[0].imge",
  ]);
});

test("a type without a model is an error that says where one belongs", () => {
  expect(() => checkInputs("gcp:memcache/instance:Instance", {})).toThrow(
    "The sandbox has no model of the resource type gcp:memcache/instance:Instance: add one in sandbox/models/gcp/memcache.ts and list it in sandbox/models/catalogue.ts",
  );
});

test("a fraction of a CPU demands one request at a time and the first generation", () => {
  const service = good("gcp:cloudrunv2/service:Service");
  const small = changed(service, "template.containers[0].resources", {
    limits: { cpu: "0.5", memory: "1Gi" },
  });
  expect(checkInputs("gcp:cloudrunv2/service:Service", small)).toEqual([
    { path: "template.maxInstanceRequestConcurrency", reason: "must be 1 with less than 1 CPU; got 80" },
    {
      path: "template.executionEnvironment",
      reason: "must be EXECUTION_ENVIRONMENT_GEN1 with less than 1 CPU",
    },
  ]);
});

test("no value whatsoever makes a check fail with an exception", () => {
  const values = fc.oneof(fc.jsonValue(), fc.constant(UNKNOWN), fc.object({ withNullPrototype: true }));
  const known = (token: string) => Object.keys(good(token));
  fc.assert(
    fc.property(
      fc.constantFrom(...modelledTypes()),
      fc.array(fc.tuple(fc.nat(), values), { maxLength: 5 }),
      fc.object(),
      (token, changes, extra) => {
        const fields = known(token);
        const inputs = { ...good(token), ...extra } as Record<string, unknown>;
        for (const [index, value] of changes)
          inputs[fields[index % Math.max(1, fields.length)] ?? "name"] = value;
        for (const { reason } of checkInputs(token, inputs)) expect(reason).not.toBe("");
      },
    ),
    { numRuns: 500 },
  );
});
