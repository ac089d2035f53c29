import type { Stack, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { attempt, type Unread } from "../core/unknown.ts";
import { namespaceOf, podLabels } from "../kubernetes.ts";
import {
  CLOUD_RUN_INVOKER,
  CLOUD_RUN_SERVICE,
  DEPLOYMENT,
  HTTP_ROUTE,
  INGRESS,
  KUBERNETES_SERVICE,
} from "../types.ts";

/** Types that say who is reached from outside, and who that is. */
export const EDGE_TYPES = [
  CLOUD_RUN_SERVICE,
  CLOUD_RUN_INVOKER,
  DEPLOYMENT,
  KUBERNETES_SERVICE,
  INGRESS,
  HTTP_ROUTE,
] as const;

/** Cloud Run's own default. */
const EVERYWHERE = "INGRESS_TRAFFIC_ALL";
const INSIDE = "INGRESS_TRAFFIC_INTERNAL_ONLY";

/** What the stack says of its edge, read once. */
export interface Edge {
  /** Names of Cloud Run services that everyone may call. */
  readonly invoked: ReadonlySet<string>;
  /** Labels that pods behind a route have, by namespace. */
  readonly selectors: ReadonlyMap<string, readonly (readonly [label: string, value: string | undefined])[][]>;
  /** Why some of it can't be told. */
  readonly unread: readonly Unread[];
}

function backendsOf(route: Subject): Property[] {
  const spec = route.props.at("spec");
  const rules = spec.at("rules").items();
  if (route.type === HTTP_ROUTE)
    return rules
      .flatMap((rule) => rule.at("backendRefs").items())
      .filter((backend) => (backend.at("kind").text() ?? "Service") === "Service")
      .map((backend) => backend.at("name"));
  return [
    spec.at("defaultBackend", "service", "name"),
    ...rules.flatMap((rule) =>
      rule
        .at("http", "paths")
        .items()
        .map((path) => path.at("backend", "service", "name")),
    ),
  ].filter((name) => name.present);
}

function key(namespace: string, name: string | undefined): string {
  return JSON.stringify([namespace, name]);
}

/** Linear in the stack's resources. */
export function edgeOf(stack: Stack): Edge {
  const unread: Unread[] = [];
  const note = (read: () => void) => {
    const result = attempt(read);
    if (result.unread !== undefined) unread.push(result.unread);
  };
  const invoked = new Set<string>();
  for (const grant of stack.ofType(CLOUD_RUN_INVOKER)) {
    note(() => {
      if (grant.props.at("member").text() === "allUsers") invoked.add(grant.props.at("name").text() ?? "");
    });
  }
  const routed = new Set<string>();
  for (const route of [...stack.ofType(INGRESS), ...stack.ofType(HTTP_ROUTE)]) {
    note(() => {
      for (const backend of backendsOf(route)) routed.add(key(namespaceOf(route), backend.text()));
    });
  }
  const selectors = new Map<string, (readonly [string, string | undefined])[][]>();
  for (const service of stack.ofType(KUBERNETES_SERVICE)) {
    note(() => {
      const { props } = service;
      const namespace = namespaceOf(service);
      const isOpen = props.at("spec", "type").text() === "LoadBalancer";
      if (!isOpen && !routed.has(key(namespace, props.at("metadata", "name").text()))) return;
      const wanted = props
        .at("spec", "selector")
        .entries()
        .map(([label, value]) => [label, value.text()] as const);
      if (wanted.length > 0) selectors.set(namespace, [...(selectors.get(namespace) ?? []), wanted]);
    });
  }
  return { invoked, selectors, unread };
}

/**
 * Whether users reach a service from outside.
 * @throws UnknownRead, MalformedRead where that can't be told
 */
export function isAtEdge(edge: Edge, resource: Subject): boolean {
  if (reached(edge, resource)) return true;
  const [unread] = edge.unread;
  if (unread !== undefined) throw unread;
  return false;
}

function reached({ invoked, selectors }: Edge, resource: Subject): boolean {
  const { type, props } = resource;
  if (type === CLOUD_RUN_SERVICE) {
    const ingress = props.at("ingress").text() ?? EVERYWHERE;
    const isOpen =
      props.at("invokerIamDisabled").flag() === true || invoked.has(props.at("name").text() ?? "");
    return isOpen && ingress !== INSIDE;
  }
  const labels = podLabels(resource);
  return (selectors.get(namespaceOf(resource)) ?? []).some((wanted) =>
    wanted.every(([label, value]) => labels.at(label).text() === value),
  );
}
