import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeRules } from "../../../sandbox/prometheus/rules.ts";
import { writeStackRules } from "../../../sandbox/prometheus/stack-rules.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "slipway-stack-rules-")), "prometheus");
});
afterEach(() => {
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const rule = (name: string) => `groups: [{name: g, rules: [{alert: ${name}, expr: vector(1)}]}]`;

/** Each file's text by its name. */
function written(): Record<string, string> {
  const rules = join(folder, "rules");
  return Object.fromEntries(
    readdirSync(rules).map((name) => [name, readFileSync(join(rules, name), "utf8")]),
  );
}

test("a stack's rules take the place of its own alone", async () => {
  await writeRules(folder, new Map([["mine.yaml", rule("Mine")]]));
  await writeStackRules(
    folder,
    "eu.west",
    new Map([
      ["ethixai", rule("A")],
      ["onesource", rule("B")],
    ]),
  );
  await writeStackRules(folder, "eu", new Map([["ethixai", rule("C")]]));
  expect(written()).toEqual({
    "mine.yaml": rule("Mine"),
    "eu.west.ethixai.rules.yaml": rule("A"),
    "eu.west.onesource.rules.yaml": rule("B"),
    "eu.ethixai.rules.yaml": rule("C"),
  });
  await writeStackRules(folder, "eu", new Map([["wcag", rule("D")]]));
  await writeStackRules(folder, "eu.west", new Map());
  expect(written()).toEqual({ "mine.yaml": rule("Mine"), "eu.wcag.rules.yaml": rule("D") });
});

test("two stacks that are deployed at once lose none of their rules", async () => {
  const stacks = ["a", "b", "c"];
  await Promise.all(stacks.map((stack) => writeStackRules(folder, stack, new Map([["shop", rule("R")]]))));
  expect(Object.keys(written()).sort()).toEqual(stacks.map((stack) => `${stack}.shop.rules.yaml`));
});
