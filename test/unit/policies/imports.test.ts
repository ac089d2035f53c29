import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Packages that a fresh process has loaded after importing these files; what Node itself brings is none. */
async function packagesAfter(...files: string[]): Promise<string[]> {
  const script = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ resolve: (name, context, next) => (/^(\\.|\\/|node:)/.test(name) || seen.add(name), next(name, context)) });
    for (const file of ${JSON.stringify(files.map((file) => root + file))}) await import(file);
    console.log(JSON.stringify([...seen]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return JSON.parse(stdout);
}

test("policies run in-process with no package but zod, which reads their settings", async () => {
  const files = ["policies/catalogue.ts", "policies/core/evaluate.ts", "policies/cost/estimate.ts"];
  expect(await packagesAfter(...files)).toEqual(["zod"]);
});

test("packs are served to the engine without the SDKs, whose start would cost more than all policies", async () => {
  const packages = await packagesAfter("policies/core/analyzer/serve.ts");
  expect(packages).toContain("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
  expect(packages.filter((name) => /^@pulumi\/(policy|pulumi$|pulumi\/(?!proto\/))/.test(name))).toEqual([]);
});
