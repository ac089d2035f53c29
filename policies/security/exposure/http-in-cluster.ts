import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { nameOf, namespaceOf } from "../../kubernetes.ts";
import { GATEWAY, HTTP_ROUTE } from "../../types.ts";

/** By which ingress-nginx is told not to send HTTP to HTTPS, as it does by itself where there is a certificate. */
const SSL_REDIRECT = "nginx.ingress.kubernetes.io/ssl-redirect";

/** Where clouds' controllers find a certificate that `spec.tls` does not name. */
const CERTIFICATES = [
  "alb.ingress.kubernetes.io/certificate-arn",
  "networking.gke.io/managed-certificates",
  "ingress.gcp.kubernetes.io/pre-shared-cert",
];

/** Google's controller serves HTTP beside HTTPS, unless it is told not to or has a FrontendConfig, which sends on. */
const ALLOW_HTTP = "kubernetes.io/ingress.allow-http";
const FRONTEND = "networking.gke.io/v1beta1.FrontendConfig";

/** The controller of AWS serves HTTP where its list says so, unless it is told where to send it. */
const ALB = "alb.ingress.kubernetes.io";

function classOf(props: Property): string | undefined {
  return (
    props.at("spec", "ingressClassName").text() ??
    props.at("metadata", "annotations", "kubernetes.io/ingress.class").text()
  );
}

function servesClear(props: Property): Finding | undefined {
  const annotations = props.at("metadata", "annotations");
  const redirect = annotations.at(SSL_REDIRECT);
  if (redirect.flag() === false) return violation(redirect, "is false: it serves HTTP in clear beside HTTPS");
  const allowed = annotations.at(ALLOW_HTTP);
  if (classOf(props) === "gce" && allowed.flag() !== false && !annotations.at(FRONTEND).present)
    return violation(allowed, "is not false: Google's controller serves HTTP in clear beside HTTPS");
  const ports = annotations.at(`${ALB}/listen-ports`);
  return /"HTTP"/.test(ports.text() ?? "") && !annotations.at(`${ALB}/ssl-redirect`).present
    ? violation(ports, "names HTTP, and no ssl-redirect sends it on: it serves HTTP in clear beside HTTPS")
    : undefined;
}

/** An Ingress has a certificate, and does not give up the redirect that comes with it. */
export function checkIngress({ props }: Subject): Finding[] {
  return parts(
    () => {
      const tls = props.at("spec", "tls");
      const annotations = props.at("metadata", "annotations");
      if (tls.items().length > 0 || CERTIFICATES.some((name) => annotations.at(name).present))
        return undefined;
      return violation(tls, "is not set: it serves HTTP in clear");
    },
    () => servesClear(props),
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
