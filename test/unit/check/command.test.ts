import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSources } from "../../../automation/check/sources.ts";
import { GOOD, SERVICE } from "../policies/kubernetes-support.ts";
import { changed } from "../policies/support.ts";
import { checked, yamlOf } from "./support.ts";

const cli = fileURLToPath(new URL("../../../automation/cli.ts", import.meta.url));
const good = yamlOf(...GOOD);
const open = yamlOf(changed(SERVICE, "spec.type", "LoadBalancer"));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-check-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

/** Runs `slipway check` in the folder. */
function slipway(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "check", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

test("--out leaves everything else in its folder as it is", () => {
  const listed = `${createHash("sha256").update(good).digest("hex")}  kubernetes/app.yaml\n`;
  write({ "out/kubernetes/app.yaml": good, "out/.slipway-files": listed, "out/plan.md": "a plan" });
  expect(slipway(["out", "--out", "out"]).status).toBe(0);
  expect(readdirSync(join(folder, "out"), { recursive: true }).sort()).toEqual([
    ".slipway-files",
    "check.html",
    "check.md",
    "kubernetes",
    "kubernetes/app.yaml",
    "plan.md",
    "policy.json",
    "policy.junit.xml",
    "policy.sarif",
  ]);
});

describe("slipway check ends with", () => {
  test("0 where nothing stops a deployment, from a folder, all the way down", () => {
    write({ "k8s/base/app.yaml": good, "k8s/values.yaml": "a: 1\n", "k8s/.git/x.yaml": "a: b: c\n" });
    const { status, stdout, stderr } = slipway(["k8s"]);
    expect(stderr).toBe("");
    expect(stdout.replace(/\d+ policies/, "all policies")).toMatch(
      new RegExp(
        `\n {2}left out, since there is no object of Kubernetes in them: k8s/values\\.yaml\n\nk8s: ${GOOD.length} objects in 1 file; all policies asked; held: .*\nnothing stops this from being deployed\n$`,
      ),
    );
    expect(status).toBe(0);
  });

  test("3 where a mandatory policy is violated; the files are written as well", () => {
    write({ "app.yaml": open });
    const { status, stdout } = slipway(["app.yaml", "--out", "out/deep"]);
    expect(stdout).toContain('- Service shop/api (app.yaml:12:3): spec.type is "LoadBalancer"');
    expect(status).toBe(3);
    expect(readdirSync(join(folder, "out/deep")).sort()).toEqual([
      "check.html",
      "check.md",
      "policy.json",
      "policy.junit.xml",
      "policy.sarif",
    ]);
    const policy = JSON.parse(readFileSync(join(folder, "out/deep/policy.json"), "utf8"));
    expect(policy).toMatchObject({ checked: ["app.yaml"], totals: { blocking: 1 } });
    expect(policy.results[0]).toMatchObject({ policy: "ingress-behind-edge", file: "app.yaml", line: 12 });
  });

  test("1 where the input can't be read, with all of it, and nothing on standard output", () => {
    write({ "a.yaml": "a: b: c\n", "b.yaml": Uint8Array.of(0xff, 0xd8, 0xff), "c.yaml": open });
    const { status, stdout, stderr } = slipway([".", "--format", "json"]);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "a.yaml:1:4: is no YAML: Nested mappings are not allowed in compact mappings\nb.yaml: is no text in UTF-8 or UTF-16\n",
    });
  });

  test.each([
    [[], "missing required argument 'file'"],
    [["no.yaml", "nor.yaml"], 'there is no file or folder "no.yaml", "nor.yaml"; "-" reads standard input'],
    [["-", "--format", "pdf"], "Allowed choices are text, json, markdown, sarif, junit, html"],
    [["-", "--environment", "Prod 1"], '--environment "Prod 1" is no name of one'],
  ])("2 where it is called wrongly: %j", (args, message) => {
    const { status, stdout, stderr } = slipway(args, good);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

test("standard input is read, together with files", () => {
  write({ "app.yaml": yamlOf(GOOD[0]) });
  const { status, stdout } = slipway(["-", "app.yaml", "--format", "json"], yamlOf(...GOOD.slice(1)));
  expect(JSON.parse(stdout).counts).toEqual({ files: 2, objects: GOOD.length, stacks: 0 });
  expect(status).toBe(0);
});

test("--environment is what manifests are for", () => {
  const one = yamlOf(changed(GOOD[3] as object, "metadata.annotations", undefined));
  const evaluated = (...args: string[]) =>
    JSON.parse(slipway(["-", "--format", "json", ...args], one).stdout).policy.results.map(
      ({ policy }: { policy: string }) => policy,
    );
  expect(evaluated()).toContain("two-instances-in-production");
  expect(evaluated("--environment", "staging")).not.toContain("two-instances-in-production");
});

test("--help names formats, files and exit codes, with examples", () => {
  const { status, stdout } = slipway(["--help"]);
  expect(status).toBe(0);
  for (const word of [
    "sarif",
    "policy.sarif",
    "Exit codes",
    "kustomize build",
    "helm template",
    "pulumi stack export",
  ])
    expect(stdout).toContain(word);
});

test("work that takes long says that it goes on, to standard error", async () => {
  const child = spawn(process.execPath, [cli, "check", "-"], { cwd: folder, stdio: "pipe" });
  let [told, printed] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (told === "") child.stdin.end(good);
    told += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(told).toBe("checking: 2 s\n");
  expect(printed).toContain(`stdin: ${GOOD.length} objects in 1 file`);
  expect(code).toBe(0);
}, 30_000);

test("a large input leaves others their turn", async () => {
  const services = (count: number) =>
    yamlOf(...Array.from({ length: count }, (_, index) => ({ ...SERVICE, metadata: { name: `s${index}` } })));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const result = await checked(services(5000));
  clearInterval(timer);
  expect(result.counts.objects).toBe(5000);
  expect(turns).toBeGreaterThan(3);
});

describe("reading files", () => {
  test("a byte-order mark says how a text is encoded; PowerShell writes UTF-16", async () => {
    const utf16 = Buffer.from(`\uFEFF${open}`, "utf16le");
    write({ "le.yaml": utf16, "be.yaml": Buffer.from(utf16).swap16(), "utf8.yaml": `\uFEFF${open}` });
    const { sources, problems } = await readSources([folder]);
    expect(problems).toEqual([]);
    expect(sources.map(({ text }) => text)).toEqual([open, open, open]);
  });

  test("a file counts once, however it is named; what is named is not left out", async () => {
    write({ "a.yaml": open, "sub/b.yml": open, "sub/c.txt": open, "sub/node_modules/d.yaml": open });
    symlinkSync(join(folder, "a.yaml"), join(folder, "sub", "link.yaml"));
    symlinkSync(folder, join(folder, "sub", "loop"));
    symlinkSync(join(folder, "gone.yaml"), join(folder, "sub", "broken.yaml"));
    const { sources } = await readSources([
      folder,
      join(folder, "sub", "b.yml"),
      join(folder, "sub", "c.txt"),
    ]);
    expect(sources.map(({ file, named }) => [file.slice(folder.length + 1), named])).toEqual([
      ["a.yaml", false],
      ["sub/b.yml", true],
      ["sub/c.txt", true],
    ]);
  });

  test("what may not be read is a problem of the input", async () => {
    write({ "a.yaml": open });
    chmodSync(join(folder, "a.yaml"), 0);
    const { problems } = await readSources([folder]);
    // Who may do everything may read it.
    expect(problems.map(({ message }) => message)).toEqual(
      process.getuid?.() === 0 ? [] : ["can't be read: permission denied"],
    );
  });

  test("standard input that is a terminal is no input", async () => {
    const terminal = Object.assign(process.stdin, {}) as NodeJS.ReadStream;
    const pretended = new Proxy(terminal, {
      get: (target, key) => (key === "isTTY" ? true : Reflect.get(target, key)),
    });
    await expect(readSources(["-"], pretended)).rejects.toThrow(
      '"-" reads standard input, and nothing is piped there',
    );
  });
});
