import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { Command } from "commander";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { registerCheck } from "../../../automation/commands/check.ts";
import { registerDeploy } from "../../../automation/commands/deploy.ts";
import { registerPlan } from "../../../automation/commands/plan.ts";
import { registerPolicies } from "../../../automation/commands/policies.ts";
import { listedPacks } from "../../../automation/policies/listed.ts";
import { packs } from "../../../policies/catalogue.ts";
import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import { LONGEST_EXEMPTION_DAYS } from "../../../policies/core/exemptions.ts";
import type { Pack, PolicyResource } from "../../../policies/core/policy.ts";
import { policySettingsSchema, readPolicySettings } from "../../../policies/core/settings.ts";
import * as library from "../../../policies/library.ts";
import { DEPLOYMENT, object } from "./kubernetes-support.ts";

const FILE = "docs/policies.md";
const guide = readFileSync(FILE, "utf8");

/** The guide's blocks in a language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, text]) => text ?? "",
  );
}

/** Cells of the table's rows under a header that begins so. */
function table(header: string): string[][] {
  const [, rows = ""] = guide.split(new RegExp(`\\| ${header} +\\|`));
  const lines = rows.split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Runs a block of TypeScript as outside this repository, with what it imports; gives what it exports. */
function exportsOf(source: string, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { outputText } = transpileModule(source, {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2024 },
  });
  const exports: Record<string, unknown> = {};
  const modules: Readonly<Record<string, unknown>> = { "@slipway/policies": library, zod: { z } };
  runInNewContext(outputText, { exports, require: (name: string) => modules[name], Error, ...given });
  return exports;
}

test("the guide names every pack, and what a stack may say", () => {
  expect(table("Pack").map(([cell]) => cell)).toEqual(
    listedPacks(packs).map(({ name }) => `[\`${name}\`](policies/${name}.md)`),
  );
  expect(table("Key").map(([cell]) => cell)).toEqual(
    Object.keys(policySettingsSchema(packs).shape).map((key) => `\`${key}\``),
  );
  expect(table("Key").at(-1)?.at(-1)).toBe(String(LONGEST_EXEMPTION_DAYS));
});

test("what the guide puts into a stack file is read from one", () => {
  const examples = blocks("yaml").map((text) => parse(text).config["slipway:policies"]);
  expect(examples.length).toBe(2);
  for (const value of examples) {
    expect(readPolicySettings(value, packs, "2026-12-01").problems).toBeUndefined();
  }
});

test("the guide's commands are those that there are", async () => {
  const commands = blocks("sh").flatMap((script) =>
    script
      .replace(/<<'YAML'[\s\S]*?^YAML$/gm, "")
      .split("\n")
      .filter((line) => line.includes("npx slipway")),
  );
  expect(commands.length).toBeGreaterThanOrEqual(8);
  for (const command of commands) {
    const program = new Command("slipway").exitOverride();
    registerPlan(program, "/nowhere");
    registerCheck(program);
    registerPolicies(program, "/nowhere");
    registerDeploy(program, "/nowhere");
    let called = 0;
    const mute = (each: Command) => {
      each.exitOverride().action(() => {
        called += 1;
      });
      each.commands.filter((sub) => sub !== each).forEach(mute);
    };
    for (const each of program.commands)
      for (const leaf of each.commands.length === 0 ? [each] : each.commands) mute(leaf);
    const words = command.replace(/>.*/, "").trim().split(" ");
    await program.parseAsync(words.slice(words.indexOf("slipway") + 1), { from: "user" });
    expect(called, command).toBe(1);
  }
});

test("the guide's own policy is one", () => {
  const [own = ""] = blocks("ts");
  const house = exportsOf(own).house as Pack;
  const judged = (label: string | undefined, settings = {}) =>
    library
      .evaluate(
        [house],
        [object({ ...DEPLOYMENT, metadata: { name: "api", labels: label ? { [label]: "shop" } : {} } })],
        { settings: { ...library.NO_SETTINGS, ...settings } },
      )
      .map(({ message, blocking }) => `${message} ${blocking}`);
  expect(judged("owner")).toEqual([]);
  expect(judged(undefined)).toEqual(["metadata.labels.owner is missing true"]);
  const team = { settings: new Map([["owner-stated", { label: "team" }]]) };
  expect(judged("owner", team)).toEqual(["metadata.labels.team is missing true"]);
});

test("the guide's program judges resources", () => {
  const program = blocks("ts").find((text) => text.includes("readPolicySettings")) ?? "";
  const stops = (resources: readonly PolicyResource[]) => exportsOf(program, { resources }).stops;
  const found = library
    .evaluate(packs, [object(DEPLOYMENT)])
    .filter(({ blocking }: PolicyResult) => blocking);
  expect(stops([])).toBe(false);
  const bare = { ...DEPLOYMENT, spec: { template: { spec: { containers: [{ name: "a", image: "a" }] } } } };
  expect(stops([object(bare)])).toBe(true);
  expect(stops([object(DEPLOYMENT)])).toBe(found.length > 0);
});

test("the guide's links to files lead somewhere", () => {
  const links = [...guide.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
  const generated = [
    ...listedPacks(packs).map(({ name }) => `policies/${name}.md`),
    "policies/frameworks.md",
  ];
  for (const link of links.filter((each) => !generated.includes(each)))
    expect(existsSync(join(dirname(FILE), link)), link).toBe(true);
  expect(links).toEqual(expect.arrayContaining(generated));
});
