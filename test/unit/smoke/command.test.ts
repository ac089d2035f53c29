import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { registerSmoke } from "../../../automation/commands/smoke.ts";
import { countSamples } from "../../../ops/smoke/prometheus.ts";
import { captureOutput, type Output } from "../../support/output.ts";
import { answers, type Backend, startBackend } from "./support.ts";

let root: string;
let backend: Backend;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "slipway-root-"));
  backend = await startBackend();
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await backend.close();
  rmSync(root, { recursive: true, force: true });
});

let output: Output;

/** Runs `slipway smoke …`: its exit code and what it prints. */
async function smoke(...argv: string[]): Promise<{ code: unknown; out: string }> {
  output = captureOutput();
  const program = new Command("slipway").exitOverride();
  registerSmoke(program, root);
  await program.parseAsync(["node", "slipway", "smoke", ...argv]);
  return { code: process.exitCode, out: output.out };
}

test("EA-11 one run: a line for each test, 0 where all passed and 1 where one did not", async () => {
  const { code, out } = await smoke("--url", backend.url.href);
  expect(code).toBe(0);
  expect(out.match(/^✓ /gm)).toHaveLength(8);
  backend.misbehave("GET /metrics", answers(404));
  const failed = await smoke("--url", backend.url.href);
  expect(failed.code).toBe(1);
  expect(failed.out).toContain("✗ metrics    GET /metrics answered 404, expected 200\n");
});

test("--json prints the report, --only what is named and what that needs", async () => {
  const { out } = await smoke("--url", backend.url.href, "--json", "--only", "upload", "liveness");
  const { tests, ...report } = JSON.parse(out);
  expect(report).toMatchObject({ schemaVersion: 1, url: backend.url.href, passed: true });
  expect(tests.map(({ name }: { name: string }) => name)).toEqual([
    "liveness",
    "register",
    "login",
    "upload",
  ]);
});

describe("EA-11 --every", () => {
  const only = ["--only", "liveness", "--every", "1 s"];

  test("ends with 1 when three runs in a row failed, and prints each run's line", async () => {
    backend.misbehave("GET /health/liveness", answers(503));
    const { code, out } = await smoke("--url", backend.url.href, ...only, "--json");
    expect(code).toBe(1);
    const reports = out.trimEnd().split("\n");
    expect(reports.map((line) => JSON.parse(line).passed)).toEqual([false, false, false]);
    expect(output.said).toContain("3 runs in a row failed\n");
  });

  test("goes on with --metrics-port, tells Prometheus, and ends with 130 when it is interrupted", async () => {
    backend.misbehave("GET /health/liveness", answers(503));
    const ended = smoke("--url", backend.url.href, ...only, "--metrics-port", "0");
    const metrics = async () => {
      const url = /http:\S+/.exec(output.said)?.[0];
      return url === undefined ? "" : await (await fetch(url)).text();
    };
    await expect.poll(metrics, { timeout: 10_000 }).toContain("\nsmoke_consecutive_failures 4\n");
    const text = await metrics();
    expect(text).toContain('\nsmoke_test_failures_total{test="liveness"} 4\n');
    expect(countSamples(text)).toBeGreaterThan(0);
    process.emit("SIGTERM");
    expect((await ended).code).toBe(130);
    await expect(metrics()).rejects.toThrow();
  });

  test("says when the metrics' address is taken", async () => {
    const args = [...only, "--metrics-port", backend.url.port];
    await expect(smoke("--url", backend.url.href, ...args)).rejects.toThrow(
      /^metrics can't be served at 127\.0\.0\.1, port \d+: .*EADDRINUSE.* Choose another --metrics-port/,
    );
  });
});

describe("what is asked wrongly is refused before anything is sent", () => {
  const here = () => ["--url", backend.url.href];
  test.each<[string, () => string[], string]>([
    [
      "neither address nor stack",
      () => [],
      "say what is to be tested: --url https://… or --stack NAME, one of them.",
    ],
    ["both", () => [...here(), "--stack", "sandbox"], "one of them"],
    ["no address", () => ["--url", "backend"], '"backend" is no address'],
    ["plain http", () => ["--url", "http://x.example"], "http://x.example/ is not encrypted"],
    ["no suite", () => [...here(), "--suite", "shop"], 'there is no suite "shop". There is: ethixai.'],
    [
      "no test",
      () => [...here(), "--only", "logout"],
      'there is no test "logout". There are: liveness, readiness',
    ],
    ["no time", () => [...here(), "--timeout", "5min"], '--timeout: "5min" is not a length of time'],
    ["too long", () => [...here(), "--timeout", "2 h"], '--timeout: "2 h" is not from 1 s to 3600 s'],
    ["too often", () => [...here(), "--every", "1 ms"], '--every: "1 ms" is not from 1 s to 86400 s'],
    [
      "metrics of one run",
      () => [...here(), "--metrics-port", "9464"],
      '--metrics-port serves what --every counts: give --every "5 min" as well.',
    ],
  ])("%s", async (_, argv, message) => {
    const wrong = smoke(...argv());
    await expect(wrong).rejects.toThrow(message);
    await expect(wrong).rejects.toMatchObject({ name: "UsageError" });
    expect(backend.seen).toEqual([]);
  });

  test("a port that is none", async () => {
    await expect(smoke(...here(), "--every", "1 s", "--metrics-port", "65536")).rejects.toThrow(
      "Use a port from 0 to 65535; 0 takes a free one.",
    );
  });

  test("a stack of a sandbox that does not run", async () => {
    writeFileSync(join(root, "Pulumi.sandbox.yaml"), "config: {}\n");
    await expect(smoke("--stack", "sandbox")).rejects.toThrow("Start it with `slipway sandbox start`.");
  });
});

test("the guide's and the help's examples are such as the command takes", () => {
  const program = new Command("slipway");
  registerSmoke(program, root);
  const command = program.commands.find((each) => each.name() === "smoke");
  const help: string[] = [];
  command?.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
  const text = [readFileSync("docs/smoke.md", "utf8"), ...help].join("\n");
  const examples = [...text.matchAll(/slipway smoke (--.*?)(?: {2,}.*)?$/gm)].map(([, line]) => line ?? "");
  expect(examples.length).toBeGreaterThanOrEqual(9);
  for (const example of examples) {
    const words = (example.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
    expect({ example, rest: command?.parseOptions(words) }).toMatchObject({
      rest: { operands: [], unknown: [] },
    });
  }
});
