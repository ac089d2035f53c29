import { describe, expect, test } from "vitest";
import type { Gateway, HttpRoute } from "../../../sandbox/kubernetes/controllers/gateway-types.ts";
import {
  acceptance,
  hostnamesIntersect,
  resolution,
} from "../../../sandbox/kubernetes/controllers/routes.ts";

type Listener = Gateway["spec"]["listeners"][number];

const gateway = (listener: Partial<Listener> = {}): Gateway => ({
  metadata: { name: "edge", namespace: "edge" },
  spec: {
    gatewayClassName: "eg",
    listeners: [{ name: "https", port: 443, protocol: "HTTPS", hostname: "*.example.com", ...listener }],
  },
});

const route = (spec: Partial<HttpRoute["spec"]> = {}, namespace = "edge"): HttpRoute => ({
  metadata: { name: "web", namespace },
  spec: { hostnames: ["www.example.com"], ...spec },
});

describe("a gateway takes a route", () => {
  const verdict = (listener: Partial<Listener>, of: HttpRoute, parent = {}, labels = {}) =>
    acceptance(of, { name: "edge", ...parent }, gateway(listener), labels).reason;

  test("of its own namespace, unless its listener is open to others", () => {
    expect(verdict({}, route())).toBe("Accepted");
    expect(verdict({}, route({}, "shop"))).toBe("NotAllowedByListeners");
    expect(verdict({ allowedRoutes: { namespaces: { from: "All" } } }, route({}, "shop"))).toBe("Accepted");
    const selected = {
      namespaces: { from: "Selector", selector: { matchLabels: { edge: "yes" } } },
    } as const;
    expect(verdict({ allowedRoutes: selected }, route({}, "shop"))).toBe("NotAllowedByListeners");
    expect(verdict({ allowedRoutes: selected }, route({}, "shop"), {}, { edge: "yes" })).toBe("Accepted");
  });

  test("that names one of its listeners", () => {
    expect(verdict({}, route(), { sectionName: "https" })).toBe("Accepted");
    expect(verdict({}, route(), { sectionName: "http" })).toBe("NoMatchingParent");
    expect(verdict({}, route(), { port: 80 })).toBe("NoMatchingParent");
  });

  test("for names that its listener is for", () => {
    expect(verdict({}, route({ hostnames: ["www.example.org"] }))).toBe("NoMatchingListenerHostname");
    expect(verdict({}, route({ hostnames: [] }))).toBe("Accepted");
  });
});

test.each([
  ["www.example.com", "www.example.com", true],
  ["*.example.com", "www.example.com", true],
  ["*.example.com", "a.b.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "*.api.example.com", true],
  ["www.example.com", "api.example.com", false],
  ["*.example.com", "notexample.com", false],
])("%s and %s share a name: %s", (left, right, expected) => {
  expect(hostnamesIntersect(left, right)).toBe(expected);
  expect(hostnamesIntersect(right, left)).toBe(expected);
});

describe("a route's backends", () => {
  const service = { metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80 }] } };
  const surroundings = {
    service: (namespace: string, name: string) =>
      namespace === "shop" && name === "web" ? service : undefined,
    granted: (from: string, to: string) => from === "blog" && to === "shop",
  };
  const verdict = (backend: object, namespace = "shop") =>
    resolution(route({ rules: [{ backendRefs: [backend as { name: string }] }] }, namespace), surroundings);

  test.each([
    ["a service and one of its ports", { name: "web", port: 80 }, "shop", "ResolvedRefs"],
    ["a service that is not there", { name: "api", port: 80 }, "shop", "BackendNotFound"],
    ["a port that it has not", { name: "web", port: 8080 }, "shop", "BackendNotFound"],
    ["no port", { name: "web" }, "shop", "BackendNotFound"],
    ["another kind", { name: "web", kind: "Bucket", group: "x" }, "shop", "InvalidKind"],
    ["another namespace's", { name: "web", namespace: "shop", port: 80 }, "news", "RefNotPermitted"],
    ["another's that grants it", { name: "web", namespace: "shop", port: 80 }, "blog", "ResolvedRefs"],
  ])("%s", (_what, backend, namespace, reason) => {
    expect(verdict(backend, namespace).reason).toBe(reason);
  });

  test("the first that is missing is named", () => {
    expect(verdict({ name: "web", port: 8080 }).message).toBe('Service "web" has no port 8080; it has: 80');
  });
});
