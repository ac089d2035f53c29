import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { announce, hostOf } from "../../../automation/smoke/target.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { prometheusFiles } from "../../../sandbox/prometheus/run.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-root-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const RUNNER = { stack: "sandbox", environment: "sandbox", system: "ethixai", host: "127.0.0.1:9464" };

/** Every file of targets, by its name. */
function targets(): Record<string, unknown> {
  const folder = prometheusFiles(sandboxPaths(root).prometheus).targets;
  const names = readdirSync(folder);
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]),
  );
}

const named = (host: string) => [
  { targets: [host], labels: { instance: "smoke-sandbox", environment: "sandbox", system: "ethixai" } },
];

test("EA-16 a runner of the sandbox is a target until it takes that back, each stack's by itself", async () => {
  const withdraw = await announce(root, RUNNER);
  const other = await announce(root, { ...RUNNER, stack: "production", environment: "production" });
  expect(targets()).toEqual({
    "sandbox.ethixai.smoke.json": named("127.0.0.1:9464"),
    "production.ethixai.smoke.json": [
      {
        targets: ["127.0.0.1:9464"],
        labels: { instance: "smoke-production", environment: "production", system: "ethixai" },
      },
    ],
  });
  await withdraw();
  expect(Object.keys(targets())).toEqual(["production.ethixai.smoke.json"]);
  await other();
  expect(targets()).toEqual({});
});

test("a second runner of a stack takes the first one's place, which the first leaves to it", async () => {
  const first = await announce(root, RUNNER);
  const second = await announce(root, { ...RUNNER, host: "127.0.0.1:9465" });
  await first();
  expect(targets()).toEqual({ "sandbox.ethixai.smoke.json": named("127.0.0.1:9465") });
  await second();
  await second();
  expect(targets()).toEqual({});
});

test.each([
  ["127.0.0.1", "127.0.0.1:9464"],
  ["0.0.0.0", "127.0.0.1:9464"],
  ["::", "[::1]:9464"],
  ["::1", "[::1]:9464"],
  ["10.0.0.7", "10.0.0.7:9464"],
])("what listens at %s is reached at %s", (address, host) => {
  expect(hostOf(address, 9464)).toBe(host);
});
