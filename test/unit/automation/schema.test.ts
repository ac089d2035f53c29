import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SCHEMA_FILE, stackFileSchema } from "../../../automation/stack-schema.ts";

test("the published schema is what the program checks by (slipway schema writes it)", async () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(await stackFileSchema());
});
