import { X509Certificate } from "node:crypto";
import type {
  V1Deployment,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1Secret,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { expect, test, vi } from "vitest";
import { type AnyObject, statusCode } from "../../sandbox/kubernetes/client.ts";
import type { Condition } from "../../sandbox/kubernetes/controllers/conditions.ts";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A deployment whose pods ask for something, so that it can be scaled on what they use. */
const deployment = (namespace: string, name: string, replicas?: number): AnyObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: "app", image: "registry/app:1", resources: { requests: { cpu: "100m", memory: "64Mi" } } },
        ],
      },
    },
  },
});

const service = (namespace: string, name: string): AnyObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
});

type WithConditions = AnyObject & { status?: { conditions?: Condition[] } };

/** Waits until an object has a condition with this status. */
async function untilCondition(
  cluster: TestCluster,
  [apiVersion, kind, namespace, name]: [string, string, string, string],
  type: string,
  status = "True",
): Promise<Condition> {
  const find = (object: WithConditions) => object.status?.conditions?.find((each) => each.type === type);
  const object = await until(
    () => cluster.read<WithConditions>(apiVersion, kind, namespace, name),
    (each) => find(each)?.status === status,
  );
  return find(object) as Condition;
}

describeWithCluster("the sandbox's own cluster", (cluster) => {
  test("has three nodes that are ready, each in a zone of its own", async () => {
    const { items } = await cluster.client.objects.list<V1Node>("v1", "Node");
    const seen = items.map(({ metadata, status }) => [
      metadata?.labels?.["topology.kubernetes.io/zone"],
      status?.conditions?.find(({ type }) => type === "Ready")?.status,
    ]);
    expect(seen).toEqual([
      ["zone-1", "True"],
      ["zone-2", "True"],
      ["zone-3", "True"],
    ]);
  });

  test("a deployment becomes available, is scaled by what its pods are said to use, and back", async () => {
    const namespace = await cluster.testNamespace();
    await cluster.apply(deployment(namespace, "web"), {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
          },
          {
            type: "Pods",
            pods: {
              metric: { name: "requests_per_second" },
              target: { type: "AverageValue", averageValue: "10" },
            },
          },
        ],
      },
    });
    const replicas = (wanted: number) =>
      until(
        () => cluster.read<V1Deployment>("apps/v1", "Deployment", namespace, "web"),
        ({ status }) => status?.availableReplicas === wanted && status.replicas === wanted,
      );
    await replicas(2);
    cluster.figures(namespace, { cpu: "100m" });
    await replicas(4);
    cluster.figures(namespace, { custom: { requests_per_second: "30" } });
    await replicas(6);
    const autoscaler = await cluster.read<V2HorizontalPodAutoscaler>(
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      namespace,
      "web",
    );
    expect(autoscaler.status?.currentMetrics).toMatchObject([
      { resource: { name: "cpu", current: { averageUtilization: 5, averageValue: "5m" } } },
      { pods: { metric: { name: "requests_per_second" }, current: { averageValue: "30" } } },
    ]);
    cluster.figures(namespace, {});
    await replicas(2);
  });

  test("as many evictions at once are allowed as the disruption budget says, and the rest are refused", async () => {
    const namespace = await cluster.testNamespace();
    // Slow enough that no replacement is ready before all have been asked for.
    const slow = deployment(namespace, "web", 5) as V1Deployment & AnyObject;
    if (slow.spec?.template.metadata)
      slow.spec.template.metadata.annotations = { "sandbox.slipway/ready-after": "5s" };
    await cluster.apply(slow, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace },
      spec: { minAvailable: 3, selector: { matchLabels: { app: "web" } } },
    });
    const budget = await until(
      () => cluster.read<V1PodDisruptionBudget>("policy/v1", "PodDisruptionBudget", namespace, "web"),
      ({ status }) => status?.currentHealthy === 5,
    );
    expect(budget.status).toMatchObject({ disruptionsAllowed: 2, desiredHealthy: 3, expectedPods: 5 });

    const { items } = await cluster.client.objects.list<V1Pod>("v1", "Pod", namespace);
    const codes = await Promise.all(
      items.map(async ({ metadata }) => await evict(cluster, namespace, metadata?.name ?? "")),
    );
    expect(codes.toSorted()).toEqual([201, 201, 429, 429, 429]);
  });

  test("a release that never becomes ready stays behind the one that serves", async () => {
    const namespace = await cluster.testNamespace();
    const good = deployment(namespace, "web", 2) as V1Deployment & AnyObject;
    await cluster.apply(good);
    await untilCondition(cluster, ["apps/v1", "Deployment", namespace, "web"], "Available");
    const bad = structuredClone(good);
    if (bad.spec) bad.spec.progressDeadlineSeconds = 1;
    if (bad.spec?.template.metadata)
      bad.spec.template.metadata.annotations = { "sandbox.slipway/ready": "false" };
    await cluster.apply(bad);
    const said = await untilCondition(
      cluster,
      ["apps/v1", "Deployment", namespace, "web"],
      "Progressing",
      "False",
    );
    expect(said.reason).toBe("ProgressDeadlineExceeded");
    const { status } = await cluster.read<V1Deployment>("apps/v1", "Deployment", namespace, "web");
    expect(status?.availableReplicas).toBe(2);
  });

  test("a claim is bound to a volume of its size, in the default storage class", async () => {
    const namespace = await cluster.testNamespace();
    await cluster.apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
    });
    const claim = await until(
      () => cluster.read<V1PersistentVolumeClaim>("v1", "PersistentVolumeClaim", namespace, "data"),
      ({ status }) => status?.phase === "Bound",
    );
    expect(claim.spec?.storageClassName).toBe("standard-rwo");
    expect(claim.status?.capacity).toEqual({ storage: "2Gi" });
  });

  test("an external secret makes the secret, which is its own, and says that the values are made up", async () => {
    const namespace = await cluster.testNamespace();
    await cluster.apply(...externalSecret(namespace, "db"));
    const kind = ["external-secrets.io/v1", "ExternalSecret", namespace, "db"] as [
      string,
      string,
      string,
      string,
    ];
    expect((await untilCondition(cluster, kind, "Ready")).message).toContain("made up by the sandbox");
    const secret = await cluster.read<V1Secret>("v1", "Secret", namespace, "db");
    expect(secret.immutable).toBe(true);
    expect(Object.keys(secret.data ?? {})).toEqual(["url"]);
    expect(Buffer.from(secret.data?.url ?? "", "base64").toString()).toMatch(
      /^redis:\/\/:[\w-]{32}@cache:6379$/,
    );
    expect(secret.metadata?.ownerReferences).toMatchObject([{ kind: "ExternalSecret", name: "db" }]);
  });

  test("an external secret without its store is not ready, and says why", async () => {
    const namespace = await cluster.testNamespace();
    const [, external] = externalSecret(namespace, "db");
    await cluster.apply(external as AnyObject);
    const kind = ["external-secrets.io/v1", "ExternalSecret", namespace, "db"] as [
      string,
      string,
      string,
      string,
    ];
    expect((await untilCondition(cluster, kind, "Ready", "False")).message).toBe(
      'could not get SecretStore "store": it does not exist',
    );
  });

  test("a gateway is programmed once its certificate is there, and a route only with its backends", async () => {
    const namespace = await cluster.testNamespace();
    const [gateway, route] = gatewayAndRoute(namespace);
    await cluster.apply(gateway, route, service(namespace, "web"));
    const gatewayKind = ["gateway.networking.k8s.io/v1", "Gateway", namespace, "edge"] as const;
    expect((await untilCondition(cluster, [...gatewayKind], "Programmed", "False")).reason).toBe("Invalid");
    await cluster.apply(...certificate(namespace));
    await untilCondition(cluster, [...gatewayKind], "Programmed");
    const secret = await cluster.read<V1Secret>("v1", "Secret", namespace, "edge-tls");
    const pem = new X509Certificate(Buffer.from(secret.data?.["tls.crt"] ?? "", "base64"));
    expect(pem.subjectAltName).toBe("DNS:www.example.com");

    const said = () =>
      until(
        async () => {
          const found = await cluster.read<
            AnyObject & { status?: { parents?: { conditions: Condition[] }[] } }
          >("gateway.networking.k8s.io/v1", "HTTPRoute", namespace, "web");
          return found.status?.parents?.[0]?.conditions ?? [];
        },
        (conditions) => conditions.length > 0,
      );
    expect(await said()).toMatchObject([
      { type: "Accepted", status: "True" },
      { type: "ResolvedRefs", status: "False", reason: "BackendNotFound" },
    ]);
    await cluster.apply(service(namespace, "web-next"));
    await until(said, ([, resolved]) => resolved?.status === "True");
  });
});

/** Asks to evict a pod. @returns the HTTP status of the answer */
async function evict(cluster: TestCluster, namespace: string, name: string): Promise<number | undefined> {
  const eviction = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
  };
  try {
    await cluster.core.createNamespacedPodEviction({ name, namespace, body: eviction });
    return 201;
  } catch (error) {
    return statusCode(error);
  }
}

function externalSecret(namespace: string, name: string): [AnyObject, AnyObject] {
  return [
    {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name: "store", namespace },
      spec: { provider: { gcpsm: { projectID: "project" } } },
    },
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name, namespace },
      spec: {
        secretStoreRef: { name: "store", kind: "SecretStore" },
        refreshInterval: "1h",
        target: {
          name,
          creationPolicy: "Owner",
          immutable: true,
          template: { data: { url: "redis://:{{ .password }}@cache:6379" } },
        },
        data: [{ secretKey: "password", remoteRef: { key: "cache-password", version: "3" } }],
      },
    },
  ];
}

function gatewayAndRoute(namespace: string): [AnyObject, AnyObject] {
  return [
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "edge", namespace },
      spec: {
        gatewayClassName: "gke-l7-global-external-managed",
        listeners: [
          {
            name: "https",
            port: 443,
            protocol: "HTTPS",
            hostname: "www.example.com",
            tls: { certificateRefs: [{ name: "edge-tls" }] },
          },
        ],
      },
    },
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "web", namespace },
      spec: {
        parentRefs: [{ name: "edge" }],
        hostnames: ["www.example.com"],
        rules: [
          {
            backendRefs: [
              { name: "web", port: 80, weight: 90 },
              { name: "web-next", port: 80, weight: 10 },
            ],
          },
        ],
      },
    },
  ];
}

function certificate(namespace: string): AnyObject[] {
  return [
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Issuer",
      metadata: { name: "issuer", namespace },
      spec: { selfSigned: {} },
    },
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "edge", namespace },
      spec: { secretName: "edge-tls", dnsNames: ["www.example.com"], issuerRef: { name: "issuer" } },
    },
  ];
}
