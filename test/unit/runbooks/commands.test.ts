import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import { plan } from "../../../automation/plan/plan.ts";
import { at } from "../../../automation/plan/read.ts";
import { comparePages } from "../../../automation/runbooks/compare.ts";
import { GENERATED, runbookPages } from "../../../automation/runbooks/render.ts";
import { valueProblem } from "../../../components/flags/catalogue.ts";
import type { Flag, Setting } from "../../../components/flags/flag.ts";
import { catalogueEntry } from "../../../components/flags/plan.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { anchorsOf } from "../../../policies/slo/runbook-pages.ts";
import { FLAGS, SETTINGS } from "../../../systems/onesource/flags.ts";
import { shellWords } from "./shell.ts";
import { refusal } from "./slipway.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { resources } = await plan({ root, stack: "production" });
const facts = factsOf(resources);
const pages = new Map(facts.flatMap((system) => [...runbookPages(system, "production")]));

/** Blocks of one language in a page, at any depth. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)\\n\\1\`\`\`$`, "gm"))].map(
    ([, indent = "", block = ""]) => block.replaceAll(`\n${indent}`, "\n").slice(indent.length),
  );
}

const all = (language: string) => [...new Set([...pages.values()].flatMap((text) => blocks(text, language)))];
const lines = all("sh").flatMap((block) => block.split("\n"));
const slipway = lines.filter((line) => line.startsWith("npx slipway "));
const kubectl = lines.filter((line) => line.startsWith("kubectl "));

test("the five systems have the runbooks that their requirements name", () => {
  const names = Object.fromEntries(
    facts.map(({ system, runbooks }) => [system, runbooks.map(({ name }) => name).sort()]),
  );
  expect(names).toEqual({
    acgs: ["gates"],
    ethixai: ["release", "service", "smoke"],
    onesource: ["redis", "rollout", "schema-guard"],
    phase8: ["deployment", "incident", "monitoring", "recovery", "rollback"],
    wcag: ["operations"],
  });
});

describe("OS-10 every command of slipway's", () => {
  test("is one that it takes: its subcommand, its options, what they need", async () => {
    expect(new Set(slipway).size).toBeGreaterThan(15);
    const refused = await Promise.all(
      slipway.map(async (line) => [line, await refusal(shellWords(line).slice(2))] as const),
    );
    expect(refused.filter(([, why]) => why !== undefined)).toEqual([]);
  });

  test.each([
    ["rollback backend --stack production", /unknown command 'rollback'/],
    ["release rollback --stack production", /missing required argument 'service'/],
    ["release abort shop/api --stack production --hotfix", /unknown option '--hotfix'/],
    ["flags flip A=1 --stack production", /too many arguments/],
    ["sandbox kubernetes reset", /unknown command 'reset'/],
    ["flags set A=1 --stack production", /required option '-r, --reason <text>' not specified/],
    ["up --stack production --force", /unknown option '--force'/],
    ["up", /required option '-s, --stack <name>' not specified/],
  ])("would be refused as %s", async (line, why) => {
    expect(await refusal(shellWords(line))).toMatch(why);
  });

  test("releases services that have a plan for it (EA-10)", () => {
    const plans = facts.flatMap(({ services }) =>
      services.flatMap(({ system, service, release }) =>
        release === undefined ? [] : [`${system}/${service}`],
      ),
    );
    const named = slipway
      .filter((line) => line.startsWith("npx slipway release "))
      .flatMap((line) => shellWords(line).filter((word) => /^[a-z0-9]+\/[a-z-]+$/.test(word)));
    expect(new Set(named)).toEqual(
      new Set([
        "ethixai/ai-core",
        "ethixai/backend",
        "onesource/backend",
        "onesource/frontend",
        "phase8/assistant",
      ]),
    );
    expect(named.filter((name) => !plans.includes(name))).toEqual([]);
  });

  test("turns flags that there are, to values that they take (OS-03)", () => {
    const declared: Record<string, Flag | Setting> = { ...FLAGS, ...SETTINGS };
    const turned = slipway.filter((line) => line.includes(" flags set "));
    expect(turned.length).toBeGreaterThan(4);
    for (const line of turned) {
      const assignments = shellWords(line).filter((word) => /^[A-Z_]+=/.test(word));
      expect(assignments.length, line).toBeGreaterThan(0);
      for (const assignment of assignments) {
        const [name = "", value = ""] = assignment.split("=");
        const entry = declared[name];
        expect(entry, `${name}, in ${line}`).toBeDefined();
        expect(valueProblem(catalogueEntry(entry as Flag), value), line).toBeUndefined();
      }
    }
  });
});

test("OS-10 kubectl is told whose namespace, and names objects that ONESource declares", () => {
  const own = kubectl.filter((line) => line.startsWith("kubectl -n onesource "));
  expect(own.length).toBeGreaterThan(20);
  expect(kubectl.filter((line) => !/^kubectl -n (onesource|wcag) /.test(line))).toEqual([]);
  const objects = new Set(
    resources
      .filter(({ inputs }) => at(inputs, "metadata", "namespace") === "onesource")
      .map(({ inputs }) => `${String(at(inputs, "kind")).toLowerCase()}/${at(inputs, "metadata", "name")}`),
  );
  const named = own.flatMap((line) => [
    ...[...line.matchAll(/\b(deployment|statefulset|service)\/([a-z-]+)/g)].map(([found]) => found),
    ...[...line.matchAll(/ httproute ([a-z-]+)/g)].map(([, name]) => `httproute/${name}`),
    ...[...line.matchAll(/ patch hpa ([a-z-]+)/g)].map(([, name]) => `horizontalpodautoscaler/${name}`),
  ]);
  expect(new Set(named).size).toBeGreaterThan(3);
  // What is there only while a release is under way.
  const absent = named.filter((name) => !objects.has(name) && !name.endsWith("-candidate"));
  expect(absent).toEqual([]);
});

test("OS-10 every block of commands is one that bash can read", async () => {
  for (const block of all("sh")) {
    await promisify(execFile)("bash", ["-n", "-c", block]).catch(({ stderr }) => {
      throw new Error(`${stderr}\n${block}`);
    });
  }
});

test("OS-10 every query is PromQL", () => {
  const queries = all("promql").flatMap((block) => block.split(/\n+/));
  expect(queries.length).toBeGreaterThan(50);
  expect(queries.filter((query) => promqlProblem(query) !== undefined)).toEqual([]);
});

test("OS-10 links between pages lead to pages and headings that are there", () => {
  const wrong = [...pages].flatMap(([path, text]) =>
    [...text.matchAll(/\]\(([a-z-]*\.md)?(?:#([a-z0-9-]+))?\)/g)].flatMap(([link, file, anchor]) => {
      const target = file === undefined ? text : pages.get(`${dirname(path)}/${file}`);
      const leads = target !== undefined && (anchor === undefined || anchorsOf(target).has(anchor));
      return leads ? [] : [`${path}: ${link}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("P8-09 the rollback flips every toggle, and looks for five minutes whether errors fall", () => {
  const rollback = pages.get("phase8/rollback.md") ?? "";
  for (const group of ["email", "calendar", "task", "analytics"]) {
    expect(rollback).toContain(`operation LIKE '${group}-%'`);
  }
  expect(rollback).toContain("for minute in 1 2 3 4 5; do sleep 60;");
});

test("OS-10 docs/runbooks holds what the declarations make: npx slipway runbooks --stack production", () => {
  expect(comparePages(join(root, "docs/runbooks"), pages, GENERATED)).toEqual([]);
});
