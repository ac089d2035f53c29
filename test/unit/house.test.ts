import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { REGIONS } from "../../components/regions.ts";
import { checkInputs } from "../../sandbox/models/index.ts";

/** What each room may import of the others (docs: CONTRIBUTING.md). */
const MAY_IMPORT: Record<string, readonly string[]> = {
  components: [],
  policies: [],
  sandbox: [],
  systems: ["components"],
  ops: [],
  automation: ["components", "ops", "policies", "sandbox", "systems"],
};

/** The rooms that a file imports from. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const specifiers = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(
    ([, specifier]) => specifier ?? "",
  );
  return specifiers.map((specifier) => relative(".", join(dirname(file), specifier)).split("/")[0] ?? "");
}

describe.each(Object.entries(MAY_IMPORT))("%s", (room, allowed) => {
  const files = globSync(`${room}/**/*.{ts,mts}`, { exclude: (path) => /node_modules|dist/.test(path) });

  test("imports only what its place in the house allows", () => {
    expect(files.length).toBeGreaterThan(3);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => target !== room && !allowed.includes(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("has no file that can't be read in one sitting", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > 400);
    expect(long).toEqual([]);
  });
});

test("every region that a stack may name is one that the sandbox knows", () => {
  const refused = (region: string) =>
    checkInputs("gcp:compute/subnetwork:Subnetwork", { network: "n", ipCidrRange: "10.0.0.0/22", region })
      .length > 0;
  expect(REGIONS.filter(refused)).toEqual([]);
  expect(refused("mars-1")).toBe(true);
});
