import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildKey } from "../../../sandbox/engine/cache.ts";
import { ensureTool, findTool, type GoTool } from "../../../sandbox/engine/tool.ts";

const source = new URL("../../../sandbox/compose/loader/main.go", import.meta.url).pathname;

const tool: GoTool = {
  what: "A thing",
  version: "1.0.0",
  cache: "things",
  file: "thing",
  program: {
    name: "A thing 1.0.0",
    sources: [source],
    package: ".",
    flags: ["-trimpath"],
    packages: 1,
    duration: "a moment",
    neededBytes: 1,
    keptBytes: 1,
  },
};

test("a tool is found in the cache by its version, its sources and its flags, and not built again", async () => {
  const cache = mkdtempSync(join(tmpdir(), "slipway-tool-"));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  // No Go on this path: whoever builds fails.
  const env = { SLIPWAY_CACHE: cache, PATH: cache };
  expect(await findTool(tool, env)).toBeUndefined();

  const key = buildKey([readFileSync(source, "utf8")], "1.0.0", undefined, ["-trimpath"]);
  const bin = join(cache, "things", `built-1.0.0-${key}`, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "thing"), "#!/bin/sh\n");
  expect(await findTool(tool, env)).toBeUndefined();
  await chmod(join(bin, "thing"), 0o755);
  expect(await findTool(tool, env)).toBe(join(bin, "thing"));

  const said: string[] = [];
  const report = (message: string) => void said.push(message);
  expect(await ensureTool(tool, { report, env })).toBe(join(bin, "thing"));
  expect(said).toEqual([]);
  expect(await findTool({ ...tool, version: "1.0.1" }, env)).toBeUndefined();
  expect(await findTool({ ...tool, program: { ...tool.program, flags: ["-race"] } }, env)).toBeUndefined();
});

test("a tool that can't be built is named, with what helps", async () => {
  const cache = mkdtempSync(join(tmpdir(), "slipway-tool-"));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  // More than any disk has: refused before Go is looked for.
  const huge: GoTool = { ...tool, program: { ...tool.program, neededBytes: 1e18 } };
  await expect(ensureTool(huge, { report: () => {}, env: { SLIPWAY_CACHE: cache } })).rejects.toThrow(
    /^A thing could not be built\..*needs .* of disk/s,
  );
});
