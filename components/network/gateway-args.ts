import type { Namespace } from "../kubernetes/namespace.ts";
import type { Scope } from "../scope.ts";
import type { RoutedService } from "./routed-service.ts";
import type { RateLimit } from "./waf.ts";

/**
 * What carries requests into a cluster:
 *
 * - `gke`: a global load balancer of Google Cloud, by Gateway API, with Cloud Armor before it;
 * - `envoy`: Envoy Gateway, by Gateway API, in any cluster. A rate limit needs its rate limit service, which needs a Redis;
 * - `ingress-nginx`: for clusters that have it. It has been retired since March 2026: nobody mends its security holes any
 *   more. Take Gateway API for new work.
 */
export type GatewayImplementation = "gke" | "envoy" | "ingress-nginx";

/** Requests whose path begins with `path`, by whole segments, go to `service`; the longest path wins. */
export interface GatewayRoute {
  /** Such as `/` or `/api`; the service gets it as it is. */
  readonly path: string;
  /** It runs in the Gateway's namespace. */
  readonly service: RoutedService;
  /**
   * Whether the rate limit counts its requests. Default true; false for pages, of which one is many requests. A service
   * that any route counts is counted on all of its routes.
   */
  readonly limited?: boolean;
}

/**
 * Who issues the certificate: `issuer`, a ClusterIssuer of cert-manager; or `managed`, a certificate map of Google's
 * Certificate Manager, for `gke` only. GKE programs nothing before the certificate is there: an issuer for it must prove the
 * domain by DNS (DNS-01), since a proof by HTTP would wait for the gateway.
 */
export type GatewayCertificate = { readonly issuer: string } | { readonly managed: string };

interface Entrance {
  readonly scope: Scope;
  readonly namespace: Namespace;
  /** Domain name; its A record must point to the gateway's `address`. Changing it changes the certificate. */
  readonly domain: string;
  readonly routes: readonly GatewayRoute[];
  /**
   * What one client may ask. Counted for all routes together by `envoy`, and for each backend by `gke` and
   * `ingress-nginx`. `envoy` counts over 1, 60, 3600 or 86400 seconds; `ingress-nginx` over 1 or 60, by address only, and in
   * each of its pods. Default: as much as it likes.
   */
  readonly rateLimit?: RateLimit;
  /** `gke`: OWASP paranoia level, 1 to 4. Default 1. */
  readonly wafSensitivity?: 1 | 2 | 3 | 4;
  /** Namespace that the proxies run in. Default `"envoy-gateway-system"` or `"ingress-nginx"`; `gke` has none. */
  readonly proxyNamespace?: string;
}

/** A way in of the system's own. */
export interface OwnGateway extends Entrance {
  /** Name of the Gateway, and what the names of its objects begin with. Default `"edge"`. */
  readonly name?: string;
  /** Default `"gke"`. */
  readonly implementation?: GatewayImplementation;
  readonly certificate: GatewayCertificate;
  /** Gateway class, or ingress class. Default `"gke-l7-global-external-managed"`, `"eg"` or `"nginx"`. */
  readonly className?: string;
}

/** A Gateway that others made and keep, with its listeners, its certificate and the redirect from HTTP. */
export interface SharedGateway extends Entrance {
  readonly gateway: {
    readonly name: string;
    readonly namespace: string;
    /** Name of the listener to use. Default: every one that takes routes of this namespace and domain. */
    readonly listener?: string;
  };
  /** Default `"gke"`. */
  readonly implementation?: Exclude<GatewayImplementation, "ingress-nginx">;
}
