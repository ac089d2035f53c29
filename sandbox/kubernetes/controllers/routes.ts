import type { V1Service } from "@kubernetes/client-node";
import { fails, holds, type Saying } from "./conditions.ts";
import type { BackendReference, Gateway, HttpRoute, ParentReference } from "./gateway-types.ts";

/** Whether a gateway takes a route, for one of the route's parents, by the rules of Gateway API. */
export function acceptance(
  route: HttpRoute,
  parent: ParentReference,
  gateway: Gateway,
  namespaceLabels: Readonly<Record<string, string>>,
): Saying {
  const named = gateway.spec.listeners.filter(
    ({ name, port }) =>
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (parent.port === undefined || parent.port === port),
  );
  if (named.length === 0) {
    const known = gateway.spec.listeners.map(({ name }) => name).join(", ");
    return fails("Accepted", "NoMatchingParent", `the gateway has no such listener; it has: ${known}`);
  }
  const open = named.filter(({ allowedRoutes }) => {
    const { from = "Same", selector } = allowedRoutes?.namespaces ?? {};
    if (from === "All") return true;
    if (from === "Same") return route.metadata?.namespace === gateway.metadata?.namespace;
    const wanted = Object.entries(selector?.matchLabels ?? {});
    return from === "Selector" && wanted.every(([key, value]) => namespaceLabels[key] === value);
  });
  if (open.length === 0) {
    return fails(
      "Accepted",
      "NotAllowedByListeners",
      `no listener takes routes of the namespace "${route.metadata?.namespace ?? ""}"`,
    );
  }
  const hostnames = route.spec.hostnames ?? [];
  const matching = open.some(
    ({ hostname }) =>
      hostname === undefined ||
      hostnames.length === 0 ||
      hostnames.some((each) => hostnamesIntersect(hostname, each)),
  );
  return matching
    ? holds("Accepted", "Accepted", "route accepted by the sandbox's stand-in")
    : fails("Accepted", "NoMatchingListenerHostname", `no listener is for ${hostnames.join(", ")}`);
}

/** Whether some name is meant by both; `*.example.com` means every name below it. */
export function hostnamesIntersect(left: string, right: string): boolean {
  const covers = (pattern: string, name: string) =>
    pattern.startsWith("*.") && name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1;
  return left === right || covers(left, right) || covers(right, left);
}

/** What finds a service, and tells whether a namespace lets another refer to it. */
export interface Surroundings {
  readonly service: (namespace: string, name: string) => V1Service | undefined;
  /** Whether a ReferenceGrant of `to` lets routes of `from` name the service. */
  readonly granted: (from: string, to: string, service: string) => boolean;
}

/** Whether every backend that a route names is there. */
export function resolution(route: HttpRoute, surroundings: Surroundings): Saying {
  const own = route.metadata?.namespace ?? "";
  for (const { backendRefs = [] } of route.spec.rules ?? []) {
    for (const reference of backendRefs) {
      const problem = backendProblem(reference, own, surroundings);
      if (problem) return problem;
    }
  }
  return holds("ResolvedRefs", "ResolvedRefs", "every backend is there");
}

function backendProblem(
  { group = "", kind = "Service", name, namespace, port }: BackendReference,
  own: string,
  { service, granted }: Surroundings,
): Saying | undefined {
  const fail = (reason: string, message: string) => fails("ResolvedRefs", reason, message);
  if (group !== "" || kind !== "Service") {
    return fail("InvalidKind", `backend "${name}" is a ${kind} of "${group}"; only a Service can be one`);
  }
  const where = namespace ?? own;
  if (where !== own && !granted(own, where, name)) {
    return fail("RefNotPermitted", `no ReferenceGrant in "${where}" lets routes of "${own}" name "${name}"`);
  }
  const found = service(where, name);
  if (!found) return fail("BackendNotFound", `there is no Service "${name}" in the namespace "${where}"`);
  const ports = (found.spec?.ports ?? []).map((each) => each.port);
  if (port === undefined || !ports.includes(port)) {
    return fail(
      "BackendNotFound",
      `Service "${name}" has no port ${port ?? "(none is named)"}; it has: ${ports.join(", ") || "none"}`,
    );
  }
  return undefined;
}
