import { describe, expect, test } from "vitest";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import type { Scope } from "../../../components/scope.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { Service, type ServiceArgs } from "../../../components/service/service.ts";
import { declare, find, ofType, testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";

/** The good service on Kubernetes: one word differs. */
function inCluster(scope: Scope, namespace: Namespace, name: string, change: Partial<ServiceArgs> = {}) {
  return new Service(`shop-${name}`, {
    scope,
    service: name,
    namespace,
    ...goodService(),
    runtime: "kubernetes",
    ...change,
  });
}

/** What one service alone declares. */
function declared(change: Partial<ServiceArgs> = {}) {
  return declare(() => {
    const scope = testScope();
    inCluster(scope, new Namespace("shop-namespace", { scope, namespace: "shop" }), "api", change);
  });
}

const kind = {
  deployment: "kubernetes:apps/v1:Deployment",
  service: "kubernetes:core/v1:Service",
  config: "kubernetes:core/v1:ConfigMap",
  autoscaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  budget: "kubernetes:policy/v1:PodDisruptionBudget",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  external: "kubernetes:external-secrets.io/v1:ExternalSecret",
  account: "kubernetes:core/v1:ServiceAccount",
} as const;

// biome-ignore lint/suspicious/noExplicitAny: a plan's inputs are JSON of any shape
type Loose = any;

async function deployment(change: Partial<ServiceArgs> = {}): Promise<Loose> {
  return find(await declared(change), kind.deployment, "shop-api-workload-deployment").inputs;
}

describe("a service on Kubernetes", () => {
  test("OS-01 is rolled over without a pod missing, and leaves the number of pods to the autoscaler", async () => {
    const { spec } = await deployment();
    expect(spec.replicas).toBeUndefined();
    expect(spec.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" },
    });
    const resources = await declared();
    expect(find(resources, kind.autoscaler, "shop-api-workload-autoscaler").inputs.spec).toMatchObject({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      minReplicas: 3,
      maxReplicas: 13,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
        },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    expect(find(resources, kind.budget, "shop-api-workload-disruption-budget").inputs.spec).toEqual({
      selector: { matchLabels: spec.selector.matchLabels },
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
  });

  test("OS-02 has the three probes of its spec", async () => {
    const [container] = (await deployment()).spec.template.spec.containers;
    expect(container.startupProbe).toEqual({
      httpGet: { path: "/health/startup", port: 8080 },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 12,
    });
    expect(container.livenessProbe.httpGet.path).toBe("/health/liveness");
    expect(container.readinessProbe).toMatchObject({ timeoutSeconds: 1, failureThreshold: 2 });
  });

  test("runs as the restricted standard wants it, with a root file system that can't be written to", async () => {
    const pod = (await deployment()).spec.template.spec;
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65_534,
      runAsGroup: 65_534,
      fsGroup: 65_534,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect((await deployment({ token: true })).spec.template.spec.automountServiceAccountToken).toBe(true);
  });

  test("is given longer to end than waiting and draining take together", async () => {
    for (const [exposure, preStop] of [
      ["edge", 15],
      ["internal", 5],
    ] as const) {
      const pod = (await deployment({ exposure, drain: "40 s" })).spec.template.spec;
      expect(pod.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: preStop } } });
      expect(pod.terminationGracePeriodSeconds).toBe(preStop + 40 + 5);
    }
  });

  test("spreads over zones and nodes", async () => {
    const pod = (await deployment()).spec.template.spec;
    expect(pod.topologySpreadConstraints.map((each: Loose) => each.topologyKey)).toEqual([
      "topology.kubernetes.io/zone",
      "kubernetes.io/hostname",
    ]);
  });

  test("has its settings under a name that says their content: a change makes other pods", async () => {
    const name = async (environment: Record<string, string>) => {
      const resources = await declared({ environment });
      const config: Loose = find(resources, kind.config, "shop-api-workload-config").inputs;
      const used: Loose = find(resources, kind.deployment, "shop-api-workload-deployment").inputs;
      const template = used.spec.template;
      expect(template.spec.containers[0].envFrom).toEqual([{ configMapRef: { name: config.metadata.name } }]);
      expect(config.immutable).toBe(true);
      expect(config.data).toEqual({ PORT: "8080", ...environment });
      return [config.metadata.name, template.metadata.labels["slipway.dev/revision"]];
    };
    const [a, revisionA] = await name({ LOG_LEVEL: "warn", A: "1" });
    const [same, sameRevision] = await name({ A: "1", LOG_LEVEL: "warn" });
    const [b, revisionB] = await name({ LOG_LEVEL: "info", A: "1" });
    expect([a, revisionA]).toEqual([same, sameRevision]);
    expect(a).toMatch(/^api-[0-9a-f]{8}$/);
    expect(a).not.toBe(b);
    expect(revisionA).not.toBe(revisionB);
  });

  test("scales on memory, its own metrics and others' too", async () => {
    const resources = await declared({
      scaling: {
        min: 2,
        max: 4,
        cpuPercent: 50,
        memoryPercent: 75,
        workDuration: { metric: "work_seconds", above: "2500 ms" },
        signals: [{ of: "external", metric: "queue_length", labels: { queue: "mail" }, average: 30 }],
      },
    });
    const autoscaler: Loose = find(resources, kind.autoscaler, "shop-api-workload-autoscaler").inputs;
    expect(autoscaler.spec.metrics.slice(1)).toEqual([
      {
        type: "Resource",
        resource: { name: "memory", target: { type: "Utilization", averageUtilization: 75 } },
      },
      {
        type: "Pods",
        pods: { metric: { name: "work_seconds" }, target: { type: "AverageValue", averageValue: "2500m" } },
      },
      {
        type: "External",
        external: {
          metric: { name: "queue_length", selector: { matchLabels: { queue: "mail" } } },
          target: { type: "AverageValue", averageValue: "30" },
        },
      },
    ]);
  });

  test("lets in only its callers, and calls only what it says", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
      const stock = inCluster(scope, namespace, "stock", { exposure: "internal", port: 9000 });
      const reaches = [{ to: "internet", ports: [443], why: "card payments" }] as const;
      inCluster(scope, namespace, "api", { calls: [stock], reaches });
    });
    const egress: Loose = find(resources, kind.policy, "shop-api-workload-egress").inputs;
    const stock = { "app.kubernetes.io/name": "stock", "app.kubernetes.io/part-of": "shop" };
    const api = { "app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "shop" };
    const here = { matchLabels: { "kubernetes.io/metadata.name": "shop" } };
    expect(egress.metadata.annotations).toEqual({ "slipway.dev/reaches": "internet: card payments" });
    expect(egress.spec.policyTypes).toEqual(["Egress"]);
    expect(egress.spec.egress).toEqual([
      {
        to: [{ namespaceSelector: here, podSelector: { matchLabels: stock } }],
        ports: [{ port: 9000, protocol: "TCP" }],
      },
      {
        to: [
          {
            ipBlock: {
              cidr: "0.0.0.0/0",
              except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
            },
          },
        ],
        ports: [{ port: 443, protocol: "TCP" }],
      },
    ]);
    const admission: Loose = find(resources, kind.policy, "shop-api-workload-to-stock").inputs;
    expect(admission.spec).toEqual({
      podSelector: { matchLabels: stock },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: here, podSelector: { matchLabels: api } }],
          ports: [{ port: 9000, protocol: "TCP" }],
        },
      ],
    });
  });

  test("mounts each secret by its version, read by its own identity, and has no value of it anywhere", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
      const rotation = { by: "the bank" } as const;
      const pin = (version: string) => ({ kind: "pinned", version }) as const;
      const key = new Secret("shop-key", { scope, vault, secretId: "pay-key", source: pin("7"), rotation });
      const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
      inCluster(scope, namespace, "api", { secrets: { PAY_KEY: key } });
    });
    const external: Loose = find(resources, kind.external, "shop-api-workload-identity-pay-key").inputs;
    expect(external.spec).toEqual({
      refreshPolicy: "CreatedOnce",
      secretStoreRef: { kind: "SecretStore", name: "api" },
      target: { name: "api-pay-key-v7", creationPolicy: "Owner", immutable: true },
      data: [{ secretKey: "value", remoteRef: { key: "pay-key", version: "7" } }],
    });
    const pod: Loose = (find(resources, kind.deployment, "shop-api-workload-deployment").inputs as Loose).spec
      .template.spec;
    expect(pod.containers[0].env).toEqual([{ name: "PAY_KEY_FILE", value: "/secrets/pay-key/value" }]);
    expect(pod.volumes[1].secret.secretName).toBe("api-pay-key-v7");
    const account: Loose = find(resources, kind.account, "shop-api-workload-identity-service-account").inputs;
    expect(Object.keys(account.metadata.annotations)).toEqual(["iam.gke.io/gcp-service-account"]);
    expect(
      ofType(resources, "gcp:serviceaccount/iAMMember:IAMMember").map(({ inputs }) => inputs.member),
    ).toEqual(["serviceAccount:shop-production.svc.id.goog[shop/api]"]);
  });

  test("OS-07 has a candidate beside it, with pods, an address and an autoscaler of its own", async () => {
    let backends: unknown;
    const resources = await declare(() => {
      const scope = testScope();
      const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
      const header = { name: "x-canary", value: "yes" };
      const service = inCluster(scope, namespace, "api", {
        candidate: { image: "shop/api:2.0.0", percent: 10, header },
      });
      backends = service.routed.backends;
    });
    expect(backends).toEqual([
      { name: "api", weight: 90 },
      { name: "api-candidate", weight: 10, header: { name: "x-canary", value: "yes" } },
    ]);
    const candidate: Loose = find(
      resources,
      kind.deployment,
      "shop-api-workload-candidate-deployment",
    ).inputs;
    expect(candidate.spec.template.spec.containers[0].image).toBe("shop/api:2.0.0");
    expect(candidate.spec.selector.matchLabels["slipway.dev/track"]).toBe("candidate");
    const service: Loose = find(resources, kind.service, "shop-api-workload-candidate-service").inputs;
    expect(service.spec.selector).toEqual(candidate.spec.selector.matchLabels);
    const autoscaler: Loose = find(
      resources,
      kind.autoscaler,
      "shop-api-workload-candidate-autoscaler",
    ).inputs;
    expect(autoscaler.spec).toMatchObject({ minReplicas: 1, maxReplicas: 13 });
  });

  test("OS-07 a candidate that is promoted keeps the name of its revision", async () => {
    const revisionOf = async (changes: object, track: string) => {
      const resources = await declare(() => {
        const scope = testScope();
        const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
        inCluster(scope, namespace, "api", changes);
      });
      const deployment: Loose = find(resources, kind.deployment, `shop-api-workload-${track}`).inputs;
      return deployment.spec.template.metadata.labels["slipway.dev/revision"];
    };
    const staged = { candidate: { image: "shop/api:2.0.0", percent: 10 } };
    const candidate = await revisionOf(staged, "candidate-deployment");
    expect(candidate).toMatch(/^api-[0-9a-f]{8}$/);
    expect(await revisionOf(staged, "deployment")).not.toBe(candidate);
    expect(await revisionOf({ image: "shop/api:2.0.0" }, "deployment")).toBe(candidate);
  });
});
