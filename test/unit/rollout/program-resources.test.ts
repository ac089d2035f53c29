import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { releaseResources } from "../../../automation/rollout/deploy/resources.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Gateway } from "../../../components/network/gateway.ts";
import type { GatewayImplementation } from "../../../components/network/gateway-args.ts";
import { declare, testScope } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";

const STAGING: PlanResource[] = JSON.parse(readFileSync("test/golden/staging/resources.json", "utf8"));
const SYSTEM = "urn:pulumi:staging::slipway::slipway:system:";

/** Two services in a cluster behind one way in; one of them with a candidate, or without. */
function shop(implementation: GatewayImplementation, isReleased: boolean): Promise<PlanResource[]> {
  const entry = {
    stable: { image: "shop/api:1.0.0" },
    candidate: { image: "shop/api:2.0.0", percent: 10, tag: "canary-1" },
    ...{ token: 1, commands: [], history: [] },
  };
  const services = isReleased ? { "shop/api": entry } : {};
  return declare(() => {
    const scope = testScope({ ledger: { schemaVersion: 1, services } });
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    const service = (name: string) => shopService(scope, { name, runtime: "kubernetes", namespace });
    new Gateway("shop-gateway", {
      scope,
      namespace,
      implementation,
      domain: "shop.example.com",
      certificate: { issuer: "letsencrypt" },
      rateLimit: { requests: 30, perSeconds: 60, by: "address" },
      routes: ["api", "pages"].map((name) => ({ path: `/${name}`, service: service(name).routed })),
    });
    namespace.seal();
  });
}

/** As the engine reads a target: `**` is anything, `*` anything but a colon. */
function isTargeted(targets: readonly string[], urn: string): boolean {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = (target: string) =>
    target
      .split("**")
      .map((part) => part.split("*").map(literal).join("[^:]*"))
      .join(".*");
  return targets.some((target) => new RegExp(`^${pattern(target)}$`).test(urn));
}

describe("what a release has to know of a service", () => {
  test("EA-09 on Cloud Run is the service itself, and all that stands under its component", () => {
    const { traffic, targets } = releaseResources(STAGING, "ethixai", "backend");
    const component = `${SYSTEM}Ethixai$slipway:service:Service`;
    expect(traffic).toEqual({
      kind: "cloud-run",
      urn: `${component}$gcp:cloudrunv2/service:Service::ethixai-backend`,
      project: "ethixai-staging",
      location: "us-east1",
      service: "backend",
    });
    expect(targets).toContain(`${component}::ethixai-backend`);
    expect(targets).toContain(
      `${component}$gcp:cloudrunv2/serviceIamMember:ServiceIamMember::ethixai-backend-invoker-edge`,
    );
    expect(targets.filter((urn) => !urn.includes("::ethixai-backend"))).toEqual([]);
  });

  test("OS-06 in a cluster is the route that leads to it", () => {
    expect(releaseResources(STAGING, "onesource", "backend", "slipway-staging").traffic).toEqual({
      kind: "http-route",
      urn: `${SYSTEM}Onesource$slipway:network:Gateway$kubernetes:gateway.networking.k8s.io/v1:HTTPRoute::onesource-gateway-route-backend`,
      context: "slipway-staging",
      namespace: "onesource",
      name: "edge-backend",
      stable: "backend",
      candidate: "backend-candidate",
    });
  });

  test("OS-07 with ingress-nginx is the candidate's Ingress, also before there is one", async () => {
    for (const isReleased of [false, true]) {
      const resources = await shop("ingress-nginx", isReleased);
      const { traffic } = releaseResources(resources, "shop", "api");
      expect(traffic).toEqual({
        kind: "ingress-nginx",
        urn: "urn:pulumi:production::slipway::slipway:network:Gateway$kubernetes:networking.k8s.io/v1:Ingress::shop-gateway-candidate-ingress-api",
        namespace: "shop",
        name: "edge-api-candidate",
        stable: "api",
        candidate: "api-candidate",
      });
      const hasUrn = resources.some(({ urn }) => "urn" in traffic && urn === traffic.urn);
      expect(hasUrn).toBe(isReleased);
    }
  });

  test("is refused where there is no such service, or nothing shares out its requests", () => {
    expect(() => releaseResources(STAGING, "onesource", "shop")).toThrow(
      'there is no service "onesource/shop" in what is deployed',
    );
    const routeless = STAGING.filter(({ type }) => !type.endsWith(":HTTPRoute"));
    expect(() => releaseResources(routeless, "onesource", "backend")).toThrow(
      'nothing shares out the requests to "onesource/backend"',
    );
  });
});

describe("a deployment of one service's release", () => {
  test.for(["gke", "envoy", "ingress-nginx"] as const)(
    "OS-06 touches with %s all that a candidate brings and changes, and takes with it; nothing of the other service",
    async (implementation) => {
      const [before, during] = [await shop(implementation, false), await shop(implementation, true)];
      const was = new Map(before.map((resource) => [resource.urn, JSON.stringify(resource.inputs)]));
      const touched = during.filter(({ urn, inputs }) => was.get(urn) !== JSON.stringify(inputs));
      // A candidate's Deployment, Service and autoscaler, a way to it, and room for it.
      expect(touched.length).toBeGreaterThanOrEqual(5);
      for (const known of [before, during]) {
        const { targets } = releaseResources(known, "shop", "api");
        expect(touched.filter(({ urn }) => !isTargeted(targets, urn)).map(({ name }) => name)).toEqual([]);
        expect(during.filter(({ urn }) => urn.includes("pages") && isTargeted(targets, urn))).toEqual([]);
      }
    },
  );
});
