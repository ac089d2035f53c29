import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse, stringify } from "yaml";
import { sandboxLedger, writeSandboxConfig } from "../../../automation/deploy/config-file.ts";
import { withoutLedger } from "../../../automation/plan/ledger.ts";
import { readProject } from "../../../automation/plan/project.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { parseStack, readLedger } from "../../../systems/stack.ts";

const STACK = { environment: "sandbox", region: "us-east1", systems: {} };

/** A project whose stack `dev` says this. */
function project(stack: object): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-ledger-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "Pulumi.yaml"), "name: slipway\nmain: index.ts\n");
  writeFileSync(
    join(root, "Pulumi.dev.yaml"),
    stringify({ config: { "slipway:stack": stack, "aws:x": "y" } }),
  );
  return root;
}

describe("a plan of a stack that names a ledger", () => {
  test("is made without it, and says so", () => {
    const settings = withoutLedger(
      readProject(project({ ...STACK, ledger: "gs://shop-releases/dev.json" }), "dev"),
    );
    expect(JSON.parse(settings.config["slipway:stack"] ?? "")).toEqual(STACK);
    expect(settings.config["aws:x"]).toBe("y");
    expect(settings.notes).toEqual([
      "the ledger gs://shop-releases/dev.json is not read here: this is the plan as if nothing had been released, with the stack file's images",
    ]);
  });

  test("refuses an address that is none", () => {
    const settings = readProject(project({ ...STACK, ledger: "s3://shop/dev.json" }), "dev");
    expect(() => withoutLedger(settings)).toThrow(
      'Pulumi.dev.yaml: slipway:stack.ledger: "s3://shop/dev.json" is no address of a ledger',
    );
  });

  test("of a stack that names none is what it was", () => {
    const settings = readProject(project(STACK), "dev");
    expect(withoutLedger(settings)).toBe(settings);
    const other = { ...settings, config: { "slipway:stack": "no JSON" } };
    expect(withoutLedger(other)).toBe(other);
  });
});

describe("the program", () => {
  const named = (ledger: string) => parseStack({ ...STACK, ledger }, "Pulumi.dev.yaml");

  test("reads the ledger that its stack names, and none where it names none", async () => {
    const file = join(project(STACK), "ledger.json");
    expect(await readLedger(parseStack(STACK, "Pulumi.dev.yaml"))).toBeUndefined();
    expect(await readLedger(named(`file:${file}`))).toEqual({ schemaVersion: 1, services: {} });
    const services = { "shop/api": { stable: { image: "a" }, token: 3, commands: [], history: [] } };
    writeFileSync(file, JSON.stringify({ schemaVersion: 1, services }));
    expect(await readLedger(named(`file:${file}`))).toEqual({ schemaVersion: 1, services });
  });

  test("stops where it can't be read: what is stable is not to be guessed", async () => {
    const file = join(project(STACK), "ledger.json");
    writeFileSync(file, "{");
    await expect(readLedger(named(`file:${file}`))).rejects.toThrow(
      new RegExp(`^slipway:stack\\.ledger: the ledger file:${file}`),
    );
    expect(() => named("s3://shop/dev.json")).toThrow(
      'Pulumi.dev.yaml: slipway:stack.ledger: "s3://shop/dev.json" is no address of a ledger',
    );
  });
});

describe("in the sandbox", () => {
  test("every stack has a ledger of its own in place of its cloud's, and the committed file stays", async () => {
    const root = project({ ...STACK, ledger: "gs://shop-releases/dev.json" });
    const before = await readFile(join(root, "Pulumi.dev.yaml"), "utf8");
    const file = await writeSandboxConfig(root, join(root, "copy"), "dev");
    const ledger = `file:${join(sandboxPaths(root).ledger, "dev.json")}`;
    expect(sandboxLedger(root, "dev")).toBe(ledger);
    expect(parse(await readFile(file, "utf8")).config).toEqual({
      "slipway:stack": { ...STACK, ledger },
      "aws:x": "y",
    });
    expect(await readFile(join(root, "Pulumi.dev.yaml"), "utf8")).toBe(before);
  });
});
