import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE, KUBERNETES_SERVICE } from "../../types.ts";

/** What Cloud Run calls the two kinds of ingress that no one on the internet reaches directly. */
const BEHIND = ["INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"];

function checkService({ props }: Subject): Finding[] {
  return parts(
    () => {
      const ingress = props.at("ingress");
      if (!ingress.present)
        return violation(ingress, "is not set: Cloud Run's default lets the whole internet in");
      return BEHIND.includes(ingress.text() as string)
        ? []
        : violation(ingress, `is ${ingress.quote()}: the whole internet reaches it past the edge`);
    },
    () => {
      const unchecked = props.at("invokerIamDisabled");
      if (unchecked.flag() !== true) return [];
      const ingress = props.at("ingress").text();
      return ingress === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
        ? []
        : violation(unchecked, "is true: whoever reaches it may call it, and it is not behind the edge");
    },
  );
}

/** Annotations by which clouds are told to keep a load balancer inside the network, with the value that does it. */
const INTERNAL: readonly (readonly [annotation: string, value: RegExp])[] = [
  ["networking.gke.io/load-balancer-type", /^internal$/i],
  ["cloud.google.com/load-balancer-type", /^internal$/i],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", /^internal$/i],
  ["service.beta.kubernetes.io/aws-load-balancer-internal", /^(true|0\.0\.0\.0\/0)$/i],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", /^true$/i],
];

/** Says of a Service that it is the edge itself; {@link EDGE_LABEL} says it of those that a Gateway's controller makes. */
const EDGE_ANNOTATION = "slipway.dev/edge";
const EDGE_LABEL = "gateway.networking.k8s.io/gateway-name";

function isEdge(metadata: Property): boolean {
  return (
    metadata.at("annotations", EDGE_ANNOTATION).flag() === true || metadata.at("labels", EDGE_LABEL).present
  );
}

function checkKubernetesService({ props }: Subject): Finding[] {
  const metadata = props.at("metadata");
  return parts(
    () => {
      const type = props.at("spec", "type");
      const text = type.text();
      if (text !== "LoadBalancer" && text !== "NodePort") return undefined;
      if (isEdge(metadata)) return undefined;
      if (text === "NodePort")
        return violation(type, 'is "NodePort": whoever reaches a node reaches it past the edge');
      const annotations = metadata.at("annotations");
      return INTERNAL.some(([annotation, value]) => value.test(annotations.at(annotation).text() ?? ""))
        ? undefined
        : violation(type, 'is "LoadBalancer": the whole internet reaches it past the edge');
    },
    () => {
      const addresses = props.at("spec", "externalIPs");
      return addresses.items().length === 0 || isEdge(metadata)
        ? undefined
        : violation(addresses, "lets in whoever reaches one of these addresses, past the edge");
    },
  );
}

export const ingressBehindEdge: Policy = {
  id: "ingress-behind-edge",
  title: "A service must not be reached past the edge.",
  severity: "high",
  level: "mandatory",
  why: "Whoever calls a service past the load balancer also gets past its firewall, its rate limit and its certificate.",
  fix: `Set ingress to "INGRESS_TRAFFIC_INTERNAL_ONLY", or to "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" behind an edge. In Kubernetes use type ClusterIP behind a Gateway or Ingress; annotate the Service that is the edge itself with ${EDGE_ANNOTATION}: "true".`,
  requirements: ["EA-03"],
  types: [CLOUD_RUN_SERVICE, KUBERNETES_SERVICE],
  check: (resource) =>
    resource.type === CLOUD_RUN_SERVICE ? checkService(resource) : checkKubernetesService(resource),
};
