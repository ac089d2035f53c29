import type { PlanResource } from "../../automation/plan/resources.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { Gateway, type GatewayArgs, type SharedGatewayArgs } from "../../components/network/gateway.ts";
import type { RoutedService } from "../../components/network/routed-service.ts";
import { declare, testScope } from "./declare.ts";

/** A service as a way in knows it; tests change one field of it. */
export function routedService(change: Partial<RoutedService> = {}): RoutedService {
  const service = change.service ?? "api";
  return {
    service,
    exposure: "edge",
    port: 80,
    probePath: "/health/readiness",
    timeoutSeconds: 60,
    podLabels: { "app.kubernetes.io/name": service },
    containerPort: 8080,
    backends: [{ name: service, weight: 100 }],
    ...change,
  };
}

/** The same while a release is under way: a tenth of the requests, and all with a header, go to the candidate. */
export function releasedService(service = "api"): RoutedService {
  return routedService({
    service,
    backends: [
      { name: service, weight: 90 },
      { name: `${service}-candidate`, weight: 10, header: { name: "x-release", value: "candidate" } },
    ],
  });
}

type Change<Args> = Partial<Omit<Args, "scope" | "namespace">>;

/** Declares a way in for `shop.example.com`, with what a test changes of it. */
export function shopGateway(change: Change<GatewayArgs> = {}): Gateway {
  const scope = testScope();
  const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
  return new Gateway("shop-gateway", {
    scope,
    namespace,
    domain: "shop.example.com",
    certificate: { issuer: "letsencrypt" },
    routes: [{ path: "/", service: routedService() }],
    ...change,
  });
}

/** The same through the Gateway `public` of the namespace `infra`, which others keep. */
export function sharedGateway(change: Change<SharedGatewayArgs> = {}): Gateway {
  const scope = testScope();
  const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
  return Gateway.get("shop-gateway", {
    scope,
    namespace,
    gateway: { name: "public", namespace: "infra" },
    domain: "shop.example.com",
    routes: [{ path: "/", service: routedService() }],
    ...change,
  });
}

/** What a way in is made of, without the namespace that it is in. */
export async function gatewayParts(program: () => Gateway): Promise<PlanResource[]> {
  const resources = await declare(program);
  return resources.filter(
    ({ name, type }) => name.startsWith("shop-gateway") && !type.startsWith("slipway:"),
  );
}
