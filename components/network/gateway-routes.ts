import type { GatewayRoute } from "./gateway-args.ts";
import type { Backend, RoutedService } from "./routed-service.ts";

/** API group of Gateway API. */
export const GATEWAY_GROUP = "gateway.networking.k8s.io";

/** `apiVersion` of its objects. */
export const GATEWAY_API = `${GATEWAY_GROUP}/v1`;

/** A service, and every path that leads to it. */
export interface PathsOf {
  readonly service: RoutedService;
  readonly paths: readonly string[];
}

/** The same, as its guards see it. */
export interface ServiceRoute extends PathsOf {
  /** Whether the rate limit counts its requests. */
  readonly limited: boolean;
}

/** Routes by service, in the order in which the services are first named. */
export function byService(routes: readonly GatewayRoute[]): ServiceRoute[] {
  const services = new Map(routes.map(({ service }) => [service.service, service]));
  return [...services].map(([name, service]) => {
    const own = routes.filter((route) => route.service.service === name);
    return {
      service,
      paths: own.map(({ path }) => path),
      limited: own.some(({ limited = true }) => limited),
    };
  });
}

/** Gateway that a route hangs on; without a listener, on each that takes it. */
export interface Parent {
  readonly name: string;
  readonly namespace?: string;
  readonly listener?: string;
}

function parentRef({ name, namespace, listener }: Parent) {
  return {
    group: GATEWAY_GROUP,
    kind: "Gateway",
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(listener === undefined ? {} : { sectionName: listener }),
  };
}

/** What a route is part of. */
export interface Surroundings {
  readonly parent: Parent;
  readonly domain: string;
  /** Whether the route itself limits how long a request takes. GKE refuses routes that do: there a policy says it. */
  readonly timeouts: boolean;
}

function backendRef(service: RoutedService, { name, weight }: Pick<Backend, "name" | "weight">) {
  return { group: "", kind: "Service", name, port: service.port, weight };
}

/**
 * The HTTPRoute of one service: first the rules of backends that a header leads to, then the rule that shares the rest out by
 * weight.
 */
export function planHttpRoute({ service, paths }: PathsOf, { parent, domain, timeouts }: Surroundings) {
  const matches = paths.map((value) => ({ path: { type: "PathPrefix", value } }));
  const limits = timeouts ? { timeouts: { request: `${service.timeoutSeconds}s` } } : {};
  const led = service.backends.flatMap(({ name, header }) =>
    header === undefined
      ? []
      : [
          {
            matches: matches.map((match) => ({ ...match, headers: [{ type: "Exact", ...header }] })),
            backendRefs: [backendRef(service, { name, weight: 100 })],
            ...limits,
          },
        ],
  );
  const shared = {
    matches,
    backendRefs: service.backends.map((backend) => backendRef(service, backend)),
    ...limits,
  };
  return { parentRefs: [parentRef(parent)], hostnames: [domain], rules: [...led, shared] };
}

/** The HTTPRoute that answers every plain request with the same address by HTTPS, for good. */
export function planRedirect(parent: Parent, domain: string) {
  const requestRedirect = { scheme: "https", statusCode: 301 };
  return {
    parentRefs: [parentRef(parent)],
    hostnames: [domain],
    rules: [
      {
        matches: [{ path: { type: "PathPrefix", value: "/" } }],
        filters: [{ type: "RequestRedirect", requestRedirect }],
      },
    ],
  };
}
