import { afterEach, expect, test, vi } from "vitest";
import { printOutputs } from "../../automation/deploy/outputs.ts";
import { testProject, writeFiles } from "./support.ts";

afterEach(() => void vi.restoreAllMocks());

test("outputs are shown without any secret, however deep it lies", { timeout: 300_000 }, async () => {
  const project = await testProject({
    "index.ts": `import * as pulumi from "@pulumi/pulumi";
export const systems = { shop: { url: "http://127.0.0.1:1", password: pulumi.secret("hush-hush") } };
export const token = pulumi.secret("hush-hush");\n`,
  });
  await writeFiles(project.folder, {
    "Pulumi.other.yaml": "config: {}\n",
  });
  let shown = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  await printOutputs(project.folder, { stack: "dev", sandbox: true });
  expect(shown).toBe('the stack "dev" has no outputs.\n');
  shown = "";
  const up = await project.pulumi("up", "--stack", "dev", "--yes");
  expect(up.code, up.text).toBe(0);
  await printOutputs(project.folder, { stack: "dev", sandbox: true, json: true });
  expect(JSON.parse(shown)).toEqual({
    systems: { shop: { url: "http://127.0.0.1:1", password: "[secret]" } },
    token: "[secret]",
  });
  shown = "";
  await printOutputs(project.folder, { stack: "dev", sandbox: true });
  expect(shown.split("\n").sort()).toEqual([
    "",
    "systems.shop.password  [secret]",
    "systems.shop.url  http://127.0.0.1:1",
    "token  [secret]",
  ]);
  await expect(printOutputs(project.folder, { stack: "other", sandbox: true })).rejects.toThrow(
    'the stack "other" has not been deployed to the sandbox. Deploy it: slipway up --stack other --sandbox',
  );
});
