import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readProject, stacksIn } from "../../../automation/plan/project.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-project-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
}

test("reads name, entry and configuration, as texts and JSON", () => {
  write({
    "Pulumi.yaml":
      "name: shop\nruntime: nodejs\nmain: program.ts\nconfig:\n  greeting: hello\n  gcp:project: {value: shop-1}\n  size: {type: integer, default: 3}\n",
    "Pulumi.dev.yaml": "config:\n  size: 4\n  shop:open: true\n  other:list: [1, {a: b}]\n",
  });
  expect(readProject(root, "dev")).toEqual({
    root,
    project: "shop",
    stack: "dev",
    main: join(root, "program.ts"),
    stackFile: join(root, "Pulumi.dev.yaml"),
    config: {
      "shop:greeting": "hello",
      "gcp:project": "shop-1",
      "shop:size": "4",
      "shop:open": "true",
      "other:list": '[1,{"a":"b"}]',
    },
    secretKeys: [],
    notes: [],
  });
});

test("puts a placeholder for what is encrypted, marks it as secret, and says so", () => {
  write({
    "Pulumi.yaml": "name: shop\n",
    "Pulumi.dev.yaml":
      "encryptionsalt: v1:abc\nconfig:\n  token: {secure: v1:cipher}\n  shop:stack:\n    keys: [{secure: v1:cipher}, plain]\n",
  });
  const settings = readProject(root, "dev");
  expect(settings.config).toEqual({
    "shop:token": "[secret]",
    "shop:stack": '{"keys":["[secret]","plain"]}',
  });
  expect(settings.secretKeys).toEqual(["shop:token", "shop:stack"]);
  expect(settings.notes).toEqual([
    'encrypted configuration can\'t be read here: "[secret]" stands for shop:token',
    'encrypted configuration can\'t be read here: "[secret]" stands for shop:stack.keys[0]',
  ]);
});

test("says that imported environments can't be read", () => {
  write({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "environment: [shared]\n" });
  expect(readProject(root, "dev").notes).toEqual([expect.stringContaining("imports ESC environments")]);
});

test("takes a stack file with nothing in it", () => {
  write({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "" });
  expect(readProject(root, "dev").config).toEqual({});
});

test("names the stacks there are where one is unknown", () => {
  write({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "", "Pulumi.live.yaml": "" });
  expect(stacksIn(root)).toEqual(["dev", "live"]);
  expect(() => readProject(root, "prod")).toThrow(
    `there is no stack "prod": no file Pulumi.prod.yaml in ${root} (stacks: dev, live)`,
  );
  expect(() => readProject(root, "../dev")).toThrow('there is no stack "../dev"');
});

test("names the file that is missing or is no YAML", () => {
  expect(() => readProject(root, "dev")).toThrow(`${join(root, "Pulumi.yaml")} is missing`);
  write({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": "config: [unclosed\n" });
  expect(() => readProject(root, "dev")).toThrow(`${join(root, "Pulumi.dev.yaml")} is not valid YAML`);
  write({ "Pulumi.yaml": "runtime: nodejs\n" });
  expect(() => readProject(root, "dev")).toThrow("`name` must be the project's name; got undefined");
});
