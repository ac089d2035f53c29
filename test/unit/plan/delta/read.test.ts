import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readBasePlan } from "../../../../automation/plan/delta/read.ts";
import { report } from "../../../../automation/plan/report.ts";
import { BUCKET, made, planOf } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-base-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "base.json");
const plan = planOf([made(BUCKET, "photos")]);

function read(text: string) {
  writeFileSync(file, text);
  return readBasePlan(file, plan);
}

test("what --format json printed is read, also of a version without exemptions", () => {
  expect(read(report(plan, "json"))).toEqual(plan);
  const { exemptions: _, ...older } = plan.policy;
  expect(read(JSON.stringify({ ...plan, policy: older }))).toEqual(plan);
});

test.each([
  ["", "is empty: did planning the base branch fail?"],
  ["{ secret", "is no JSON"],
  ["[]", "holds no plan"],
  ['{"project":"shop"}', "holds no plan"],
  ['{"version":3,"deployment":{}}', "is a stack's exported state, and a plan is compared with a plan"],
  [JSON.stringify({ ...plan, schemaVersion: 2 }), "is a plan of schema 2; this reads 1"],
  [JSON.stringify({ ...plan, stack: "live" }), "is a plan of shop/live, and this is one of shop/dev"],
])("anything else is refused: %s", (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("a file that isn't there is a wrong call, with how to make one", () => {
  expect(() => readBasePlan(join(folder, "no.json"), plan)).toThrow(
    "there is no such file; `slipway plan --stack STACK --format json > FILE` on the base branch writes one",
  );
});
