import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { listedPacks, listedPolicies } from "../../../automation/policies/listed.ts";
import { policyPages } from "../../../automation/policies/pages.ts";
import { exemptionText, settingsText } from "../../../automation/policies/words.ts";
import { packs } from "../../../policies/catalogue.ts";
import { FRAMEWORKS } from "../../../policies/core/frameworks.ts";
import { readPolicySettings } from "../../../policies/core/settings.ts";
import { syntaxProblems } from "./example-support.ts";

const pages = policyPages(packs);
const policies = listedPolicies(listedPacks(packs));

/** A page's headings, by what a link to each ends with, as GitHub makes it. */
function anchorsOf(page: string): string[] {
  const text = page.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** The targets of a page's links. */
function linksOf(page: string): string[] {
  return [...page.matchAll(/(?<!\\)\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

test("every policy has a heading of its own, once, on the page of its pack", () => {
  expect([...pages.keys()]).toEqual([...listedPacks(packs).map(({ name }) => `${name}.md`), "frameworks.md"]);
  for (const { id, pack, title } of policies) {
    const page = pages.get(`${pack}.md`) ?? "";
    expect(anchorsOf(page).filter((anchor) => anchor === id)).toEqual([id]);
    expect(page.replaceAll("\\", "")).toContain(title);
    const others = [...pages].filter(([name]) => name !== `${pack}.md`);
    expect(others.filter(([, text]) => anchorsOf(text).includes(id))).toEqual([]);
  }
});

test("every link of the pages leads somewhere", () => {
  for (const [name, page] of pages) {
    for (const link of linksOf(page)) {
      const [file = "", anchor] = link.split("#");
      if (link.startsWith("https://")) continue;
      if (file === "../policies.md") {
        expect(readFileSync("docs/policies.md", "utf8")).not.toBe("");
        continue;
      }
      const target = file === "" ? page : pages.get(file);
      expect(target, `${name}: ${link}`).toBeDefined();
      expect(anchorsOf(target ?? ""), `${name}: ${link}`).toContain(anchor);
    }
  }
});

test("each page begins with a table of what is on it", () => {
  for (const { name } of packs) {
    const page = pages.get(`${name}.md`) ?? "";
    const [contents = ""] = page.split("\n## ");
    const listed = [...contents.matchAll(/^\| \[`([^`]+)`\]\(#([^)]+)\)/gm)].map(([, id, anchor]) => [
      id,
      anchor,
    ]);
    const own = policies.filter(({ pack }) => pack === name);
    expect(listed).toEqual(own.map(({ id }) => [id, id]));
  }
});

test("from every control that a policy names the page of frameworks leads to it", () => {
  const page = pages.get("frameworks.md") ?? "";
  for (const [framework, { url }] of Object.entries(FRAMEWORKS)) {
    const naming = policies.filter(({ frameworks }) => Object.hasOwn(frameworks, framework));
    if (naming.length === 0) continue;
    const section = page.split("\n## ").find((each) => each.startsWith(`${framework}\n`)) ?? "";
    expect(section).toContain(url);
    for (const { id, pack, frameworks } of naming) {
      for (const control of frameworks[framework as keyof typeof FRAMEWORKS] ?? []) {
        const [row = ""] = section.split("\n").filter((line) => line.startsWith(`| ${control} |`));
        expect(row, `${control} ${id}`).toContain(`[\`${id}\`](${pack}.md#${id})`);
      }
    }
  }
});

test("every example is a text of its language, whole", () => {
  for (const { id, example } of policies) {
    if (example === undefined) continue;
    if ("yaml" in example) {
      const documents = parseAllDocuments(example.yaml);
      const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
      expect(
        problems.map(({ message }) => message),
        id,
      ).toEqual([]);
      expect(
        documents.map((document) => typeof document.toJS()),
        id,
      ).toEqual(documents.map(() => "object"));
      expect(documents.length, id).toBeGreaterThan(0);
    } else {
      expect(syntaxProblems(example.typescript), id).toEqual([]);
    }
  }
});

test("every block of code of the pages is closed, and yaml in it parses", () => {
  for (const [name, page] of pages) {
    const blocks = [...page.matchAll(/^(`{3,})(\w+)\n([\s\S]*?)^\1$/gm)];
    expect([...page.matchAll(/^`{3,}/gm)].length, name).toBe(2 * blocks.length);
    for (const [, , language, text = ""] of blocks) {
      if (language !== "yaml") continue;
      const problems = parseAllDocuments(text).flatMap(({ errors }) => errors);
      expect(
        problems.map(({ message }) => message),
        `${name}: ${text}`,
      ).toEqual([]);
    }
  }
});

test("what is shown to be put into a stack file is what is read from one", () => {
  for (const policy of policies.filter(({ pack }) => pack !== "exemptions")) {
    const texts = [exemptionText(policy), ...(policy.settings.length === 0 ? [] : [settingsText(policy)])];
    for (const text of texts) {
      const { config } = parse(text) as { config: Record<string, unknown> };
      const read = readPolicySettings(config["slipway:policies"], packs, "2026-12-01");
      expect(read.problems, policy.id).toBeUndefined();
    }
    expect(policy.settings.map(({ description }) => description)).not.toContain("");
  }
});

test("the published pages are those that `slipway policies docs` writes", () => {
  const folder = new URL("../../../docs/policies/", import.meta.url);
  for (const [file, text] of policyPages(packs)) {
    expect(readFileSync(new URL(file, folder), "utf8") === text, `docs/policies/${file} is out of date`).toBe(
      true,
    );
  }
});
