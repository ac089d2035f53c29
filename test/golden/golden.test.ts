import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { EXIT } from "../../automation/exit.ts";
import { stacksIn } from "../../automation/plan/project.ts";
import { differences } from "./difference.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-golden-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stacks = stacksIn(root);
const rewrite = "If that is meant, `npm run golden` rewrites the golden files.";

function golden(stack: string): string {
  return readFileSync(join(root, "test", "golden", stack, "resources.json"), "utf8");
}

describe("golden files", () => {
  test("there is one of every stack, and none of another", () => {
    const folders = readdirSync(join(root, "test", "golden"), { withFileTypes: true });
    expect(
      folders
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
      rewrite,
    ).toEqual(stacks);
  });

  test.for(stacks)("%s is planned as its golden file says", { timeout: 60_000 }, async (stack) => {
    const out = join(folder, stack);
    const command = ["automation/cli.ts", "plan", "--stack", stack, "--format", "sarif", "--out", out];
    // A stack that a policy stops is still planned, and its golden file is still what it is.
    await promisify(execFile)(process.execPath, command, { cwd: root, maxBuffer: 2 ** 26 }).catch((error) => {
      if (error.code !== EXIT.policy) throw error;
    });
    const planned = readFileSync(join(out, "resources.json"), "utf8");
    const different = differences(JSON.parse(golden(stack)), JSON.parse(planned));
    expect(
      different,
      `${stack} is no longer planned as before:\n${different.join("\n")}\n${rewrite}`,
    ).toEqual([]);
    expect(planned === golden(stack), `the text of ${stack}'s plan differs. ${rewrite}`).toBe(true);
  });

  test.for(stacks)("%s has no golden secret, address of this machine, or date", (stack) => {
    const text = golden(stack);
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/\b20\d\d-\d\d-\d\dT/);
    expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
  });
});

describe("differences", () => {
  const resource = (name: string, inputs = {}) => ({
    urn: `urn:${name}`,
    type: "t",
    name,
    parent: null,
    inputs,
    dependencies: [],
    options: {},
  });

  test("names what came, went and changed", () => {
    const before = [resource("a", { size: 1, list: [1, 2] }), resource("b"), resource("same", { x: 1 })];
    const after = [
      resource("a", { size: 2, list: [1], extra: true }),
      resource("c"),
      resource("same", { x: 1 }),
    ];
    expect(differences(before, after)).toEqual([
      "~ urn:a",
      "    inputs.size: 1 → 2",
      "    inputs.list[1]: 2 → nothing",
      "    inputs.extra: nothing → true",
      "- urn:b",
      "+ urn:c",
    ]);
  });

  test("notices another order of keys", () => {
    expect(differences([resource("a", { x: 1, y: 2 })], [resource("a", { y: 2, x: 1 })])).toEqual([
      "~ urn:a",
      "    inputs: the order of its keys changed",
    ]);
  });
});
