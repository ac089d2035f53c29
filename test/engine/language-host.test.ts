import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, runs, testProject } from "./support.ts";

const program = `
import * as pulumi from "@pulumi/pulumi";
class Part extends pulumi.ComponentResource {
  constructor(name: string) {
    super("small:index:Part", name);
    this.registerOutputs({});
  }
}
new Part("one");
new Part("two");
const config = new pulumi.Config();
export const word = config.requireSecret("word");
export const known = config.get("plain");
export const isSecret = pulumi.isSecret(config.requireSecret("word"));
export const node = process.execPath;
`;

const pack = (level: string) => ({
  "pack/PulumiPolicy.yaml":
    "runtime: {name: nodejs, options: {typescript: false}}\nmain: index.ts\nversion: 1.0.0\n",
  "pack/package.json": '{"name": "pack", "version": "1.0.0", "type": "module", "main": "index.ts"}',
  "pack/index.ts": `
import { PolicyPack } from "@pulumi/policy";
new PolicyPack("pack", {
  policies: [{
    name: "no-two",
    description: "Nothing is called two.",
    enforcementLevel: "${level}",
    validateResource: (args, report) => {
      const word: string = args.name;
      if (word === "two") report("found " + word);
    },
  }],
});
`,
});

/** All lines of a stack trace look like this. */
const stackTrace = /^\s+at .+:\d+/m;

describe("a program on the language host", { timeout: 180_000 }, () => {
  test("is previewed under a policy pack, deployed, found unchanged, and destroyed", async () => {
    const { pulumi, folder, paths } = await testProject({ "index.ts": program, ...pack("advisory") });
    expect((await pulumi("config", "set", "--secret", "word", "swordfish")).code).toBe(0);
    expect((await pulumi("config", "set", "plain", "bread")).code).toBe(0);

    const preview = await pulumi("preview", "--policy-pack", "pack");
    expect(preview.text).toContain("found two");
    expect(preview.text).toContain("+ 3 to create");
    expect(preview.code).toBe(0);
    expect(preview.text).not.toContain("warning:");

    const up = await pulumi("up", "--yes", "--skip-preview");
    expect(up.text).toContain("+ 3 created");
    expect(up.text).not.toContain("swordfish");

    const outputs = JSON.parse((await pulumi("stack", "output", "--json", "--show-secrets")).text);
    expect(outputs).toEqual({ word: "swordfish", known: "bread", isSecret: true, node: process.execPath });
    const shown = JSON.parse((await pulumi("stack", "output", "--json")).text);
    expect(shown).toMatchObject({ word: "[secret]", known: "bread" });
    for (const file of await readdir(paths.state, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(await readFile(join(file.parentPath, file.name), "utf8")).not.toContain("swordfish");
    }
    expect(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8")).not.toContain("swordfish");

    expect((await pulumi("up", "--yes", "--skip-preview")).text).toContain("3 unchanged");
    const destroyed = await pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.text).toContain("- 3 deleted");
    expect(destroyed.code).toBe(0);
  });

  test("is stopped by a mandatory policy", async () => {
    const { pulumi } = await testProject({ "index.ts": program, ...pack("mandatory") });
    await pulumi("config", "set", "--secret", "word", "swordfish");
    const preview = await pulumi("preview", "--policy-pack", "pack");
    expect(preview.code).not.toBe(0);
    expect(preview.text).toMatch(/\[mandatory\]\s+no-two/);
  });

  test("that throws a RunError shows its message and nothing else", async () => {
    const { pulumi } = await testProject({
      "index.ts":
        'import { RunError } from "@pulumi/pulumi";\nthrow new RunError("the region is misspelt");\n',
    });
    const preview = await pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain("error: the region is misspelt");
    expect(preview.text).not.toMatch(stackTrace);
    expect(preview.text).not.toContain("unhandled exception");
    expect(preview.text).not.toContain("non-zero exit code");
  });

  test("that throws anything else shows where", async () => {
    const { pulumi } = await testProject({ "index.ts": 'throw new TypeError("not a number");\n' });
    const preview = await pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain("not a number");
    expect(preview.text).toMatch(stackTrace);
    expect(preview.text).not.toContain("non-zero exit code");
  });

  test("that exits by itself is an error with its code", async () => {
    const { pulumi } = await testProject({ "index.ts": "process.exit(3);\n" });
    const preview = await pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain("Program exited with non-zero exit code: 3");
  });

  test("that is killed is an error with the signal", async () => {
    const { pulumi } = await testProject({
      "index.ts": 'process.kill(process.pid, "SIGKILL");\nsetInterval(() => {}, 1000);\n',
    });
    const preview = await pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain("Program was ended by SIGKILL");
  });

  for (const signal of ["SIGKILL", "SIGINT"] as const) {
    test(`and its host end when the engine gets ${signal}`, async () => {
      const { start, folder } = await testProject({
        "index.ts": `
import { writeFileSync, renameSync } from "node:fs";
writeFileSync("pids.part", process.pid + " " + process.ppid);
renameSync("pids.part", "pids");
await new Promise((resolve) => setTimeout(resolve, 600_000));
`,
      });
      const engine = start("up", "--yes", "--skip-preview");
      const pids = await eventually(() =>
        readFile(join(folder, "pids"), "utf8").then(
          (text) => text.split(" ").map(Number),
          () => undefined,
        ),
      );
      expect(pids.map(runs)).toEqual([true, true]);
      engine.kill(signal);
      await eventually(() => (pids.some(runs) ? undefined : true));
    });
  }
});
