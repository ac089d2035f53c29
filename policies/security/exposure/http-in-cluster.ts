import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { nameOf, namespaceOf } from "../../kubernetes.ts";
import { GATEWAY, HTTP_ROUTE } from "../../types.ts";

/** By which ingress-nginx is told not to send HTTP to HTTPS, as it does by itself where there is a certificate. */
const SSL_REDIRECT = "nginx.ingress.kubernetes.io/ssl-redirect";

/** An Ingress has a certificate, and does not give up the redirect that comes with it. */
export function checkIngress({ props }: Subject): Finding[] {
  return parts(
    () => {
      const tls = props.at("spec", "tls");
      return tls.items().length > 0 ? undefined : violation(tls, "is not set: it serves HTTP in clear");
    },
    () => {
      const redirect = props.at("metadata", "annotations", SSL_REDIRECT);
      return redirect.flag() === false
        ? violation(redirect, "is false: it serves HTTP in clear beside HTTPS")
        : undefined;
    },
  );
}

/** A listener that takes HTTP in clear. */
interface Listener {
  readonly gateway: Subject;
  readonly name: string | undefined;
  readonly port: number | undefined;
}

/** Listeners by the gateway that they belong to. */
type Listeners = ReadonlyMap<string, readonly Listener[]>;

function keyOf(namespace: string, gateway: string | undefined): string {
  return JSON.stringify([namespace, gateway]);
}

/** The listener that a route is attached to by one of its parents; one that names neither listener nor port means all. */
function attachedTo(route: Subject, parent: Property, listeners: Listeners): Listener | undefined {
  const namespace = parent.at("namespace").text() ?? namespaceOf(route);
  const [section, wanted] = [parent.at("sectionName").text(), parent.at("port").number()];
  return listeners
    .get(keyOf(namespace, parent.at("name").text()))
    ?.find(
      ({ name, port }) =>
        (section === undefined || section === name) && (wanted === undefined || wanted === port),
    );
}

function redirects(rule: Property): boolean {
  const filters = rule.at("filters").items();
  return filters.some(
    (filter) =>
      filter.at("type").text() === "RequestRedirect" &&
      filter.at("requestRedirect", "scheme").text() === "https",
  );
}

function checkRoute(route: Subject, listeners: Listeners): Finding[] {
  const parents = route.props.at("spec", "parentRefs").items();
  const attached = parents
    .map((parent) => attachedTo(route, parent, listeners))
    .find((listener) => listener !== undefined);
  if (attached === undefined) return [];
  const where = `the listener ${attached.name ?? ""} of ${nameOf(attached.gateway) ?? ""}, which takes HTTP in clear`;
  const rules = route.props.at("spec", "rules");
  // A route without a rule of its own sends everything on.
  if (rules.items().length === 0)
    return [violation(rules, `is not set, and the route is attached to ${where}`)];
  return each(rules.items(), (rule) =>
    redirects(rule)
      ? undefined
      : violation(rule, `does not send to https, and the route is attached to ${where}`),
  );
}

/** Routes that are attached to a listener without TLS do nothing but send to HTTPS. */
export function checkGateways(stack: Stack): Finding[] {
  const listeners = new Map<string, Listener[]>();
  const unread = each(stack.ofType(GATEWAY), (gateway) => {
    const key = keyOf(namespaceOf(gateway), nameOf(gateway));
    return each(gateway.props.at("spec", "listeners").items(), (listener) => {
      if (listener.at("protocol").text() !== "HTTP") return undefined;
      const known = listeners.get(key) ?? [];
      known.push({ gateway, name: listener.at("name").text(), port: listener.at("port").number() });
      listeners.set(key, known);
      return undefined;
    });
  });
  return [...unread, ...each(stack.ofType(HTTP_ROUTE), (route) => checkRoute(route, listeners))];
}
