import type * as k8s from "@pulumi/kubernetes";
import type { PathsOf } from "./gateway-routes.ts";
import type { Backend } from "./routed-service.ts";
import type { RateLimit } from "./waf.ts";

type IngressSpec = k8s.types.input.networking.v1.IngressSpec;

/** Annotations and spec of one Ingress. */
interface PlannedIngress {
  readonly annotations: Record<string, string>;
  readonly spec: IngressSpec;
}

/** What an Ingress is part of. */
interface Surroundings {
  readonly className: string;
  readonly domain: string;
  readonly certificateSecret: string;
  /** Name of a ClusterIssuer. */
  readonly issuer: string;
  readonly rateLimit?: RateLimit | undefined;
}

/** Lengths of time that ingress-nginx counts over, in seconds. */
export const INGRESS_INTERVALS: readonly number[] = [1, 60];

function nginx(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]),
  );
}

function rules({ service, paths }: PathsOf, domain: string, backend: Backend): IngressSpec["rules"] {
  const target = { service: { name: backend.name, port: { number: service.port } } };
  return [
    {
      host: domain,
      http: { paths: paths.map((path) => ({ path, pathType: "Prefix", backend: target })) },
    },
  ];
}

function limits({ requests, perSeconds }: RateLimit): Record<string, string> {
  return {
    [perSeconds === 1 ? "limit-rps" : "limit-rpm"]: String(requests),
    // Five times the limit may come at once unless told.
    "limit-burst-multiplier": "1",
  };
}

/**
 * The Ingress of a service's first backend. TLS 1.2 or newer, and the answer 308 to plain requests, are ingress-nginx's
 * defaults; its ConfigMap may change both, and nothing here can.
 */
export function planIngress(route: PathsOf, surroundings: Surroundings): PlannedIngress {
  const { className, domain, certificateSecret, issuer, rateLimit } = surroundings;
  const { backends, timeoutSeconds } = route.service;
  const seconds = String(Math.ceil(timeoutSeconds));
  return {
    annotations: {
      "cert-manager.io/cluster-issuer": issuer,
      "cert-manager.io/private-key-rotation-policy": "Always",
      ...nginx({
        "ssl-redirect": "true",
        "proxy-read-timeout": seconds,
        "proxy-send-timeout": seconds,
        ...(rateLimit === undefined ? {} : limits(rateLimit)),
      }),
    },
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [domain], secretName: certificateSecret }],
      rules: rules(route, domain, backends[0] as Backend),
    },
  };
}

/**
 * The Ingress of a service's second backend, the candidate: it takes its share of the requests that the first Ingress gets.
 * Undefined where there is none.
 */
export function planCandidateIngress(
  route: PathsOf,
  { className, domain }: Pick<Surroundings, "className" | "domain">,
): PlannedIngress | undefined {
  const candidate = route.service.backends[1];
  if (candidate === undefined) return undefined;
  const { weight, header } = candidate;
  return {
    annotations: nginx({
      canary: "true",
      "canary-weight": String(weight),
      ...(header === undefined
        ? {}
        : { "canary-by-header": header.name, "canary-by-header-value": header.value }),
    }),
    spec: { ingressClassName: className, rules: rules(route, domain, candidate) },
  };
}
