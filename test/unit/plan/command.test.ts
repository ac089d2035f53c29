import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const repository = new URL("../../../", import.meta.url);
const sdk = pathToFileURL(createRequire(import.meta.url).resolve("@pulumi/pulumi")).href;
const header = `import * as pulumi from "${sdk}";\n`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-plan-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.mjs\n");
  writeFileSync(join(root, "Pulumi.dev.yaml"), "config:\n  shop:name: corner\n");
  // The command as it is, for another project than this checkout.
  const main = new URL("automation/main.ts", repository).href;
  writeFileSync(
    join(root, "slipway.mjs"),
    `import { enableCompileCache } from "node:module";\nenableCompileCache();\nconst { main } = await import("${main}");\nawait main(${JSON.stringify(root)}, process.argv);\n`,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs `slipway plan` on a program, in a process of its own and from another folder than the project's. */
function slipway(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(root, "index.mjs"), header + program);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "slipway.mjs"), "plan", ...args],
    {
      cwd: tmpdir(),
      env: { ...process.env, ...env },
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

const fine = `
export const name = new pulumi.Config().require("name");
export const later = new pulumi.CustomResource("other:index:Thing", "one", { address: undefined, size: 1 }).address;
`;
const key = `new pulumi.CustomResource("gcp:serviceaccount/key:Key", "key", { serviceAccountId: "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com" });`;

describe("slipway plan ends with", () => {
  test("0 where nothing stops the plan, and prints it", () => {
    const { status, stdout, stderr } = slipway(fine, ["--stack", "dev"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("└─ one other:Thing\n");
    expect(stdout).toMatch(
      /\nshop\/dev: 1 resource; \d+ policies asked; held: .*\nnothing stops this from being deployed\n$/,
    );
    expect(status).toBe(0);
  });

  test("3 where a mandatory policy is violated, after printing", () => {
    const { status, stdout } = slipway(key, ["--stack", "dev", "--format", "json"]);
    const plan = JSON.parse(stdout);
    expect(plan.policy.results.map(({ policy }: { policy: string }) => policy)).toContain(
      "no-service-account-key",
    );
    expect(status).toBe(3);
  });

  test("1 where the program fails, with its message alone", () => {
    const { status, stdout, stderr } = slipway('throw new pulumi.RunError("`region` is not one");', [
      "--stack",
      "dev",
    ]);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: "`region` is not one\n" });
  });

  test("1 where an input is wrong, naming component, resource and path", () => {
    const program = `
      const box = new pulumi.ComponentResource("shop:index:Box", "corner");
      new pulumi.CustomResource("gcp:storage/bucket:Bucket", "goods", { location: "US", lifecycleRule: [] }, { parent: box });`;
    const { status, stderr } = slipway(program, ["--stack", "dev"]);
    expect(stderr).toContain(
      "one resource can't be made as declared:\n  corner / goods (gcp:storage/bucket:Bucket)\n    lifecycleRule: unknown field; did you mean `lifecycleRules`?\n",
    );
    expect(status).toBe(1);
  });

  test("1 where the program has a fault of its own; SLIPWAY_TRACE=1 shows where", () => {
    const program = "function faulty() { return undefined.size; }\nfaulty();\n";
    const { status, stderr } = slipway(program, ["--stack", "dev"]);
    expect(stderr).toMatch(
      /^the program failed with TypeError: .* \(SLIPWAY_TRACE=1 shows where it was raised\)\n$/,
    );
    expect(status).toBe(1);
    const traced = slipway(program, ["--stack", "dev"], { SLIPWAY_TRACE: "1" });
    expect(traced.stderr).toMatch(/at faulty \(.*index\.mjs:2:\d+\)/);
  });

  test("1, and not silently 0, where the program waits for ever", () => {
    const forever = slipway(
      'new pulumi.CustomResource("other:index:Thing", "one", { input: new Promise(() => {}) });',
      ["--stack", "dev"],
    );
    expect(forever.stderr).toContain(
      'the program waits for something that never comes:\n  "one" (other:index:Thing) waits for its input `input`',
    );
    expect(forever.status).toBe(1);
    const awaited = slipway("await new Promise(() => {});", ["--stack", "dev"]);
    expect(awaited.stderr).toContain("a promise that the program awaits");
    expect(awaited.status).toBe(1);
  });

  test("2 where it is called wrongly", () => {
    for (const [args, message] of [
      [[], "required option '-s, --stack <name>' not specified"],
      [["--stack", "dev", "--format", "pdf"], "Allowed choices are text, json, markdown, sarif, junit, html"],
      [["--stack", "live"], 'there is no stack "live"'],
    ] as const) {
      const { status, stdout, stderr } = slipway(fine, args);
      expect(stderr).toContain(message);
      expect(stdout).toBe("");
      expect(status).toBe(2);
    }
  });
});

describe("--out", () => {
  test("writes the plan's files, whole, relative to where the command was called", () => {
    const out = join(root, "deep", "out");
    const { status, stdout } = slipway(fine, ["--stack", "dev", "--out", out, "--format", "markdown"]);
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "plan.html",
      "plan.md",
      "policy.json",
      "policy.junit.xml",
      "policy.sarif",
      "resources.json",
    ]);
    expect(readFileSync(join(out, "plan.md"), "utf8")).toBe(stdout);
    expect(JSON.parse(readFileSync(join(out, "resources.json"), "utf8"))).toHaveLength(2);
  });

  test("writes them also where a policy stops the plan, and nothing where the program fails", () => {
    const out = join(root, "out");
    expect(slipway("throw new pulumi.RunError('no');", ["--stack", "dev", "--out", out]).status).toBe(1);
    expect(existsSync(out)).toBe(false);
    expect(slipway(key, ["--stack", "dev", "--out", out]).status).toBe(3);
    expect(readdirSync(out)).toHaveLength(6);
  });
});

test("--against compares with the plan of another state of the program, and refuses what is none", () => {
  const base = join(root, "base.json");
  const { stdout } = slipway(fine, ["--stack", "dev", "--format", "json"]);
  writeFileSync(base, stdout);
  const larger = fine.replace("size: 1", "size: 2");
  const args = ["--stack", "dev", "--against", base];
  expect(slipway(fine, args).stdout).toContain("\nagainst the other plan: nothing changes\n");
  const { status, stdout: text } = slipway(larger, args);
  expect(text).toContain("  Updated\n    one (index.mjs:4)  · size: 1 → 2\n");
  expect(status).toBe(0);
  const wrong = slipway("throw new Error('not to be run');", ["--stack", "dev", "--against", root]);
  expect(wrong).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("there is no such file"),
  });
});

test("what the program prints is in the plan, not before it", () => {
  const { stdout } = slipway(`console.log("hello");${fine}`, ["--stack", "dev", "--format", "json"]);
  expect(JSON.parse(stdout).messages).toEqual([{ severity: "info", text: "hello" }]);
});

test("the program runs in its project's folder", () => {
  const { stdout } = slipway(
    'import { readFileSync } from "node:fs";\nexport const first = readFileSync("Pulumi.yaml", "utf8").slice(0, 10);',
    ["--stack", "dev", "--format", "json"],
  );
  expect(JSON.parse(stdout).outputs).toEqual({ first: "name: shop" });
});

test("what the program begins without waiting for it is planned too, as by Pulumi's language host", () => {
  const program = 'setTimeout(() => new pulumi.CustomResource("other:index:Thing", "late", {}), 20);';
  const { status, stdout } = slipway(program, ["--stack", "dev"]);
  expect(stdout).toContain("late other:Thing");
  expect(status).toBe(0);
  const failing = slipway('setTimeout(() => { throw new pulumi.RunError("too late"); }, 20);', [
    "--stack",
    "dev",
  ]);
  expect(failing).toEqual({ status: 1, stdout: "", stderr: "too late\n" });
});

test("a default export that is a function is called, and named ones beside it are refused", () => {
  const called = slipway("export default async () => ({ answer: 42 });", [
    "--stack",
    "dev",
    "--format",
    "json",
  ]);
  expect(JSON.parse(called.stdout).outputs).toEqual({ answer: 42 });
  const both = slipway("export default {};\nexport const one = 1;", ["--stack", "dev"]);
  expect(both.stderr).toContain("must have either a default export or named exports, not both");
  expect(both.status).toBe(1);
});

test("--help names formats, files and exit codes, and runs nothing", () => {
  const { status, stdout } = slipway("throw new Error('not to be run');", ["--help"]);
  expect(status).toBe(0);
  for (const word of [
    "text",
    "sarif",
    "resources.json",
    "Exit codes",
    "3  a mandatory policy is violated",
    "SLIPWAY_TRACE",
  ]) {
    expect(stdout).toContain(word);
  }
});
