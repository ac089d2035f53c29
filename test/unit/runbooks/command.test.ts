import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "slipway-runbooks-"));
const shown = relative(root, out);

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Runs the command, which plans in a process of its own. */
function runbooks(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const cli = join(root, "automation/cli.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, "runbooks", ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr: stderr.replace(/^planning .*\n/gm, "") }),
    );
  });
}

const staging = ["--stack", "staging", "--out", out];
const at = (page: string) => join(out, page);
const read = (page: string) => readFileSync(at(page), "utf8");

test("OS-10 writes every page, names those that are not as they would be, and touches only its own", async () => {
  const written = await runbooks(...staging);
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ pages in /) });
  expect(read("onesource/redis.md")).toContain(
    'npx slipway flags set CONV_STORE_PRIMARY=mongo --stack staging --reason "Redis is down" --yes',
  );
  const page = read("acgs/gates.md");
  writeFileSync(at("acgs/gates.md"), page.replace("Gates", "Doors"));
  writeFileSync(at("acgs/former.md"), page);
  writeFileSync(at("acgs/own.md"), "# Somebody's own");
  rmSync(at("wcag/README.md"));

  expect(await runbooks(...staging, "--check")).toEqual({
    code: 1,
    stdout: "",
    stderr: [
      `${shown}/acgs/gates.md is out of date`,
      `${shown}/wcag/README.md is missing`,
      `${shown}/acgs/former.md is no longer generated`,
      `Write them again: npx slipway runbooks --stack staging --out ${out}`,
      "",
    ].join("\n"),
  });
  expect(existsSync(at("wcag/README.md"))).toBe(false);

  rmSync(at("acgs/former.md"));
  expect(await runbooks(...staging)).toMatchObject({ code: 0, stdout: written.stdout });
  expect(read("acgs/gates.md")).toBe(page);
  expect(read("acgs/own.md")).toBe("# Somebody's own");
  expect(await runbooks(...staging, "--check")).toMatchObject({
    code: 0,
    stdout: written.stdout.replace("\n", " are up to date\n"),
  });
}, 120_000);

test("a stack that isn't there is a wrong call, and is said with those that are", async () => {
  const { code, stderr } = await runbooks("--stack", "nope");
  expect(code).toBe(2);
  expect(stderr).toMatch(/no stack "nope".*production, sandbox, staging/);
}, 60_000);
