import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { buildKey, sourceFile } from "../../../sandbox/engine/cache.ts";
import { engineVersion } from "../../../sandbox/engine/index.ts";

const base = {
  sources: ["module a", "sum", "import"],
  version: "3.259.0",
  platform: "linux-x64",
  flags: ["-trimpath"],
};
const key = (change: Partial<typeof base>) => {
  const { sources, version, platform, flags } = { ...base, ...change };
  return buildKey(sources, version, platform, flags);
};

test("the same sources, version, platform and flags have the same key", () => {
  expect(key({})).toBe(key({}));
  expect(key({})).toMatch(/^[0-9a-f]{12}$/);
});

test.each([
  ["a source", { sources: ["module b", "sum", "import"] }],
  ["text moved from one source to the next", { sources: ["module asum", "", "import"] }],
  ["the version", { version: "3.260.0" }],
  ["the platform", { platform: "darwin-arm64" }],
  ["a flag", { flags: ["-trimpath", "-race"] }],
])("%s changes the key", (_what, change) => {
  expect(key(change)).not.toBe(key({}));
});

test("go.mod pins the version that is built, and go.sum has its checksum", async () => {
  expect(await readFile(sourceFile("go.mod"), "utf8")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${engineVersion}`,
  );
  expect(await readFile(sourceFile("go.sum"), "utf8")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${engineVersion} h1:`,
  );
});
