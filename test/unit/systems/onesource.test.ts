import { beforeAll, describe, expect, test } from "vitest";
import type { ProgramRun } from "../../../automation/plan/host.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { packs } from "../../../policies/catalogue.ts";
import { find, ofType } from "../../support/declare.ts";
import { planned } from "../../support/render.ts";
import { declareSystem, type Loose, objectIn, objectsIn, systemIn } from "./support.ts";

const STACKS = ["sandbox", "staging", "production"] as const;

const plans = new Map<string, readonly PlanResource[]>();
let production: readonly PlanResource[];
let run: ProgramRun;
beforeAll(async () => {
  for (const stack of STACKS) plans.set(stack, await systemIn(stack, "onesource"));
  production = plans.get("production") ?? [];
  run = await planned(() => declareSystem("production", "onesource"));
});

describe("workloads", () => {
  test.each([
    ["production", "backend", 3, 12],
    ["production", "frontend", 2, 6],
    ["staging", "backend", 3, 6],
    ["staging", "frontend", 2, 4],
    ["sandbox", "backend", 1, 2],
    ["sandbox", "frontend", 1, 2],
  ] as const)("OS-01 %s: %s has %i to %i replicas by its autoscaler alone", (stack, service, min, max) => {
    const resources = plans.get(stack) ?? [];
    expect(objectIn(resources, "Deployment", service).spec.replicas).toBeUndefined();
    expect(objectIn(resources, "HorizontalPodAutoscaler", service).spec).toMatchObject({
      minReplicas: min,
      maxReplicas: max,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: service },
    });
  });

  test("OS-01 the backend is scaled on CPU and memory, the frontend on CPU", () => {
    const targets = (service: string) =>
      objectIn(production, "HorizontalPodAutoscaler", service).spec.metrics.map(
        ({ resource: { name, target } }: Loose) => [name, target.averageUtilization],
      );
    expect(targets("backend")).toEqual([
      ["cpu", 60],
      ["memory", 80],
    ]);
    expect(targets("frontend")).toEqual([["cpu", 70]]);
  });

  test.each(STACKS)("OS-01 %s: each disruption budget always allows one eviction", (stack) => {
    const resources = plans.get(stack) ?? [];
    for (const [kind, name] of [
      ["Deployment", "backend"],
      ["Deployment", "frontend"],
      ["StatefulSet", "redis"],
      ["StatefulSet", "mongo"],
    ] as const) {
      expect(objectIn(resources, "PodDisruptionBudget", name).spec).toEqual({
        maxUnavailable: 1,
        selector: objectIn(resources, kind, name).spec.selector,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      });
    }
  });

  test("OS-01 Redis keeps what it is told on a volume: every write in its log, synced each second", () => {
    const { spec } = objectIn(production, "StatefulSet", "redis");
    expect(spec.volumeClaimTemplates[0].spec).toEqual({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "16Gi" } },
    });
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: "Retain",
      whenScaled: "Retain",
    });
    const { volumes, containers } = spec.template.spec;
    expect(containers[0].volumeMounts).toContainEqual({ name: "data", mountPath: "/data" });
    const config = volumes.find(({ name }: Loose) => name === "config").configMap.name;
    const lines = objectIn(production, "ConfigMap", config).data["redis.conf"].split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "dir /data",
        "appendonly yes",
        "appendfsync everysec",
        "maxmemory-policy noeviction",
      ]),
    );
  });

  test("OS-01 MongoDB, the fallback, keeps its data on a volume, and lets nobody in without a password", () => {
    const { spec } = objectIn(production, "StatefulSet", "mongo");
    expect(spec.replicas).toBe(1);
    expect(spec.volumeClaimTemplates[0].spec.resources).toEqual({ requests: { storage: "50Gi" } });
    const { volumes, containers } = spec.template.spec;
    expect(containers[0].volumeMounts).toContainEqual({ name: "data", mountPath: "/data/db" });
    const config = volumes.find(({ name }: Loose) => name === "config").configMap.name;
    expect(objectIn(production, "ConfigMap", config).data["start.sh"]).toMatch(
      /^exec mongod --dbpath \/data\/db .*--auth/m,
    );
  });

  test("OS-01 each workload has a Service that selects its pods", () => {
    for (const [name, kind, port, target] of [
      ["backend", "Deployment", 80, 8080],
      ["frontend", "Deployment", 80, 3000],
      ["redis", "StatefulSet", 6379, 6379],
      ["mongo", "StatefulSet", 27_017, 27_017],
    ] as const) {
      const { spec } = objectIn(production, "Service", name);
      const template = objectIn(production, kind, name).spec.template;
      expect(template.metadata.labels).toMatchObject(spec.selector);
      expect(spec.ports).toHaveLength(1);
      expect(spec.ports[0].port).toBe(port);
      const [container] = template.spec.containers;
      const [opened] = container.ports;
      expect([opened.name, opened.containerPort]).toContain(spec.ports[0].targetPort);
      expect(opened.containerPort).toBe(target);
    }
  });

  test("OS-01 the way in has TLS of its own certificate, /chat for the backend and the rest for the frontend", () => {
    const { spec } = objectIn(production, "Gateway", "edge");
    expect(spec.gatewayClassName).toBe("gke-l7-global-external-managed");
    const https = spec.listeners.find(({ name }: Loose) => name === "https");
    expect(https).toMatchObject({
      hostname: "onesource.example",
      port: 443,
      protocol: "HTTPS",
      tls: { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: "edge-tls" }] },
    });
    expect(objectIn(production, "Certificate", "edge-tls").spec).toMatchObject({
      dnsNames: ["onesource.example"],
      issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" },
      secretName: "edge-tls",
    });
    for (const [service, path] of [
      ["backend", "/chat"],
      ["frontend", "/"],
    ] as const) {
      const route = objectIn(production, "HTTPRoute", `edge-${service}`).spec;
      expect(route.parentRefs).toMatchObject([{ name: "edge", sectionName: "https" }]);
      expect(route.rules).toMatchObject([
        {
          matches: [{ path: { type: "PathPrefix", value: path } }],
          backendRefs: [{ kind: "Service", name: service, port: 80, weight: 100 }],
        },
      ]);
    }
    const redirect = objectIn(production, "HTTPRoute", "edge-redirect").spec;
    expect(redirect.parentRefs).toMatchObject([{ sectionName: "http" }]);
    expect(redirect.rules[0].filters[0].requestRedirect).toEqual({ scheme: "https", statusCode: 301 });
  });

  test.each([
    ["backend", 120, 30, 10],
    ["frontend", 60, 30, 10],
  ] as const)(
    "OS-02 %s: /healthz within %i s of its start, restarted after %i s, out of rotation after %i s of /readyz",
    (service, startup, liveness, readiness) => {
      const [container] = objectIn(production, "Deployment", service).spec.template.spec.containers;
      const budget = ({ periodSeconds, failureThreshold }: Loose) => periodSeconds * failureThreshold;
      const { startupProbe, livenessProbe, readinessProbe } = container;
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
        "/healthz",
        "/healthz",
        "/readyz",
      ]);
      expect([startupProbe, livenessProbe, readinessProbe].map(budget)).toEqual([
        startup,
        liveness,
        readiness,
      ]);
      expect(
        objectIn(production, "HealthCheckPolicy", service).spec.default.config.httpHealthCheck.requestPath,
      ).toBe("/readyz");
    },
  );

  test("OS-02 the backend's readiness has its four checks, and both say where their version is", () => {
    const { annotations } = objectIn(production, "Deployment", "backend").metadata;
    expect(annotations["slipway.dev/readiness-checks"]).toBe(
      "redis,conversation_store,schema_guard,configuration",
    );
    for (const service of ["backend", "frontend"]) {
      expect(
        objectIn(production, "Deployment", service).metadata.annotations["slipway.dev/version-path"],
      ).toBe("/version");
    }
  });
});

describe("OS-01 secrets", () => {
  test("each pod has the secrets that it uses as files, by reference", () => {
    const files = (kind: string, name: string) =>
      objectIn(production, kind, name)
        .spec.template.spec.volumes.filter(({ secret }: Loose) => secret !== undefined)
        .map(({ secret }: Loose) => secret.secretName);
    expect(files("Deployment", "backend")).toEqual([
      "backend-llm-api-key-v1",
      "backend-mongo-password-v1",
      "backend-redis-password-v1",
    ]);
    expect(files("Deployment", "frontend")).toEqual([]);
    expect(files("StatefulSet", "redis")).toEqual(["redis-redis-password-v1"]);
    expect(files("StatefulSet", "mongo").sort()).toEqual([
      "mongo-mongo-admin-password-v1",
      "mongo-mongo-password-v1",
    ]);
  });

  test.each(STACKS)(
    "%s: no object of the cluster has a secret or an unknown value, nor is one a Secret",
    (stack) => {
      const resources = plans.get(stack) ?? [];
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
      expect(objects).toHaveLength(64);
      expect(objects.filter(({ inputs }) => /\[(secret|unknown)\]/.test(JSON.stringify(inputs)))).toEqual([]);
      expect(objectsIn(resources, "Secret")).toEqual([]);
      for (const { inputs } of ofType(resources, "gcp:secretmanager/secretVersion:SecretVersion")) {
        expect(inputs.secretData).toBe("[secret]");
      }
    },
  );

  test("the model's key is somebody else's: its version is pinned, and its value nowhere", () => {
    expect(objectIn(production, "ExternalSecret", "backend-llm-api-key-v1").spec.data).toEqual([
      { secretKey: "value", remoteRef: { key: "llm-api-key", version: "1" } },
    ]);
    const versions = ofType(production, "gcp:secretmanager/secretVersion:SecretVersion");
    expect(versions.map(({ name }) => name).sort()).toEqual([
      "onesource-mongo-admin-password-version",
      "onesource-mongo-password-version",
      "onesource-redis-password-version",
    ]);
  });

  test("no service account of the cluster has a token, nor of the cloud a role but for its own secrets", () => {
    for (const kind of ["Deployment", "StatefulSet"]) {
      for (const { spec } of objectsIn(production, kind)) {
        expect(spec.template.spec.automountServiceAccountToken).toBe(false);
      }
    }
    const readers = ofType(production, "gcp:secretmanager/secretIamMember:SecretIamMember").map(
      ({ inputs }) => `${String(inputs.member).split("@")[0]} ${inputs.secretId}`,
    );
    expect(readers.sort()).toEqual([
      "serviceAccount:svc-backend llm-api-key",
      "serviceAccount:svc-backend mongo-password",
      "serviceAccount:svc-backend redis-password",
      "serviceAccount:svc-mongo mongo-admin-password",
      "serviceAccount:svc-mongo mongo-password",
      "serviceAccount:svc-redis redis-password",
    ]);
  });
});

test("OS-01 the packs find nothing against production, in the cluster nor beside it", () => {
  const { policy } = planRun(run, packs);
  expect(policy.policies.length).toBeGreaterThan(200);
  // What is not known before deployment is the cloud's: ids of its accounts and keys.
  const unjudged = policy.results.filter(({ status }) => status === "not evaluated");
  const found = policy.results.filter(({ status }) => status !== "not evaluated");
  expect(found.map(({ policy: id, level, message }) => `${id}, ${level}: ${message}`)).toEqual([
    // What a stack may cost is said once, by the stack.
    "budget-declared, advisory: nothing in the stack states what it may cost",
  ]);
  expect(unjudged.filter(({ urn }) => urn.includes("kubernetes:"))).toEqual([]);
});

test("OS-01 Kubernetes' objects go by server-side apply to the cluster that the stack names", () => {
  const provider = find(production, "pulumi:providers:kubernetes", "onesource-cluster");
  expect(provider.inputs).toMatchObject({
    context: "slipway-production",
    enableServerSideApply: "true",
    enableConfigMapMutable: "true",
  });
});
