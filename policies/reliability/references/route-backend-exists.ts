import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { type Property, quoted } from "../../core/property.ts";
import { namespaceOf } from "../../kubernetes.ts";
import { INGRESS, KUBERNETES_SERVICE, NAMESPACE } from "../../types.ts";
import { declaredNamespaces } from "../declared.ts";
import { directoryOf } from "./pods.ts";

const ROUTES = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"].flatMap((kind) =>
  ["v1", "v1beta1", "v1alpha2", "v1alpha3"].map(
    (version) => `kubernetes:gateway.networking.k8s.io/${version}:${kind}`,
  ),
);

const servicesOf = directoryOf((type) => type === KUBERNETES_SERVICE);

/** A Service that something sends requests to: its name, its port, and its namespace. */
interface Backend {
  readonly name: Property;
  readonly port: Property;
  readonly namespace: string;
}

function ofIngress(ingress: Subject): Backend[] {
  const spec = ingress.props.at("spec");
  const paths = spec
    .at("rules")
    .items()
    .flatMap((rule) => rule.at("http", "paths").items())
    .map((path) => path.at("backend"));
  return [...paths, spec.at("defaultBackend")]
    .map((backend) => backend.at("service"))
    .filter((service) => service.present)
    .map((service) => {
      const port = service.at("port", "number");
      return {
        name: service.at("name"),
        port: port.present ? port : service.at("port", "name"),
        namespace: namespaceOf(ingress),
      };
    });
}

function ofRoute(route: Subject): Backend[] {
  return route.props
    .at("spec", "rules")
    .items()
    .flatMap((rule) => rule.at("backendRefs").items())
    .filter((ref) => (ref.at("kind").text() ?? "Service") === "Service" && !ref.at("group").text())
    .map((ref) => ({
      name: ref.at("name"),
      port: ref.at("port"),
      namespace: ref.at("namespace").text() ?? namespaceOf(route),
    }));
}

function check(stack: Stack, { name, port, namespace }: Backend): Finding | undefined {
  const { byName, unread } = servicesOf(stack);
  const wanted = name.text();
  if (wanted === undefined) return violation(name, "is not set");
  const service = byName.get(`${namespace}/${wanted}`);
  if (service === undefined) {
    if (!declaredNamespaces(stack).has(namespace)) return undefined;
    if (unread[0] !== undefined) throw unread[0];
    return violation(name, `is ${name.quote()}, and ${quoted(namespace)} has no Service of that name`);
  }
  const sought = port.text();
  if (sought === undefined) return undefined;
  const ports = service.props.at("spec", "ports").items();
  const has = ports.some((one) => one.at("port").text() === sought || one.at("name").text() === sought);
  return has
    ? undefined
    : violation(port, `is ${port.quote()}, and the Service ${name.quote()} has no such port`);
}

export const routeBackendExists: Policy = {
  id: "route-backend-exists",
  title: "A route must send requests to a Service, and a port of it, that are there.",
  severity: "high",
  level: "mandatory",
  why: "An Ingress or HTTPRoute is taken as it is, and answers 500 or 503 for what it can't find.",
  fix: "Write the name of the Service and one of its ports, not of the pods'.",
  example: {
    yaml: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
    - backendRefs:
        - { name: api, port: 80 }`,
  },
  requirements: ["OS-01"],
  types: [INGRESS, ...ROUTES, KUBERNETES_SERVICE, NAMESPACE],
  checkStack: (stack) =>
    each(
      [INGRESS, ...ROUTES].flatMap((type) => stack.ofType(type)),
      (route) =>
        each(route.type === INGRESS ? ofIngress(route) : ofRoute(route), (backend) => check(stack, backend)),
    ),
};
