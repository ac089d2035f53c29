import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { expect, test } from "vitest";
import { engineEnvironment, pulumiCommand } from "../../sandbox/engine/index.ts";
import { engineForTests, testProject } from "./support.ts";

test("the engine serves the Automation API", { timeout: 180_000 }, async () => {
  const engine = await engineForTests();
  const { folder, paths } = await testProject({
    "index.ts":
      'import { Config } from "@pulumi/pulumi";\nexport const word = new Config().requireSecret("word");\nexport const node = process.version;\n',
  });
  const workspace = await LocalWorkspace.create({
    workDir: folder,
    pulumiCommand: await pulumiCommand(engine),
    envVars: engineEnvironment(engine, paths),
  });
  await workspace.selectStack("dev");
  await workspace.setConfig("dev", "word", { value: "swordfish", secret: true });
  const stack = await Stack.select("dev", workspace);
  let output = "";
  const up = await stack.up({
    onOutput: (text) => {
      output += text;
    },
  });
  expect(up.outputs).toEqual({
    word: { value: "swordfish", secret: true },
    node: { value: process.version, secret: false },
  });
  expect(output).not.toContain("swordfish");
  expect(output).not.toContain("warning:");
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 1 });
  expect((await stack.destroy()).summary.result).toBe("succeeded");
});
