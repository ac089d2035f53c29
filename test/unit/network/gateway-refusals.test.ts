import { describe, expect, test } from "vitest";
import type { GatewayArgs } from "../../../components/network/gateway.ts";
import type { RoutedService } from "../../../components/network/routed-service.ts";
import { refusal } from "../../support/declare.ts";
import { releasedService, routedService, sharedGateway, shopGateway } from "../../support/gateway.ts";

type Change = Parameters<typeof shopGateway>[0];

/** A route to the service with what a case changes of it. */
function to(change: Partial<RoutedService>): Change {
  return { routes: [{ path: "/", service: routedService(change) }] };
}

const candidate = { name: "api-candidate", weight: 10 };
const rateLimit = { requests: 30, perSeconds: 60 };

describe("a way in is refused at declaration", () => {
  const cases: [string, Change, string][] = [
    ["no domain", { domain: "shop" }, 'domain: "shop" is no domain name, such as api.example.com'],
    ["no routes", { routes: [] }, "routes: there are none; name a path and a service"],
    ...["api", "/a//b", "/a/../b", "/a?b=c", "/a%2Fb", "/a b"].map((path): [string, Change, string] => [
      `the path ${path}`,
      { routes: [{ path, service: routedService() }] },
      `routes[0].path: "${path}" is no path: begin with "/", and use letters, digits and "-._~", without "//", "/.", a query or an encoded "/"`,
    ]),
    [
      "two routes of one path",
      {
        routes: [
          { path: "/api", service: routedService() },
          { path: "/api/", service: routedService({ service: "pages" }) },
        ],
      },
      'routes: "/api" leads to "api" and "pages"; a path leads to one service: give them different paths',
    ],
    [
      "a service for others inside only",
      to({ exposure: "internal" }),
      'service "api" lets in only other services; give it `exposure: "edge"`, or route to another',
    ],
    [
      "weights that don't add up",
      to({ backends: [{ name: "api", weight: 100 }, candidate] }),
      'service "api": the weights of its backends add up to 110; they must to 100',
    ],
    [
      "no backends",
      to({ backends: [] }),
      'service "api": the weights of its backends add up to 0; they must to 100',
    ],
    [
      "a header's name",
      to({
        backends: [
          { name: "api", weight: 90 },
          { ...candidate, header: { name: "x_release", value: "yes" } },
        ],
      }),
      'service "api": header of "api-candidate": "x_release" is no header\'s name: 1 to 64 letters, digits or "-", a letter first, such as X-User-Id',
    ],
    [
      "a header's value",
      to({
        backends: [
          { name: "api", weight: 90 },
          { ...candidate, header: { name: "x-release", value: "a b" } },
        ],
      }),
      'service "api": header of "api-candidate": its value "a b" must be 1 to 128 letters, digits, "-", "_" or "."',
    ],
    [
      "a backend's name over 63",
      to({ backends: [{ name: "a".repeat(64), weight: 100 }] }),
      `service "api": backend: "${"a".repeat(64)}" has 64 characters; Kubernetes takes 63 here: shorten it`,
    ],
    [
      "a name that leaves no room for those of its objects",
      { name: "a".repeat(55) },
      `2 problems\n  - name: "${"a".repeat(55)}" has 55 characters; Kubernetes takes 54 here: shorten it\n  - the name of a network policy: "allow-${"a".repeat(55)}-to-api" has 68 characters; Kubernetes takes 63 here: shorten it`,
    ],
    [
      "no issuer",
      { certificate: { issuer: "" } },
      "certificate: nobody issues it; name an `issuer`, a ClusterIssuer of cert-manager, or, on GKE, a `managed` certificate map",
    ],
    [
      "no certificate, as plain JavaScript may leave it out",
      { certificate: undefined as unknown as GatewayArgs["certificate"] },
      "certificate: nobody issues it; name an `issuer`, a ClusterIssuer of cert-manager, or, on GKE, a `managed` certificate map",
    ],
    [
      "Google's certificates elsewhere",
      { implementation: "envoy", certificate: { managed: "shop" } },
      'certificate.managed: "shop" is a certificate map of Google\'s, which "envoy" can\'t use: name an `issuer`, or use implementation "gke"',
    ],
    [
      "another of GKE's classes",
      { className: "gke-l7-rilb" },
      'className: "gke-l7-rilb" is no class that Cloud Armor and the address here are made for; leave it out, which means "gke-l7-global-external-managed"',
    ],
    [
      "a limit over a time that Envoy Gateway has no unit for",
      { implementation: "envoy", rateLimit: { requests: 30, perSeconds: 10 } },
      "rateLimit.perSeconds: 10 must be one of 1, 60, 3600, 86400",
    ],
    [
      "a limit over a time that Cloud Armor doesn't take",
      { rateLimit: { requests: 30, perSeconds: 1 } },
      "rateLimit.perSeconds: 1 must be one of 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600",
    ],
    [
      "a limit by a header that is none",
      { rateLimit: { ...rateLimit, by: { header: "user id" } } },
      'rateLimit.by.header: "user id" is no header\'s name: 1 to 64 letters, digits or "-", a letter first, such as X-User-Id',
    ],
    [
      "OS-09 a limit for each user in ingress-nginx",
      { implementation: "ingress-nginx", rateLimit: { ...rateLimit, by: { header: "X-User-Id" } } },
      'rateLimit.by: ingress-nginx can\'t count by the header "X-User-Id", only by address: use `by: "address"`, let the application count by user, or use implementation "gke" or "envoy"',
    ],
    [
      "three backends in ingress-nginx",
      {
        implementation: "ingress-nginx",
        ...to({ backends: [...releasedService().backends, { name: "api-next", weight: 0 }] }),
      },
      'service "api" has 3 backends; ingress-nginx shares requests out between 2: end one release first, or use implementation "gke" or "envoy"',
    ],
  ];

  test.each(cases)("%s", async (_, change, problem) => {
    expect(await refusal(() => shopGateway(change))).toBe(`shop-gateway: ${problem}`);
  });

  test("everything that is wrong is said at once", async () => {
    const message = await refusal(() => shopGateway({ domain: "x", routes: [] }));
    expect(message).toBe(
      'shop-gateway: 2 problems\n  - domain: "x" is no domain name, such as api.example.com\n  - routes: there are none; name a path and a service',
    );
  });

  test("an Ingress that others keep", async () => {
    const implementation = "ingress-nginx" as "envoy";
    expect(await refusal(() => sharedGateway({ implementation }))).toBe(
      'shop-gateway: implementation: an Ingress has no Gateway to share; use "gke" or "envoy", or `new Gateway`',
    );
  });
});

test("a way in that is right in every way is accepted", async () => {
  expect(await refusal(() => shopGateway({ rateLimit }))).toBe("accepted");
  expect(await refusal(() => shopGateway({ certificate: { issuer: "letsencrypt.prod" } }))).toBe("accepted");
  const paths = ["/", "/api/v1", "/a.b", "/~user", "/%20"];
  const routes = paths.map((path) => ({ path, service: routedService() }));
  expect(await refusal(() => shopGateway({ routes }))).toBe("accepted");
  expect(await refusal(() => sharedGateway())).toBe("accepted");
});
