import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Gateway, GatewayArgs } from "../../components/network/gateway.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import type { Condition } from "../../sandbox/kubernetes/controllers/conditions.ts";
import { type KubernetesType, kubernetesType } from "../../sandbox/models/kubernetes/declared.ts";
import { type Properties, valueAt } from "../../sandbox/models/values.ts";
import { kubernetesClient, type ServedKind } from "../../sandbox/providers/live/kubernetes/client.ts";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { gatewayParts, releasedService, sharedGateway, shopGateway } from "../support/gateway.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 60_000 });

const GATEWAY_API = "gateway.networking.k8s.io/v1";

const limit = { requests: 30, perSeconds: 60 } as const;
const perUser = { ...limit, by: { header: "X-User-Id" } } as const;
const routes = [
  { path: "/api", service: releasedService() },
  { path: "/", service: releasedService("pages") },
];

/** An object, and its type as Pulumi says it. */
interface Declared {
  readonly token: string;
  readonly object: AnyObject;
}

/** What a program declares for the cluster, moved into a test's namespace. */
async function objectsIn(namespace: string, program: () => Gateway): Promise<Declared[]> {
  const parts = await gatewayParts(program);
  return parts
    .filter(({ type, options }) => type.startsWith("kubernetes:") && options.id === undefined)
    .map(({ type, inputs }) => {
      const object = inputs as unknown as AnyObject;
      return { token: type, object: { ...object, metadata: { ...object.metadata, namespace } } };
    });
}

/**
 * Applies an object as it is, field by field; one that its definition doesn't know is an error. The generated client would
 * leave out fields whose names are words of JavaScript, such as a network policy's `from`.
 * @returns the object as the API server keeps it
 */
async function applyStrictly(cluster: TestCluster, { token, object }: Declared): Promise<Properties> {
  const client = await kubernetesClient(cluster.connection);
  const type = kubernetesType(token) as KubernetesType;
  const kind = (await client.kind(type)) as ServedKind;
  const { namespace, name } = object.metadata ?? {};
  return await client.request("PATCH", client.path(type, kind, namespace, name), {
    query: { fieldManager: "test", fieldValidation: "Strict" },
    contentType: "application/apply-patch+yaml",
    body: object,
  });
}

/** Applies objects, each of which must be kept as it is. */
async function applyAll(cluster: TestCluster, objects: readonly Declared[]): Promise<void> {
  for (const each of objects) {
    const { apiVersion, kind, metadata, spec } = each.object;
    const kept = await applyStrictly(cluster, each);
    expect(kept, `${kind} ${metadata?.name}`).toMatchObject({ apiVersion, kind, metadata, spec });
    const again = await applyStrictly(cluster, each);
    expect(valueAt(again, "metadata", "generation")).toBe(valueAt(kept, "metadata", "generation"));
  }
}

/** What the way in leads to, and who issues its certificate. @returns the issuer's name */
async function surroundings(cluster: TestCluster, namespace: string): Promise<string> {
  const names = routes.flatMap(({ service }) => service.backends.map(({ name }) => name));
  const services = names.map((name) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  }));
  const issuer = {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: namespace },
    spec: { selfSigned: {} },
  };
  await cluster.apply(...services, issuer);
  onTestFinished(async () => {
    await cluster.client.objects.delete(issuer);
  });
  return namespace;
}

type Route = AnyObject & {
  spec: { rules: unknown[] };
  status?: { parents?: { parentRef: { sectionName?: string }; conditions: Condition[] }[] };
};
type Listening = AnyObject & {
  status?: {
    conditions?: Condition[];
    addresses?: { value: string }[];
    listeners?: { name: string; attachedRoutes: number }[];
  };
};

function holds(list: readonly Condition[] | undefined, type: string): boolean {
  return list?.some((each) => each.type === type && each.status === "True") ?? false;
}

/** Waits until each route is accepted by its one parent, and each of its backends is found. */
async function untilRouted(cluster: TestCluster, namespace: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await until(
      () => cluster.read<Route>(GATEWAY_API, "HTTPRoute", namespace, name),
      ({ status }) =>
        status?.parents?.length === 1 &&
        status.parents.every(
          ({ conditions }) => holds(conditions, "Accepted") && holds(conditions, "ResolvedRefs"),
        ),
    );
  }
}

describeWithCluster("a way into a cluster, as a real API server takes it", (cluster) => {
  describe.each<[string, Partial<GatewayArgs>]>([
    ["gke", { implementation: "gke", rateLimit: perUser }],
    ["envoy", { implementation: "envoy", rateLimit: perUser }],
    ["envoy, by address", { implementation: "envoy", rateLimit: limit }],
  ])("OS-01 %s", (_, change) => {
    test("is programmed, with its certificate, and its routes are accepted", async () => {
      const namespace = await cluster.testNamespace();
      const issuer = await surroundings(cluster, namespace);
      const objects = await objectsIn(namespace, () =>
        shopGateway({ ...change, certificate: { issuer }, routes }),
      );
      await applyAll(cluster, objects);
      const gateway = await until(
        () => cluster.read<Listening>(GATEWAY_API, "Gateway", namespace, "edge"),
        ({ status }) =>
          holds(status?.conditions, "Accepted") &&
          holds(status?.conditions, "Programmed") &&
          status?.listeners?.find(({ name }) => name === "https")?.attachedRoutes === 2 &&
          status.listeners.find(({ name }) => name === "http")?.attachedRoutes === 1,
      );
      expect(gateway.status?.addresses).toHaveLength(1);
      await untilRouted(cluster, namespace, ["edge-api", "edge-pages", "edge-redirect"]);
    });
  });

  test("a certificate map of Google's needs no secret", async () => {
    const namespace = await cluster.testNamespace();
    await surroundings(cluster, namespace);
    const certificate = { managed: "shop-certificates" };
    await applyAll(cluster, await objectsIn(namespace, () => shopGateway({ certificate, routes })));
    await until(
      () => cluster.read<Listening>(GATEWAY_API, "Gateway", namespace, "edge"),
      ({ status }) => holds(status?.conditions, "Programmed"),
    );
  });

  test("routes hang on a Gateway of another namespace, where that lets them", async () => {
    const [infra, namespace] = [await cluster.testNamespace(), await cluster.testNamespace()];
    await surroundings(cluster, namespace);
    await cluster.apply({
      apiVersion: GATEWAY_API,
      kind: "Gateway",
      metadata: { name: "public", namespace: infra },
      spec: {
        gatewayClassName: "eg",
        listeners: [
          { name: "web", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "All" } } },
        ],
      },
    });
    const gateway = { name: "public", namespace: infra, listener: "web" };
    const shared = () => sharedGateway({ implementation: "envoy", gateway, routes, rateLimit: perUser });
    await applyAll(cluster, await objectsIn(namespace, shared));
    await untilRouted(cluster, namespace, ["public-api", "public-pages"]);
  });

  test("OS-07 ingress-nginx's two Ingresses of each service are taken as they are", async () => {
    const namespace = await cluster.testNamespace();
    const implementation = "ingress-nginx";
    const objects = await objectsIn(namespace, () =>
      shopGateway({ implementation, routes, rateLimit: limit }),
    );
    expect(objects.filter(({ object }) => object.kind === "Ingress")).toHaveLength(4);
    await applyAll(cluster, objects);
  });

  test("the API server refuses a field that its definition doesn't know", async () => {
    const namespace = await cluster.testNamespace();
    const objects = await objectsIn(namespace, () =>
      shopGateway({ implementation: "envoy", rateLimit: limit }),
    );
    const policy = objects.find(({ object }) => object.kind === "BackendTrafficPolicy") as Declared;
    const spec = { ...(policy.object.spec as object), rateLimits: {} };
    const wrong = { ...policy, object: { ...policy.object, spec } };
    await expect(applyStrictly(cluster, wrong)).rejects.toThrow(/rateLimits: field not declared in schema/);
  });
});
