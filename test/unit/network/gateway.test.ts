import { expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Gateway } from "../../../components/network/gateway.ts";
import { Service } from "../../../components/service/service.ts";
import { declare, find, testScope } from "../../support/declare.ts";
import {
  gatewayParts,
  releasedService,
  routedService,
  sharedGateway,
  shopGateway,
} from "../../support/gateway.ts";
import { goodService } from "../../support/service.ts";

// biome-ignore lint/suspicious/noExplicitAny: a plan's inputs are JSON of any shape
type Loose = any;

/** What the resources are, as `Kind name`: the object's name, or the logical one where that is not known. */
function named(resources: readonly PlanResource[]): string[] {
  return resources.map(({ type, name, inputs }) => {
    const { metadata } = inputs as Loose;
    return `${type.split(":").at(-1)} ${metadata?.name ?? name}`;
  });
}

/** The one object of a kind. */
function object(resources: readonly PlanResource[], kind: string, name?: string): Loose {
  const found = resources.filter(
    ({ type, inputs }) =>
      type.endsWith(`:${kind}`) && (name === undefined || (inputs as Loose).metadata.name === name),
  );
  expect(found, `${kind} ${name ?? ""} among ${named(resources).join(", ")}`).toHaveLength(1);
  return found[0]?.inputs;
}

const rateLimit = { requests: 30, perSeconds: 60 } as const;

test("OS-01 on GKE a load balancer with an address of its own, Cloud Armor, and health checks of each backend", async () => {
  const parts = await gatewayParts(() =>
    shopGateway({ routes: [{ path: "/", service: releasedService() }], rateLimit }),
  );
  expect(named(parts).sort()).toEqual([
    "Certificate edge-tls",
    "GCPBackendPolicy api",
    "GCPBackendPolicy api-candidate",
    "GCPGatewayPolicy edge",
    "Gateway edge",
    "GlobalAddress shop-gateway-address",
    "HTTPRoute edge-api",
    "HTTPRoute edge-redirect",
    "HealthCheckPolicy api",
    "HealthCheckPolicy api-candidate",
    "NetworkPolicy allow-edge-to-api",
    "SSLPolicy shop-gateway-tls",
    "SecurityPolicy shop-gateway-waf",
  ]);
  expect(object(parts, "Gateway")).toMatchObject({
    metadata: {
      name: "edge",
      namespace: "shop",
      labels: { "app.kubernetes.io/part-of": "shop", "slipway.dev/environment": "production" },
      annotations: { "pulumi.com/waitFor": "condition=Programmed" },
    },
    spec: {
      gatewayClassName: "gke-l7-global-external-managed",
      addresses: [{ type: "NamedAddress" }],
    },
  });
  expect(object(parts, "Certificate").spec).toEqual({
    secretName: "edge-tls",
    dnsNames: ["shop.example.com"],
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  });
  expect(object(parts, "HTTPRoute", "edge-redirect").spec.rules).toEqual([
    {
      matches: [{ path: { type: "PathPrefix", value: "/" } }],
      filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
    },
  ]);
  expect(object(parts, "HealthCheckPolicy", "api-candidate").spec).toEqual({
    targetRef: { group: "", kind: "Service", name: "api-candidate" },
    default: {
      checkIntervalSec: 5,
      timeoutSec: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
      logConfig: { enabled: true },
      config: {
        type: "HTTP",
        httpHealthCheck: { portSpecification: "USE_SERVING_PORT", requestPath: "/health/readiness" },
      },
    },
  });
  expect(object(parts, "SSLPolicy")).toMatchObject({ minTlsVersion: "TLS_1_2", profile: "MODERN" });
  expect(object(parts, "GCPGatewayPolicy").spec.targetRef).toEqual({
    group: "gateway.networking.k8s.io",
    kind: "Gateway",
    name: "edge",
  });
  expect(find(parts, "gcp:compute/globalAddress:GlobalAddress", "shop-gateway-address").options.protect).toBe(
    true,
  );
});

test("OS-01 a certificate map of Google's needs no certificate in the cluster", async () => {
  const parts = await gatewayParts(() => shopGateway({ certificate: { managed: "shop-certificates" } }));
  expect(named(parts).filter((name) => name.startsWith("Certificate"))).toEqual([]);
  const gateway = object(parts, "Gateway");
  expect(gateway.metadata.annotations["networking.gke.io/certmap"]).toBe("shop-certificates");
  expect(gateway.spec.listeners[0].tls).toBeUndefined();
});

test("OS-01 by Envoy Gateway, with its own policies", async () => {
  const parts = await gatewayParts(() => shopGateway({ implementation: "envoy", rateLimit, name: "front" }));
  expect(named(parts).sort()).toEqual([
    "BackendTrafficPolicy front",
    "Certificate front-tls",
    "ClientTrafficPolicy front",
    "Gateway front",
    "HTTPRoute front-api",
    "HTTPRoute front-redirect",
    "NetworkPolicy allow-front-to-api",
  ]);
  expect(object(parts, "ClientTrafficPolicy").spec).toEqual({
    targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "front" }],
    tls: { minVersion: "1.2" },
  });
  expect(object(parts, "Gateway").spec).toMatchObject({ gatewayClassName: "eg" });
  expect(object(parts, "Gateway").spec.addresses).toBeUndefined();
  expect(named(await gatewayParts(() => shopGateway({ implementation: "envoy" })))).not.toContain(
    "BackendTrafficPolicy edge",
  );
});

test("OS-07 by ingress-nginx, with a second Ingress while a release is under way", async () => {
  const parts = await gatewayParts(() =>
    shopGateway({
      implementation: "ingress-nginx",
      className: "public",
      routes: [
        { path: "/api", service: releasedService() },
        { path: "/", service: routedService({ service: "pages" }) },
      ],
    }),
  );
  expect(named(parts).sort()).toEqual([
    "Ingress edge-api",
    "Ingress edge-api-candidate",
    "Ingress edge-pages",
    "NetworkPolicy allow-edge-to-api",
    "NetworkPolicy allow-edge-to-pages",
  ]);
  expect(object(parts, "Ingress", "edge-api-candidate")).toMatchObject({
    metadata: { annotations: { "nginx.ingress.kubernetes.io/canary-weight": "10" } },
    spec: { ingressClassName: "public" },
  });
});

test.each([
  ["gke", undefined, [{ ipBlock: { cidr: "130.211.0.0/22" } }, { ipBlock: { cidr: "35.191.0.0/16" } }]],
  ["envoy", undefined, "envoy-gateway-system"],
  ["ingress-nginx", undefined, "ingress-nginx"],
  ["envoy", "proxies", "proxies"],
] as const)(
  "%s (%s) alone reaches the pods, on their one port",
  async (implementation, proxyNamespace, from) => {
    const parts = await gatewayParts(() =>
      shopGateway({ implementation, ...(proxyNamespace === undefined ? {} : { proxyNamespace }) }),
    );
    const label = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from } } };
    expect(object(parts, "NetworkPolicy", "allow-edge-to-api").spec).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
      policyTypes: ["Ingress"],
      ingress: [
        { from: typeof from === "string" ? [label] : from, ports: [{ port: 8080, protocol: "TCP" }] },
      ],
    });
  },
);

test("through a Gateway that others keep, only routes and what protects the services are made", async () => {
  const parts = await gatewayParts(() =>
    sharedGateway({
      implementation: "envoy",
      gateway: { name: "public", namespace: "infra", listener: "shop" },
      rateLimit,
    }),
  );
  expect(named(parts.filter(({ options }) => options.id === undefined)).sort()).toEqual([
    "BackendTrafficPolicy public",
    "HTTPRoute public-api",
    "NetworkPolicy allow-public-to-api",
  ]);
  expect(object(parts, "HTTPRoute").spec.parentRefs).toEqual([
    {
      group: "gateway.networking.k8s.io",
      kind: "Gateway",
      name: "public",
      namespace: "infra",
      sectionName: "shop",
    },
  ]);
  const google = await gatewayParts(() => sharedGateway());
  expect(named(google)).toEqual(
    expect.arrayContaining([
      "HealthCheckPolicy api",
      "GCPBackendPolicy api",
      "SecurityPolicy shop-gateway-waf",
    ]),
  );
  expect(named(google)).not.toContain("GCPGatewayPolicy public");
});

test("requests are led to a service once its pods and what protects them are there", async () => {
  const resources = await declare(() => {
    const scope = testScope();
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    const spec = { ...goodService(), runtime: "kubernetes" as const };
    const api = new Service("shop-api", { scope, service: "api", namespace, ...spec });
    new Gateway("shop-gateway", {
      scope,
      namespace,
      domain: "shop.example.com",
      certificate: { issuer: "letsencrypt" },
      routes: [{ path: "/", service: api.routed }],
    });
  });
  const route = resources.find(({ name }) => name === "shop-gateway-route-api");
  const before = route?.dependencies.map((urn) => urn.split("::").at(-1));
  expect(before).toEqual(
    expect.arrayContaining([
      "shop-api-workload-deployment",
      "shop-api-workload-service",
      "shop-gateway-backend-policy-api",
      "shop-gateway-gateway",
      "shop-gateway-health-check-api",
      "shop-gateway-to-api",
    ]),
  );
});

test("OS-09 the rate limit counts only the routes that it is for, whatever carries them", async () => {
  const api = releasedService();
  const pages = { ...api, service: "pages", backends: [{ name: "pages", weight: 100 }] };
  const routes = [
    { path: "/chat", service: api },
    { path: "/", service: pages, limited: false },
  ];
  const parts = (implementation: "gke" | "envoy" | "ingress-nginx") =>
    gatewayParts(() => shopGateway({ routes, rateLimit, implementation }));

  const gke = await parts("gke");
  const guard = (name: string) => object(gke, "GCPBackendPolicy", name).spec.default.securityPolicy;
  expect(guard("api")).toMatch(/^shop-gateway-waf-[0-9a-f]{7}$/);
  expect(guard("pages")).toMatch(/^shop-gateway-waf-unlimited-[0-9a-f]{7}$/);

  const envoy = object(await parts("envoy"), "BackendTrafficPolicy");
  expect(envoy.spec.targetRefs.map(({ name }: Loose) => name)).toEqual(["edge-api"]);

  const nginx = await parts("ingress-nginx");
  const limitOf = (name: string) =>
    object(nginx, "Ingress", name).metadata.annotations["nginx.ingress.kubernetes.io/limit-rpm"];
  expect([limitOf("edge-api"), limitOf("edge-pages")]).toEqual(["30", undefined]);
});
