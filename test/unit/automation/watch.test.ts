import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextCommands } from "../../../automation/deploy/result.ts";
import type { Session } from "../../../automation/deploy/session.ts";
import type { StateResource } from "../../../automation/deploy/state.ts";
import { watchDeployed } from "../../../automation/deploy/watch.ts";
import { rulesText } from "../../../automation/plan/monitoring/files.ts";
import type { NormalizedAlert } from "../../../components/alerting/alert.ts";
import { MONITORING } from "../../../components/alerting/facts.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { makePrivateFolder } from "../../../sandbox/cloud/files.ts";
import type { CloudClient } from "../../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { ETHIXAI, ONESOURCE } from "../dashboards/support.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-watch-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const sandboxed = (stack: string): Pick<Session, "target" | "cloud"> => ({
  target: { root, stack, sandbox: true },
  cloud: {} as CloudClient,
});

/** A system's monitoring as a state holds it. */
const state = (facts: typeof ETHIXAI): StateResource => ({
  urn: `urn:pulumi:sandbox::slipway::${MONITORING}::${facts.system}-monitoring`,
  type: MONITORING,
  inputs: JSON.parse(JSON.stringify(facts)),
});

const rulesFolder = () => join(sandboxPaths(root).prometheus, "rules");

test("EA-16 the rules of what runs in the local cloud are handed over, and taken back when nothing is", async () => {
  const other = {
    urn: "urn:pulumi:sandbox::slipway::slipway:network:Network::n",
    type: "slipway:network:Network",
  };
  // All of ONESource runs in a cluster: here it would only be missing.
  expect(await watchDeployed(sandboxed("sandbox"), [other, state(ONESOURCE), state(ETHIXAI)])).toEqual([]);
  expect(readdirSync(rulesFolder())).toEqual(["sandbox.ethixai.rules.yaml"]);
  const text = readFileSync(join(rulesFolder(), "sandbox.ethixai.rules.yaml"), "utf8");
  expect(text).toBe(rulesText(ETHIXAI));
  expect(await watchDeployed(sandboxed("production"), [state(ETHIXAI)])).toEqual([]);
  expect(await watchDeployed(sandboxed("sandbox"), [])).toEqual([]);
  expect(readdirSync(rulesFolder())).toEqual(["production.ethixai.rules.yaml"]);
});

test("of a system that runs in both, the part in a cluster is left out", async () => {
  const [backend, aiCore] = ETHIXAI.services as [MeasuredService, MeasuredService];
  const [alert] = ETHIXAI.alerts as [NormalizedAlert];
  const { service: _, ...ofSystem } = alert;
  const mixed = {
    ...ETHIXAI,
    services: [backend, { ...aiCore, runtime: "kubernetes" as const }],
    alerts: [alert, { ...alert, service: "ai-core" }, ofSystem],
  };
  await watchDeployed(sandboxed("sandbox"), [state(mixed)]);
  const text = readFileSync(join(rulesFolder(), "sandbox.ethixai.rules.yaml"), "utf8");
  expect(text).toBe(rulesText({ ...ETHIXAI, services: [backend], alerts: [alert, ofSystem] }));
});

test("outside the sandbox nothing is written", async () => {
  const target = { root, stack: "production", sandbox: false };
  expect(await watchDeployed({ target, cloud: undefined }, [state(ETHIXAI)])).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test("rules that can't be written are a warning: what was deployed is deployed", async () => {
  const { prometheus } = sandboxPaths(root);
  makePrivateFolder(prometheus);
  writeFileSync(rulesFolder(), "a file stands in the way");
  const [warning, ...more] = await watchDeployed(sandboxed("sandbox"), [state(ETHIXAI)]);
  expect(warning).toMatch(/^the sandbox's Prometheus has not got the rules: .*rules/);
  expect(more).toEqual([]);
});

test("what helps next is named: a Prometheus where none runs, and how things stand", () => {
  const address = { service: "ethixai/backend", url: "http://127.0.0.1:1", status: 200 };
  const watched = { addresses: [address], workloads: [], watched: true };
  const load = "npx slipway sandbox load http://127.0.0.1:1 --rps 20 --seconds 30";
  const start = "npx slipway sandbox prometheus start";
  const status = (stack: string) => `npx slipway status --stack ${stack}`;
  const last = "npx slipway sandbox status";
  const curl = "curl http://127.0.0.1:1";
  const next = (session: Pick<Session, "target" | "cloud">, facts: typeof watched, watching: boolean) =>
    nextCommands(session, "up", facts, watching);
  expect(next(sandboxed("sandbox"), watched, false)).toEqual([curl, start, load, status("sandbox"), last]);
  expect(next(sandboxed("production"), watched, true)).toEqual([curl, load, status("production"), last]);
  expect(next(sandboxed("sandbox"), { ...watched, watched: false }, false)).toEqual([curl, load, last]);
  expect(nextCommands(sandboxed("sandbox"), "destroy", watched, false)).toEqual([]);
  const workloads = [{ workload: "onesource/backend" }];
  expect(nextCommands(sandboxed("production"), "up", { ...watched, workloads }, true)).toContain(
    "npx slipway sandbox kubernetes start && npx slipway up --stack production --sandbox",
  );
});
