import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registerSandbox } from "../../automation/commands/sandbox.ts";
import { registerSmoke } from "../../automation/commands/smoke.ts";
import { type DashboardQuery, dashboardQueries } from "../../components/dashboards/queries.ts";
import { smokeDashboard } from "../../components/dashboards/smoke-dashboard.ts";
import { startCloud, stopCloud } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { runningPrometheus, stopPrometheus } from "../../sandbox/prometheus/run.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";
import { ETHIXAI, SMOKE } from "../unit/dashboards/support.ts";
import { service } from "./cloud-support.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-root-"));
  cpSync("Pulumi.sandbox.yaml", join(root, "Pulumi.sandbox.yaml"));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(console, "log").mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await stopPrometheus(sandboxPaths(root).prometheus);
  await stopCloud(sandboxPaths(root).cloud);
  rmSync(root, { recursive: true, force: true });
});

/** Runs `slipway …` in this process. */
async function slipway(...argv: string[]): Promise<void> {
  const program = new Command("slipway").exitOverride();
  registerSandbox(program, root);
  registerSmoke(program, root);
  await program.parseAsync(["node", "slipway", ...argv]);
}

/** The sandbox's Prometheus. */
async function startPrometheus(): Promise<PrometheusClient> {
  await slipway("sandbox", "prometheus", "start");
  return new PrometheusClient(runningPrometheus(sandboxPaths(root).prometheus)?.url ?? "");
}

const backend = (env: Record<string, string> = {}) => service({ name: "backend", template: { env } });
const QUERIES = dashboardQueries(smokeDashboard(ETHIXAI, SMOKE));

describeWithPrometheus("EA-16 EA-11 the dashboard of smoke tests that the sandbox repeats", () => {
  test("has data in every panel, shows a fault, and its target goes with them", {
    timeout: 240_000,
  }, async () => {
    const cloud = await startCloud(sandboxPaths(root).cloud);
    await cloud.putService(backend());
    const client = await startPrometheus();
    const smoke = slipway("smoke", "--stack", "sandbox", "--every", "1 s", "--metrics-port", "0");
    const values = async ({ expr }: Pick<DashboardQuery, "expr">) =>
      (await client.query(expr)).map(({ value }) => value).filter((value) => !Number.isNaN(value));
    const one = (title: string) => {
      const found = QUERIES.find(({ panel }) => panel === title);
      if (found === undefined) throw new Error(`There is no panel "${title}".`);
      return values(found);
    };

    expect(QUERIES).toHaveLength(7);
    for (const query of QUERIES) {
      await until(
        () => values(query),
        (found) => found.length > 0,
      );
    }
    expect((await one("Pass rate"))[0]).toBeCloseTo(100, 9);
    expect(await one("Failures in a row")).toEqual([0]);
    expect(await one("Failures by test")).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);

    await cloud.putService(backend({ DEMO_ERROR_RATE: "1" }));
    await until(
      () => one("Failures in a row"),
      ([failures = 0]) => failures >= SMOKE.failures,
    );
    expect((await one("Pass rate"))[0]).toBeLessThan(99.9);
    expect((await one("Time since the last success"))[0]).toBeGreaterThan(SMOKE.failures - 1);
    const query = QUERIES.find(({ panel }) => panel === "Failures by test");
    const failed = (await client.query(query?.expr ?? "")).filter(({ value }) => value > 0);
    // The run that the fault came into may have failed in another.
    expect(failed.map(({ labels }) => labels.test)).toContain("register");

    const job = (name: string) => async () => (await client.targets()).filter(({ job }) => job === name);
    expect(await job("smoke")()).toMatchObject([{ instance: "smoke-sandbox", health: "up" }]);
    process.emit("SIGTERM");
    await smoke;
    await until(job("smoke"), (targets) => targets.length === 0);
    expect(await job("local-cloud")()).toHaveLength(1);
  });
});
