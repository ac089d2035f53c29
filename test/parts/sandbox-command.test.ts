import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registerSandbox } from "../../automation/commands/sandbox.ts";
import { startCloud, stopCloud } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { service } from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-root-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stopCloud(sandboxPaths(root).cloud);
  rmSync(root, { recursive: true, force: true });
});

/** Runs `slipway sandbox …` and gives what it prints on standard output. */
async function sandbox(...argv: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  const program = new Command("slipway").exitOverride();
  registerSandbox(program, root);
  await program.parseAsync(["node", "slipway", "sandbox", ...argv]);
  return lines.join("\n");
}

test("status tells what runs, where it answers and how traffic is split", async () => {
  expect(await sandbox("status")).toContain("Start it with `slipway sandbox start`.");
  expect(JSON.parse(await sandbox("status", "--json"))).toEqual({ running: false });
  expect(await sandbox("start")).toContain("No service yet.");
  const cloud = await startCloud(sandboxPaths(root).cloud);
  const first = await cloud.putService(service());
  const second = await cloud.putService(
    service({
      template: { image: "us-docker.pkg.dev/p/r/app:7" },
      traffic: [
        { target: { revision: first.latestReadyRevision }, percent: 90 },
        { target: "latest", percent: 10, tag: "canary" },
      ],
    }),
  );
  const lines = (await sandbox("status"))
    .split("\n")
    .map((line) => line.split(/\s{2,}/).filter((cell) => cell !== ""));
  expect(lines).toContainEqual([
    "STACK",
    "SERVICE",
    "ADDRESS",
    "REVISION",
    "WEIGHT",
    "READY",
    "RESTARTS",
    "IMAGE",
  ]);
  expect(lines).toContainEqual([
    "sandbox",
    "api",
    first.url,
    first.latestReadyRevision,
    "90 %",
    "1/1",
    "0",
    "sandbox/demo:1.0.0",
  ]);
  expect(lines).toContainEqual([
    `${second.latestReadyRevision} (canary ${second.tagUrls.canary})`,
    "10 %",
    "1/1",
    "0",
    "us-docker.pkg.dev/p/r/app:7 (sandbox/demo:1.0.0 stands in)",
  ]);
});

test("load asks a service by its name or by a tag, and tells what came back", async () => {
  const cloud = await startCloud(sandboxPaths(root).cloud);
  const { latestReadyRevision } = await cloud.putService(
    service({ traffic: [{ target: "latest", percent: 100, tag: "next" }] }),
  );
  const rate = ["--rps", "40", "--seconds", "0.5"];
  const summary = JSON.parse(await sandbox("load", "api", ...rate, "--path", "/a", "/b", "--json"));
  expect(summary).toMatchObject({ sent: 20, failed: 0, byStatus: { 200: 20 } });
  expect(summary.byRevision).toEqual({ [latestReadyRevision]: 20 });
  expect(await sandbox("load", "api", ...rate, "--tag", "next")).toContain("200: 20 (100.0 %)");
  await expect(sandbox("load", "api", "--tag", "nope")).rejects.toThrow(
    'service "api" has no tag "nope". It has: next.',
  );
  await expect(sandbox("load", "nope")).rejects.toThrow(
    'the local cloud has no service "nope". It has: api.',
  );
  await expect(sandbox("load", "http://example.com/")).rejects.toThrow("is not on this machine");
  await expect(sandbox("load", "api", "--rps", "0")).rejects.toThrow("Use a number above 0.");
});

test("stop ends the cloud, and says when there was none", async () => {
  await startCloud(sandboxPaths(root).cloud);
  expect(JSON.parse(await sandbox("stop", "--json"))).toEqual({ stopped: true });
  expect(await sandbox("stop")).toBe("The local cloud was not running.");
});

test("reset deletes the sandbox only when it is told to, and not under a deployment's feet", async () => {
  const paths = sandboxPaths(root);
  await startCloud(paths.cloud);
  mkdirSync(paths.state, { recursive: true });
  writeFileSync(paths.passphrase, "passphrase");
  await expect(sandbox("reset")).rejects.toThrow("asks first, which it can't here: add --yes.");
  const lock = join(paths.folder, "project", "sandbox.lock");
  mkdirSync(lock, { recursive: true });
  await expect(sandbox("reset", "--yes")).rejects.toThrow(
    'a run works on the stack "sandbox" in this sandbox',
  );
  expect(existsSync(paths.passphrase)).toBe(true);
  rmSync(lock, { recursive: true });
  expect(await sandbox("reset", "--yes")).toBe(`Deleted ${paths.folder}. Begin anew with npm start.`);
  expect(existsSync(paths.folder)).toBe(false);
});
