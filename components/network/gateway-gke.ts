import type { Input } from "@pulumi/pulumi";
import { GATEWAY_GROUP } from "./gateway-routes.ts";
import type { RoutedService } from "./routed-service.ts";

/** `apiVersion` of GKE's policies for Gateway API. */
export const GKE_API = "networking.gke.io/v1";

/** The class of global external load balancers: the one that Cloud Armor, the address and the TLS policy here are made for. */
export const GKE_CLASS = "gke-l7-global-external-managed";

function service(name: string) {
  return { group: "", kind: "Service", name };
}

/**
 * The spec of the HealthCheckPolicy of one of a service's backends. Without it the load balancer asks for `/`, and sends
 * nothing to pods that don't answer it with 200.
 */
export function planHealthCheck({ probePath }: RoutedService, backend: string) {
  return {
    targetRef: service(backend),
    default: {
      checkIntervalSec: 5,
      timeoutSec: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
      logConfig: { enabled: true },
      config: {
        type: "HTTP",
        httpHealthCheck: { portSpecification: "USE_SERVING_PORT", requestPath: probePath },
      },
    },
  };
}

/** Longest that GKE lets connections end by themselves, in seconds (its type ConnectionDraining). */
const LONGEST_DRAIN = 3600;

/** The spec of the GCPBackendPolicy of one backend. @param securityPolicy name of the Cloud Armor policy before it */
export function planBackendPolicy(
  { timeoutSeconds }: RoutedService,
  backend: string,
  securityPolicy: Input<string>,
) {
  const whole = Math.ceil(timeoutSeconds);
  return {
    targetRef: service(backend),
    default: {
      securityPolicy,
      timeoutSec: whole,
      // A request that was let in may end, however long it takes.
      connectionDraining: { drainingTimeoutSec: Math.min(whole, LONGEST_DRAIN) },
      // Of a million.
      logging: { enabled: true, sampleRate: 1_000_000 },
    },
  };
}

/** The spec of the GCPGatewayPolicy. @param sslPolicy name of the policy that says which TLS is good enough */
export function planGatewayPolicy(gateway: string, sslPolicy: Input<string>) {
  return {
    targetRef: { group: GATEWAY_GROUP, kind: "Gateway", name: gateway },
    default: { sslPolicy },
  };
}
