import { beforeAll, describe, expect, test } from "vitest";
import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { alertGroups } from "../../../components/alerting/rules.ts";
import { SMOKE } from "../../../systems/ethixai/smoke.ts";
import { ofType } from "../../support/declare.ts";
import { systemIn } from "./support.ts";

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

/** Names of a system's fixed alerts, with the service that each watches. */
function fixed(resources: readonly PlanResource[]): string[] {
  const [facts] = factsOf(resources);
  return (facts?.alerts ?? []).map(({ service, name }) => `${service ?? "system"} ${name}`).sort();
}

/** Names of the alerts in a plan's rules for Prometheus. */
function inPrometheus(resources: readonly PlanResource[]): string[] {
  const groups = ofType(resources, RULES).flatMap(
    ({ inputs }) => (inputs.spec as unknown as { groups: { rules: { alert?: string }[] }[] }).groups,
  );
  return groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
}

const ALERTS = [
  "ai-core HighErrorRate",
  "ai-core ServiceNotAlive",
  "ai-core ServiceNotReady",
  "backend HighErrorRate",
  "backend HighLatency",
  "backend ServiceNotAlive",
  "backend ServiceNotReady",
];

describe("on Cloud Run", () => {
  let production: readonly PlanResource[];
  beforeAll(async () => {
    production = await systemIn("production", "ethixai");
  });

  test("EA-16 its fixed alerts are the seed's, and that of the smoke tests (EA-11)", () => {
    expect(fixed(production)).toEqual([...ALERTS, "system SmokeTestsFailing"]);
  });

  test("EA-16 each has the seed's figure and time", () => {
    const [facts] = factsOf(production);
    const rules = alertGroups(facts as NonNullable<typeof facts>).flatMap(({ rules }) => rules);
    const backend = Object.fromEntries(
      rules.flatMap((rule) =>
        "alert" in rule && rule.labels.service === "backend"
          ? [[rule.alert, { limit: / > ([\d.]+)$/.exec(rule.expr)?.[1], for: rule.for, ...rule.labels }]]
          : [],
      ),
    );
    expect(backend).toMatchObject({
      ServiceNotReady: { limit: "0.1", for: "2m", severity: "page" },
      ServiceNotAlive: { limit: "0.1", for: "1m", severity: "page" },
      HighErrorRate: { limit: "0.01", for: "5m", severity: "page" },
      HighLatency: { limit: "0.05", for: "5m", severity: "warning" },
    });
  });

  test("EA-16 all of them are Cloud Monitoring's, and reach a channel; EA-11 so are two checks from outside", () => {
    expect(inPrometheus(production)).toEqual([]);
    const policies = ofType(production, POLICY);
    // Seven of services, the smoke tests', two checks from outside, three for each of four objectives.
    expect(policies).toHaveLength(7 + 1 + 2 + 4 * 3);
    for (const { inputs } of policies) expect(inputs.notificationChannels).toHaveLength(2);
  });

  test("EA-11 the smoke tests run every five minutes, against the way in", () => {
    const [start] = ofType(production, "gcp:cloudscheduler/job:Job");
    expect(start?.inputs.schedule).toBe("*/5 * * * *");
    const [job] = ofType(production, "gcp:cloudrunv2/job:Job");
    expect(JSON.stringify(job?.inputs)).toContain('"SMOKE_URL"');
    const named = String(job?.inputs.name);
    expect(factsOf(production)[0]?.smoke).toEqual({ ...SMOKE, job: named });
    expect(SMOKE).toEqual({ suite: "ethixai", everySeconds: 300, failures: 3 });
  });

  test("EA-11 the sandbox has their figures, and no job", async () => {
    expect(factsOf(await systemIn("sandbox", "ethixai"))[0]?.smoke).toEqual(SMOKE);
  });
});

test("EA-16 on Kubernetes they are Prometheus', but for what Google's own services measure", async () => {
  const word = { runtime: "kubernetes", clusterAddress: "203.0.113.7" };
  const resources = await systemIn("production", "ethixai", word);
  const services = ofType(resources, RULES).map(({ name }) => name);
  expect(services.sort()).toEqual([
    "ethixai-monitoring-rules-ai-core",
    "ethixai-monitoring-rules-backend",
    "ethixai-monitoring-rules-ethixai-alerts",
  ]);
  const names = ofType(resources, POLICY).map(({ name }) => name.replace("ethixai-monitoring-cloud-", ""));
  expect(names.sort()).toEqual(["alert-smoke-tests-failing", "uptime-alert-api", "uptime-alert-app"]);
});
