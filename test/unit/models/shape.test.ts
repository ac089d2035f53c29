import { expect, test } from "vitest";
import { documentedValues, readInterface } from "../../../sandbox/models/declarations.ts";
import { declaredSecrets, objectShape, resourceShape, sdkVersion } from "../../../sandbox/models/shape.ts";
import { parseTypeExpression } from "../../../sandbox/models/type-expression.ts";

test.each([
  ["pulumi.Input<string | undefined>;", { kind: "string" }],
  ["pulumi.Input<pulumi.Input<string>[] | undefined>;", { kind: "list", of: { kind: "string" } }],
  [
    "pulumi.Input<{ [key: string]: pulumi.Input<number>; } | undefined>;",
    { kind: "map", of: { kind: "number" } },
  ],
  [
    "pulumi.Input<inputs.cloudrunv2.ServiceTemplate>;",
    { kind: "object", reference: "cloudrunv2.ServiceTemplate" },
  ],
  ["pulumi.Input<pulumi.asset.Asset | pulumi.asset.Archive | undefined>;", { kind: "asset" }],
  [
    'pulumi.Input<"a" | "b">;',
    {
      kind: "union",
      of: [
        { kind: "literal", value: "a" },
        { kind: "literal", value: "b" },
      ],
    },
  ],
  ["pulumi.Input<Something<else>>;", { kind: "any" }],
])("%s is understood", (text, type) => {
  expect(parseTypeExpression(text)).toEqual(type);
});

test("an interface's fields are read with what is required, computed and allowed", () => {
  const source = `
export interface ThingArgs {
    /**
     * Its kind.
     * Possible values are: \`ONE\`, \`TWO\`.
     */
    kind: pulumi.Input<string>;
    /**
     * (Output)
     * Drawn by the service.
     */
    number?: pulumi.Input<number | undefined>;
    labels?: pulumi.Input<{
        [key: string]: pulumi.Input<string>;
    } | undefined>;
}
`;
  expect([...readInterface(source, source.indexOf("interface"))]).toEqual([
    ["kind", { type: { kind: "string" }, required: true, computed: false, values: ["ONE", "TWO"] }],
    ["number", { type: { kind: "number" }, required: false, computed: true }],
    ["labels", { type: { kind: "map", of: { kind: "string" } }, required: false, computed: false }],
  ]);
});

test("only a closed list of constants counts as what is allowed", () => {
  expect(documentedValues("Possible values are: `A`, `B`.")).toEqual(["A", "B"]);
  expect(documentedValues("Valid values include `A` or `B`.")).toBeUndefined();
  expect(documentedValues("Possible values are: `a field`, `B`.")).toBeUndefined();
  expect(documentedValues("Possible values are: `A`. Possible values are: `B`.")).toBeUndefined();
});

test("types are found in the installed packages, acronyms and all", () => {
  expect(resourceShape("gcp:projects/iAMAuditConfig:IAMAuditConfig")?.get("service")?.required).toBe(true);
  expect(resourceShape("gcp:compute/uRLMap:URLMap")?.has("defaultService")).toBe(true);
  expect(resourceShape("gcp:no/such:Such")).toBeUndefined();
  expect(objectShape("gcp", "cloudrunv2.ServiceTemplateContainer")?.get("image")?.required).toBe(true);
  expect(objectShape("mongodbatlas", "AdvancedClusterReplicationSpec")?.get("regionConfigs")?.required).toBe(
    true,
  );
  expect(declaredSecrets("random:index/randomPassword:RandomPassword")).toEqual(["bcryptHash", "result"]);
  expect(sdkVersion("time")).toMatch(/^\d+\.\d+\.\d+$/);
  expect(() => resourceShape("acme:index/thing:Thing")).toThrow(
    'No SDK package is known for the provider "acme"',
  );
});
