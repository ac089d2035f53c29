import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { awaitEnd, markProcess } from "../../sandbox/cloud/processes.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { writeRules } from "../../sandbox/prometheus/rules.ts";
import {
  runningPrometheus,
  type StartPrometheusOptions,
  startPrometheus,
  stopPrometheus,
} from "../../sandbox/prometheus/run.ts";
import { serveInTest } from "../support/http.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";
import { temporaryFolder } from "../unit/engine/support.ts";

const WAIT = { timeout: 180_000 };

/** Something to scrape: a gauge `queue_length` with the value that `set` gave it. */
async function target() {
  let value = 0;
  const { host } = await serveInTest((_, response) =>
    response
      .setHeader("content-type", "text/plain; version=0.0.4")
      .end(`queue_length{queue="mail"} ${value}\n`),
  );
  return {
    host,
    set: (to: number) => {
      value = to;
    },
  };
}

/** A Prometheus for one test, which asks every tenth of a second. */
async function prometheus(folder: string, options: Partial<StartPrometheusOptions> = {}) {
  const running = await startPrometheus({ folder, intervalSeconds: 0.1, endsWith: process.pid, ...options });
  onTestFinished(() => running.stop());
  return { ...running, client: new PrometheusClient(running.url) };
}

const rules = (...alerts: { readonly name: string; readonly expr: string }[]) =>
  stringify({ groups: [{ name: "mail", rules: alerts.map(({ name, expr }) => ({ alert: name, expr })) }] });

describeWithPrometheus("a Prometheus of the sandbox", () => {
  test("scrapes, answers, and has its alerts fire", WAIT, async () => {
    const folder = await temporaryFolder();
    const { host, set } = await target();
    await writeRules(folder, new Map([["mail.yaml", rules({ name: "Full", expr: "queue_length > 5" })]]));
    const { client } = await prometheus(folder, {
      scrape: [{ name: "mail", targets: [host] }],
      ruleFiles: [join(folder, "rules", "*.yaml")],
    });
    const length = () => client.query("queue_length");
    const [first] = await until(length, (samples) => samples.length === 1);
    expect(first).toMatchObject({
      labels: { job: "mail", instance: host, queue: "mail" },
      value: 0,
    });
    expect(await client.targets()).toEqual([
      { job: "mail", instance: host, url: `http://${host}/metrics`, health: "up", lastError: "" },
    ]);
    const [rule] = await until(
      () => client.rules(),
      ([each]) => each?.health === "ok",
    );
    expect(rule).toEqual({
      ...{ group: "mail", name: "Full", type: "alerting", query: "queue_length > 5" },
      ...{ health: "ok", lastError: "", state: "inactive" },
    });
    expect(await client.alerts()).toEqual([]);
    set(6);
    const [alert] = await until(
      () => client.alerts(),
      (alerts) => alerts.length === 1,
    );
    expect(alert).toMatchObject({ labels: { alertname: "Full", queue: "mail" }, state: "firing" });
    const end = new Date();
    const start = new Date(end.getTime() - 60_000);
    const [series] = await client.queryRange("queue_length", { start, end, stepSeconds: 0.1 });
    expect(new Set(series?.values.map(({ value }) => value))).toEqual(new Set([0, 6]));
    await expect(client.query("rate(")).rejects.toThrow(
      `${client.url} refuses rate(: invalid parameter "query": `,
    );
  });

  test("sends its alerts to the Alertmanager that it is told of", WAIT, async () => {
    const folder = await temporaryFolder();
    const received: { readonly labels: Record<string, string> }[] = [];
    const { url } = await serveInTest(async (request, response) => {
      if (request.url === "/manager/api/v2/alerts")
        received.push(...((await json(request)) as typeof received));
      response.end();
    });
    await writeRules(folder, new Map([["a.yaml", rules({ name: "Always", expr: "vector(1)" })]]));
    await prometheus(folder, {
      ruleFiles: [join(folder, "rules", "*.yaml")],
      alertmanagerUrl: `${url}/manager`,
    });
    await until(
      () => received.length,
      (count) => count > 0,
    );
    expect(received[0]?.labels).toEqual({ alertname: "Always" });
  });

  test("takes new rules while it runs, and keeps its own where those are wrong", WAIT, async () => {
    const folder = await temporaryFolder();
    const { client } = await prometheus(folder, { ruleFiles: [join(folder, "rules", "*.yaml")] });
    const names = async () => (await client.rules()).map(({ name }) => name);
    await writeRules(
      folder,
      new Map([
        ["a.yaml", rules({ name: "A", expr: "vector(1)" })],
        ["b.yaml", rules({ name: "B", expr: "vector(1)" })],
      ]),
    );
    expect(await names()).toEqual(["A", "B"]);
    await writeRules(folder, new Map([["b.yaml", rules({ name: "C", expr: "vector(2)" })]]));
    expect(await names()).toEqual(["C"]);
    const wrong = writeRules(folder, new Map([["a.yaml", rules({ name: "D", expr: "vector(" })]]));
    await expect(wrong).rejects.toThrow(/^The rules are wrong, and those from before stay.*could not parse/s);
    await expect(writeRules(folder, new Map([["../a.yaml", ""]]))).rejects.toThrow('"../a.yaml" is no name');
    expect(await names()).toEqual(["C"]);
    expect(readdirSync(join(folder, "rules"))).toEqual(["b.yaml"]);
    await writeRules(folder, new Map());
    expect(await names()).toEqual([]);
  });

  test("follows a file of targets", WAIT, async () => {
    const folder = await temporaryFolder();
    const targetsFile = join(folder, "targets.json");
    const { client } = await prometheus(folder, { scrape: [{ name: "cloud", targetsFile }] });
    expect(await client.targets()).toEqual([]);
    for (const host of [(await target()).host, (await target()).host]) {
      writeFileSync(targetsFile, JSON.stringify([{ targets: [host], labels: { instance: "local" } }]));
      const up = await until(
        () => client.targets(),
        ([only]) => only?.url === `http://${host}/metrics` && only.health === "up",
      );
      expect(up.map(({ job, instance }) => [job, instance])).toEqual([["cloud", "local"]]);
    }
  });

  test("stops without a process left, and goes on with what it had at the address it had", WAIT, async () => {
    const folder = await temporaryFolder();
    const { host } = await target();
    const scrape = [{ name: "mail", targets: [host] }];
    const first = await prometheus(folder, { scrape });
    const mark = markProcess(first.pid);
    await until(
      () => first.client.query("queue_length"),
      (samples) => samples.length === 1,
    );
    expect(runningPrometheus(folder)).toEqual({
      url: first.url,
      pid: first.pid,
      startedAt: first.startedAt,
    });
    await expect(startPrometheus({ folder })).rejects.toThrow(`runs already, at ${first.url}.`);
    const asked = new Date();
    expect(await stopPrometheus(folder)).toBe(true);
    expect(mark && (await awaitEnd([mark], 0))).toEqual([]);
    expect(runningPrometheus(folder)).toBeUndefined();
    expect(await stopPrometheus(folder)).toBe(false);
    const second = await prometheus(folder);
    expect(second.url).toBe(first.url);
    expect((await second.client.query("queue_length", asked)).map(({ value }) => value)).toEqual([0]);
  });

  test("says why it could not be started", WAIT, async () => {
    const folder = await temporaryFolder();
    await expect(startPrometheus({ folder, config: { nonsense: true } })).rejects.toThrow(
      /^Prometheus could not be started: its process ended with code [12]\..*field nonsense not found/s,
    );
    expect(runningPrometheus(folder)).toBeUndefined();
  });

  test("ends with its owner, and its folder with it", WAIT, async () => {
    const folder = join(await temporaryFolder(), "prometheus");
    const owner = spawn("sleep", ["60"]);
    const { pid } = await prometheus(folder, { endsWith: owner.pid ?? 0 });
    expect(markProcess(pid)).toBeDefined();
    owner.kill("SIGKILL");
    await until(
      () => existsSync(folder),
      (there) => !there,
    );
    expect(markProcess(pid)).toBeUndefined();
  });
});
