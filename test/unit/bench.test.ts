import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeRaw } from "../../bench/components.ts";

test("the bench's raw program declares what the components do, to the byte", {
  timeout: 60_000,
}, async () => {
  // Beside the project, so that its imports find the project's dependencies.
  await mkdir("out", { recursive: true });
  const folder = await mkdtemp(join("out", "bench-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(process.cwd(), folder, "raw.ts");
  await writeRaw(file);
  const raw = await readFile(file, "utf8");
  expect(raw).toContain("new gcp.cloudrunv2.Service(");
  expect(raw).not.toContain("slipway/components");
});
