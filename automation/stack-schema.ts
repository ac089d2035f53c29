import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";

/** Where the published schema lies in a checkout. */
export const SCHEMA_FILE = join("docs", "reference", "stack.schema.json");

/** JSON Schema of a whole stack file; for editors, which check and complete by it. */
export async function stackFileSchema(): Promise<object> {
  const { stackSchema } = await import("../systems/stack.ts");
  const { packs } = await import("../policies/catalogue.ts");
  const { policySettingsSchema } = await import("../policies/core/settings.ts");
  const { POLICIES_KEY } = await import("../policies/core/settings-problems.ts");
  const variant = (environment: "sandbox" | "staging" | "production") => {
    const { $schema: _, ...schema } = z.toJSONSchema(
      stackSchema(environment).extend({ environment: z.literal(environment) }),
      { io: "input", unrepresentable: "any" },
    );
    return schema;
  };
  const { $schema: _, ...policies } = z.toJSONSchema(policySettingsSchema(packs), { io: "input" });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Slipway stack file",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: ["slipway:stack"],
        properties: {
          "slipway:stack": { anyOf: (["sandbox", "staging", "production"] as const).map(variant) },
          [POLICIES_KEY]: policies,
        },
      },
    },
  };
}

/** Writes the schema into the checkout at `root`. @returns the file, relative to the checkout */
export async function writeSchema(root: string): Promise<string> {
  const file = join(root, SCHEMA_FILE);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `${JSON.stringify(await stackFileSchema(), null, 2)}\n`);
  return relative(root, file);
}
