import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registerSandbox } from "../../automation/commands/sandbox.ts";
import { stopCloud } from "../../sandbox/cloud/index.ts";
import { markProcess } from "../../sandbox/cloud/processes.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { writeRules } from "../../sandbox/prometheus/rules.ts";
import { stopPrometheus } from "../../sandbox/prometheus/run.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 120_000 });

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-root-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stopPrometheus(sandboxPaths(root).prometheus);
  await stopCloud(sandboxPaths(root).cloud);
  rmSync(root, { recursive: true, force: true });
});

/** Runs `slipway sandbox …` and gives what it prints on standard output; progress is in `said`. */
async function sandbox(...argv: string[]): Promise<string> {
  const lines: string[] = [];
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const program = new Command("slipway").exitOverride();
  registerSandbox(program, root);
  await program.parseAsync(["node", "slipway", "sandbox", ...argv]);
  return lines.join("\n");
}

const asked = async (...argv: string[]) => JSON.parse(await sandbox(...argv, "--json"));

/** The address that the one target has when it is up. */
async function scraped(): Promise<string> {
  const { targets } = await until(
    () => asked("prometheus", "status"),
    (status) => status.targets.length === 1 && status.targets[0].health === "up",
  );
  return targets[0].url;
}

describeWithPrometheus("slipway sandbox prometheus", () => {
  test("watches the local cloud, before it is there and when it is back at another address", async () => {
    expect(await sandbox("prometheus", "status")).toContain("The sandbox has no Prometheus that runs.");
    expect(await sandbox("prometheus", "start")).toContain("Scrapes:   nothing yet");
    const first = await asked("start");
    expect(await scraped()).toBe(`${first.cloud.url}/metrics`);
    await stopCloud(sandboxPaths(root).cloud);
    // Stopped on purpose, it is no target that is down.
    await until(
      () => asked("prometheus", "status"),
      ({ targets }) => targets.length === 0,
    );
    const second = await asked("start");
    expect(await scraped()).toBe(`${second.cloud.url}/metrics`);
    const { url } = await asked("prometheus", "status");
    const up = await new PrometheusClient(url).query("cloud_up");
    expect(up.map(({ labels, value }) => [labels.instance, value])).toEqual([["local-cloud", 1]]);
    expect(await sandbox("status")).toContain(`\nPrometheus runs: ${url}`);
    expect(await asked("status")).toMatchObject({ running: true, prometheus: { url } });
  });

  test("runs once, evaluates the rules of its folder, and ends with the sandbox", async () => {
    const { prometheus: folder } = sandboxPaths(root);
    const rules = "groups: [{name: g, rules: [{alert: Always, expr: vector(1), labels: {severity: page}}]}]";
    await writeRules(folder, new Map([["system.yaml", rules]]));
    const { pid, url } = await asked("prometheus", "start");
    const again = await sandbox("prometheus", "start");
    expect(said).toEqual(["Prometheus runs already.\n"]);
    expect(again).toContain(`runs: ${url} (process ${pid}, `);
    const firing = await until(
      () => sandbox("prometheus", "status"),
      (text) => text.includes("Alerts:    Always fires"),
    );
    expect(firing).toContain(`Rules:     1 in ${join(folder, "rules")}`);
    expect(await asked("stop")).toEqual({ stopped: false, prometheus: { stopped: true } });
    expect(markProcess(pid)).toBeUndefined();
    expect(await asked("prometheus", "stop")).toEqual({ stopped: false });
    // Its rules and what it measured stay, until the sandbox is reset.
    const next = await asked("prometheus", "start");
    expect(next.url).toBe(url);
    expect(next.rules.map(({ name }: { name: string }) => name)).toEqual(["Always"]);
    await sandbox("reset", "--yes");
    expect(markProcess(next.pid)).toBeUndefined();
    expect(existsSync(sandboxPaths(root).folder)).toBe(false);
  });
});
