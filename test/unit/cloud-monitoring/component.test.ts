import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { type Alert, normalizeAlert } from "../../../components/alerting/alert.ts";
import {
  CloudMonitoring,
  type CloudMonitoringArgs,
} from "../../../components/alerting/cloud/cloud-monitoring.ts";
import type { Escalation } from "../../../components/alerting/escalation.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import type { Scope } from "../../../components/scope.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { ENVIRONMENTS } from "../../../systems/ethixai/environments.ts";
import { escalation } from "../../../systems/ethixai/escalation.ts";
import { aiCoreFacts, backendFacts } from "../../../systems/ethixai/services.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { ALERTS, escalationWith, facts, INDICATORS, objective, service } from "./support.ts";

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const SERVICE = "gcp:monitoring/customService:CustomService";
const SLO = "gcp:monitoring/slo:Slo";
const CHECK = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";

function secret(scope: Scope): Secret {
  const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
  const rotation = { by: "whoever gave it" } as const;
  return new Secret("shop-key", {
    scope,
    vault,
    secretId: "key",
    source: { kind: "password", length: 32 },
    rotation,
  });
}

function cloud(
  change: Partial<CloudMonitoringArgs> = {},
  table: (key: Secret) => Escalation<Secret | string> = escalationWith,
): CloudMonitoring {
  const scope = change.scope ?? testScope();
  return new CloudMonitoring("shop-cloud", {
    scope,
    facts: facts({ services: [service({ objectives: [objective()] })] }),
    escalation: table(secret(scope)),
    ...change,
  });
}

const names = (resources: readonly PlanResource[], type: string) =>
  ofType(resources, type)
    .map(({ name }) => name.replace("shop-cloud-", ""))
    .sort();

test("EA-16 a system is its services, their objectives, the policies of their burning, its alerts and its checks", async () => {
  const resources = await declare(() => cloud());
  expect(names(resources, SERVICE)).toEqual(["service-backend"]);
  expect(names(resources, SLO)).toEqual(["objective-backend-availability"]);
  expect(names(resources, CHECK)).toEqual(["uptime-api-home"]);
  expect(names(resources, POLICY)).toEqual([
    "alert-backend-high-error-rate",
    "alert-backend-high-latency",
    "alert-backend-service-not-alive",
    "alert-backend-service-not-ready",
    "burn-backend-availability-page-1h",
    "burn-backend-availability-page-6h",
    "burn-backend-availability-ticket-3d",
    "uptime-alert-api-home",
  ]);
  expect(find(resources, SERVICE, "shop-cloud-service-backend").inputs).toEqual({
    project: "shop-production",
    serviceId: "shop-backend",
    displayName: "shop production: backend",
    telemetry: {
      resourceName: "//run.googleapis.com/projects/shop-production/locations/us-east1/services/backend",
    },
    userLabels: { "managed-by": "slipway", environment: "production", system: "shop", service: "backend" },
  });
});

test("EA-16 a policy reaches the channels of its severity, and waits for the objective that it looks at", async () => {
  const resources = await declare(() => cloud());
  const reached = (name: string) =>
    (find(resources, POLICY, `shop-cloud-${name}`).inputs.notificationChannels as unknown[]).length;
  expect(reached("alert-backend-service-not-ready")).toBe(3);
  expect(reached("alert-backend-high-error-rate")).toBe(2);
  expect(reached("burn-backend-availability-ticket-3d")).toBe(1);
  const { dependencies } = find(resources, POLICY, "shop-cloud-burn-backend-availability-page-1h");
  expect(dependencies.filter((urn) => urn.includes(SLO))).toHaveLength(1);
});

test("nothing is declared for services elsewhere but the checks from outside", async () => {
  const services = [service({ runtime: "kubernetes", objectives: [objective()] })];
  const resources = await declare(() => cloud({ facts: facts({ services }) }));
  expect([SERVICE, SLO, POLICY, CHECK].map((type) => names(resources, type))).toEqual([
    [],
    [],
    ["uptime-alert-api-home"],
    ["uptime-api-home"],
  ]);
});

test("what Cloud Monitoring can't hold is refused, all of it at once, before anything is declared", async () => {
  const objectives = [
    objective({ window: "90 days", alerting: { off: "not yet" } }),
    objective({ name: "best", target: 99.999 }),
  ];
  const said = await refusal(() =>
    cloud({
      facts: facts({
        services: [service({ objectives })],
        uptime: [{ ...facts().uptime[0], path: "x" } as never],
      }),
    }),
  );
  expect(said.split("\n").map((line) => line.split(":")[0]?.trim())).toEqual([
    "shop-cloud",
    '- services["backend"].objectives["availability"].window',
    '- services["backend"].objectives["best"].target',
    '- uptime["api-home"].path',
  ]);
});

test("each kind of child can be changed, told by its name", async () => {
  const resources = await declare(() =>
    cloud({
      transform: {
        burn: (args, name) => (name.endsWith("-1h") ? { ...args, enabled: false } : args),
      },
    }),
  );
  const off = ofType(resources, POLICY).filter(({ inputs }) => inputs.enabled === false);
  expect(off.map(({ name }) => name)).toEqual(["shop-cloud-burn-backend-availability-page-1h"]);
});

test("channels that were somewhere else before stay the same ones", async () => {
  const resources = await declare(() => {
    const before = new pulumi.ComponentResource("test:Before", "before");
    cloud({ channels: { aliases: [{ name: "shop-channels", parent: before }] } });
  });
  const moved = find(resources, "slipway:alerting:Channels", "shop-cloud-channels");
  expect(JSON.stringify(moved.options.aliases)).toContain("shop-channels");
});

test.each(["staging", "production"] as const)(
  "EA-16 all of EthixAI's promises in %s, and one of every other kind, are taken as they are",
  async (environment) => {
    const here = ENVIRONMENTS[environment];
    const others = Object.entries(INDICATORS).map(([name, indicator]) =>
      objective({ name: `all-${name.toLowerCase()}`, indicator, target: 95 }),
    );
    const services = [
      { name: "backend", objectives: backendFacts(here).objectives },
      { name: "ai-core", objectives: aiCoreFacts(here).objectives },
    ].map(({ name, objectives }) =>
      service({
        environment,
        system: "ethixai",
        service: name,
        objectives: [...objectives.map(normalizeObjective), ...others],
      }),
    );
    const resources = await declare(() => {
      const scope = testScope({ system: "ethixai", environment, project: `ethixai-${environment}` });
      const table = (key: Secret) => escalation(here, { pagerdutyKey: key, slackToken: key });
      const alerts = ALERTS.map(normalizeAlert);
      const all = facts({ system: "ethixai", environment, services, alerts });
      cloud({ scope, facts: all }, table);
    });
    // Availability and latency of each service, and two more of both and the ratio.
    expect(ofType(resources, SLO)).toHaveLength(2 * (2 + 3));
  },
);

test("two services may have an alert of one name: each is a policy of its own", async () => {
  const [notReady] = ALERTS;
  const alerts = ["backend", "ai-core"].map((name) =>
    normalizeAlert({ ...(notReady as Alert), service: name }),
  );
  const services = [service(), service({ service: "ai-core" })];
  const resources = await declare(() => cloud({ facts: facts({ alerts, services, uptime: [] }) }));
  expect(names(resources, POLICY)).toEqual([
    "alert-ai-core-service-not-ready",
    "alert-backend-service-not-ready",
  ]);
});
