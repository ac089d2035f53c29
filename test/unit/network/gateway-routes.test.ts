import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planEnvoyRateLimit } from "../../../components/network/gateway-envoy.ts";
import { planBackendPolicy } from "../../../components/network/gateway-gke.ts";
import { planGateway } from "../../../components/network/gateway-listeners.ts";
import { byService, planHttpRoute } from "../../../components/network/gateway-routes.ts";
import { planCandidateIngress, planIngress } from "../../../components/network/ingress.ts";
import type { RoutedService } from "../../../components/network/routed-service.ts";
import { planWaf } from "../../../components/network/waf.ts";
import { releasedService, routedService } from "../../support/gateway.ts";

const surroundings = {
  parent: { name: "edge", listener: "https" },
  domain: "shop.example.com",
  timeouts: true,
};
const prefix = (value: string) => ({ path: { type: "PathPrefix", value } });
const backend = (name: string, weight: number) => ({ group: "", kind: "Service", name, port: 80, weight });

describe("a route", () => {
  test("leads every path of a service to it, for as long as a request may take", () => {
    const route = { service: routedService(), paths: ["/api", "/admin"], limited: true };
    expect(planHttpRoute(route, surroundings)).toEqual({
      parentRefs: [
        { group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge", sectionName: "https" },
      ],
      hostnames: ["shop.example.com"],
      rules: [
        {
          matches: [prefix("/api"), prefix("/admin")],
          backendRefs: [backend("api", 100)],
          timeouts: { request: "60s" },
        },
      ],
    });
  });

  test("OS-07 shares requests out between a release's versions, and a header leads to the candidate", () => {
    const { rules } = planHttpRoute({ service: releasedService(), paths: ["/"] }, surroundings);
    expect(rules).toEqual([
      {
        matches: [{ ...prefix("/"), headers: [{ type: "Exact", name: "x-release", value: "candidate" }] }],
        backendRefs: [backend("api-candidate", 100)],
        timeouts: { request: "60s" },
      },
      {
        matches: [prefix("/")],
        backendRefs: [backend("api", 90), backend("api-candidate", 10)],
        timeouts: { request: "60s" },
      },
    ]);
  });

  test("says no time limit where GKE would refuse the route for it; a policy of GKE's own says it", () => {
    const service = routedService({ timeoutSeconds: 90.5 });
    const { rules } = planHttpRoute({ service, paths: ["/"] }, { ...surroundings, timeouts: false });
    expect(rules[0]).toEqual({ matches: [prefix("/")], backendRefs: [backend("api", 100)] });
    expect(planBackendPolicy(service, "api", "waf")).toEqual({
      targetRef: { group: "", kind: "Service", name: "api" },
      default: {
        securityPolicy: "waf",
        timeoutSec: 91,
        connectionDraining: { drainingTimeoutSec: 91 },
        logging: { enabled: true, sampleRate: 1_000_000 },
      },
    });
    const { default: long } = planBackendPolicy(routedService({ timeoutSeconds: 7200 }), "api", "waf");
    expect(long).toMatchObject({ timeoutSec: 7200, connectionDraining: { drainingTimeoutSec: 3600 } });
  });

  test("whatever the weights, they add up, and the header's rule comes first and leads to its backend alone", () => {
    const weights = fc.integer({ min: 0, max: 100 });
    const header = fc.option(
      fc.record({ name: fc.constant("x-release"), value: fc.string({ minLength: 1 }) }),
      {
        nil: undefined,
      },
    );
    const paths = fc.uniqueArray(fc.constantFrom("/", "/api", "/admin"), { minLength: 1 });
    fc.assert(
      fc.property(weights, header, paths, (weight, leading, led) => {
        const candidate = {
          name: "api-candidate",
          weight,
          ...(leading === undefined ? {} : { header: leading }),
        };
        const service = routedService({ backends: [{ name: "api", weight: 100 - weight }, candidate] });
        const { rules } = planHttpRoute({ service, paths: led }, surroundings);
        const shared = rules.at(-1);
        expect(shared?.backendRefs.reduce((sum, each) => sum + each.weight, 0)).toBe(100);
        expect(shared?.backendRefs[1]).toEqual(backend("api-candidate", weight));
        expect(rules.map(({ matches }) => matches.map(({ path }) => path.value))).toEqual(
          Array(leading === undefined ? 1 : 2).fill(led),
        );
        if (leading === undefined) return;
        expect(rules[0]?.backendRefs).toEqual([backend("api-candidate", 100)]);
        expect(rules[0]?.matches.every((match) => "headers" in match)).toBe(true);
        expect(shared?.matches.some((match) => "headers" in match)).toBe(false);
      }),
    );
  });

  test("of several services, each has one, with all of its paths", () => {
    const [api, pages] = [routedService(), routedService({ service: "pages" })];
    const routes = [
      { path: "/api", service: api },
      { path: "/", service: pages },
      { path: "/admin", service: api },
    ];
    expect(byService(routes)).toEqual([
      { service: api, paths: ["/api", "/admin"], limited: true },
      { service: pages, paths: ["/"], limited: true },
    ]);
  });
});

describe("a Gateway", () => {
  test("takes its own namespace's routes, by HTTPS, and by HTTP for the redirect", () => {
    const listening = {
      className: "eg",
      domain: "shop.example.com",
      certificateSecret: "edge-tls",
    };
    const open = {
      hostname: "shop.example.com",
      allowedRoutes: {
        namespaces: { from: "Same" },
        kinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
      },
    };
    const certificateRefs = [{ group: "", kind: "Secret", name: "edge-tls" }];
    expect(planGateway(listening)).toEqual({
      gatewayClassName: "eg",
      listeners: [
        { name: "https", protocol: "HTTPS", port: 443, tls: { mode: "Terminate", certificateRefs }, ...open },
        { name: "http", protocol: "HTTP", port: 80, ...open },
      ],
    });
    const google = planGateway({ ...listening, certificateSecret: undefined, addressName: "shop" });
    expect(google.addresses).toEqual([{ type: "NamedAddress", value: "shop" }]);
    expect(google.listeners[0]).toEqual({ name: "https", protocol: "HTTPS", port: 443, ...open });
  });
});

describe("OS-09 a limit of 30 requests a minute for each user", () => {
  const limit = { requests: 30, perSeconds: 60 } as const;
  const minute = { requests: 30, unit: "Minute" };
  const header = { ...limit, by: { header: "X-User-Id" } };

  test("in Envoy Gateway is counted over all routes; who leaves the header out is counted by address", () => {
    const without = { type: "RegularExpression", name: "X-User-Id", value: ".+", invert: true };
    const rule = (...clientSelectors: object[]) => ({ clientSelectors, limit: minute, shared: true });
    expect(planEnvoyRateLimit(["edge-api", "edge-pages"], header)).toEqual({
      targetRefs: ["edge-api", "edge-pages"].map((name) => ({
        group: "gateway.networking.k8s.io",
        kind: "HTTPRoute",
        name,
      })),
      rateLimit: {
        type: "Global",
        global: {
          rules: [
            rule({ headers: [{ type: "Distinct", name: "X-User-Id" }] }),
            rule({ headers: [without], sourceCIDR: { type: "Distinct", value: "0.0.0.0/0" } }),
            rule({ headers: [without], sourceCIDR: { type: "Distinct", value: "::/0" } }),
          ],
        },
      },
    });
    expect(planEnvoyRateLimit(["edge-api"], limit).rateLimit.global.rules).toEqual([
      rule({ sourceCIDR: { type: "Distinct", value: "0.0.0.0/0" } }),
      rule({ sourceCIDR: { type: "Distinct", value: "::/0" } }),
    ]);
  });

  test("in Cloud Armor is counted by header, and by address for who leaves it out", () => {
    const rules = planWaf(header, 1);
    const threshold = {
      conformAction: "allow",
      exceedAction: "deny(429)",
      rateLimitThreshold: { count: 30, intervalSec: 60 },
    };
    expect(rules.slice(10)).toEqual([
      {
        priority: 5000,
        action: "throttle",
        description: "30 requests in 60 s for each header value",
        match: { expr: { expression: "has(request.headers['x-user-id'])" } },
        rateLimitOptions: { ...threshold, enforceOnKey: "HTTP_HEADER", enforceOnKeyName: "X-User-Id" },
      },
      {
        priority: 5010,
        action: "throttle",
        description: "30 requests in 60 s for each address",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        rateLimitOptions: { ...threshold, enforceOnKey: "IP" },
      },
      {
        priority: 2_147_483_647,
        action: "allow",
        description: "everything else",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
      },
    ]);
    expect(planWaf({ ...limit, by: "address" }, 1)).toEqual(planWaf(limit, 1));
    expect(planWaf(undefined, 1).map(({ action }) => action)).toEqual([
      ...Array(10).fill("deny(403)"),
      "allow",
    ]);
  });

  test("in ingress-nginx is counted by address, and lets no more than that come at once", () => {
    const route = { service: routedService(), paths: ["/"] };
    const place = {
      className: "nginx",
      domain: "shop.example.com",
      certificateSecret: "edge-tls",
      issuer: "letsencrypt",
    };
    const notes = (rateLimit: { requests: number; perSeconds: number }) =>
      planIngress(route, { ...place, rateLimit }).annotations;
    expect(notes(limit)).toMatchObject({
      "nginx.ingress.kubernetes.io/limit-rpm": "30",
      "nginx.ingress.kubernetes.io/limit-burst-multiplier": "1",
    });
    expect(notes({ requests: 5, perSeconds: 1 })).toMatchObject({
      "nginx.ingress.kubernetes.io/limit-rps": "5",
    });
  });
});

describe("OS-07 an Ingress", () => {
  const place = {
    className: "nginx",
    domain: "shop.example.com",
    certificateSecret: "edge-tls",
    issuer: "letsencrypt",
  };
  const rules = (name: string) => [
    {
      host: "shop.example.com",
      http: {
        paths: ["/", "/api"].map((path) => ({
          path,
          pathType: "Prefix",
          backend: { service: { name, port: { number: 80 } } },
        })),
      },
    },
  ];
  const plan = (service: RoutedService) => ({ service, paths: ["/", "/api"] });

  test("asks cert-manager for its certificate, and leads plain requests to HTTPS", () => {
    expect(planIngress(plan(releasedService()), place)).toEqual({
      annotations: {
        "cert-manager.io/cluster-issuer": "letsencrypt",
        "cert-manager.io/private-key-rotation-policy": "Always",
        "nginx.ingress.kubernetes.io/ssl-redirect": "true",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "60",
        "nginx.ingress.kubernetes.io/proxy-send-timeout": "60",
      },
      spec: {
        ingressClassName: "nginx",
        tls: [{ hosts: ["shop.example.com"], secretName: "edge-tls" }],
        rules: rules("api"),
      },
    });
  });

  test("has a second beside it for the candidate, with its share and its header", () => {
    expect(planCandidateIngress(plan(routedService()), place)).toBeUndefined();
    expect(planCandidateIngress(plan(releasedService()), place)).toEqual({
      annotations: {
        "nginx.ingress.kubernetes.io/canary": "true",
        "nginx.ingress.kubernetes.io/canary-weight": "10",
        "nginx.ingress.kubernetes.io/canary-by-header": "x-release",
        "nginx.ingress.kubernetes.io/canary-by-header-value": "candidate",
      },
      spec: { ingressClassName: "nginx", rules: rules("api-candidate") },
    });
  });
});
