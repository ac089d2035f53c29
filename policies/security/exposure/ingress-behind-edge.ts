import { z } from "zod";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import {
  CLOUD_RUN_SERVICE,
  CLOUD_RUN_SERVICE_V1,
  FUNCTION,
  FUNCTION_V1,
  KUBERNETES_SERVICE,
} from "../../types.ts";
import { declared } from "../field.ts";

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

/** Where what came before says who reaches it: each lets everyone in where it says nothing (the provider's documentation). */
function ingressOf({ type, props }: Subject): Property | undefined {
  if (type === FUNCTION) return props.at("serviceConfig", "ingressSettings");
  if (type === CLOUD_RUN_SERVICE_V1) return props.at("metadata", "annotations", "run.googleapis.com/ingress");
  // A function of the first generation that an event starts is reached by nobody.
  return props.at("triggerHttp").flag() === true ? props.at("ingressSettings") : undefined;
}

function checkFunction(resource: Subject): readonly Finding[] {
  const ingress = ingressOf(resource);
  if (ingress === undefined || !/^(all|ALLOW_ALL)$/.test(ingress.text() ?? "all")) return [];
  return [
    violation(
      ingress,
      `is ${ingress.present ? ingress.quote() : "not set"}: the whole internet reaches it past the edge`,
    ),
  ];
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

/** Labels by which charts say what an object is part of. */
const NAME_LABELS = ["app.kubernetes.io/name", "app"];

const settings = z.strictObject({
  edges: z
    .array(z.string().min(1))
    .default([
      "ambassador",
      "apisix",
      "contour",
      "emissary-ingress",
      "envoy",
      "haproxy-ingress",
      "ingress-nginx",
      "istio-ingressgateway",
      "kong",
      "kubernetes-ingress",
      "nginx-ingress",
      "traefik",
    ])
    .describe(
      `What the programs are called that take requests of the internet for others, by the label ${NAME_LABELS.join(" or ")} of their Services. Default: the controllers of Ingress and Gateway in use.`,
    ),
});

function isEdge(metadata: Property, edges: readonly string[]): boolean {
  const labels = metadata.at("labels");
  return (
    metadata.at("annotations", EDGE_ANNOTATION).flag() === true ||
    labels.at(EDGE_LABEL).present ||
    NAME_LABELS.some((label) => edges.includes(labels.at(label).text() ?? ""))
  );
}

function checkKubernetesService({ props }: Subject, edges: readonly string[]): Finding[] {
  const metadata = props.at("metadata");
  return parts(
    () => {
      const type = props.at("spec", "type");
      const text = type.text();
      if (text !== "LoadBalancer" && text !== "NodePort") return undefined;
      if (isEdge(metadata, edges)) return undefined;
      if (text === "NodePort")
        return violation(type, 'is "NodePort": whoever reaches a node reaches it past the edge');
      const annotations = metadata.at("annotations");
      return INTERNAL.some(([annotation, value]) => value.test(annotations.at(annotation).text() ?? ""))
        ? undefined
        : violation(type, 'is "LoadBalancer": the whole internet reaches it past the edge');
    },
    () => {
      const addresses = props.at("spec", "externalIPs");
      return addresses.items().length === 0 || isEdge(metadata, edges)
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
  fix: `Set ingress to "INGRESS_TRAFFIC_INTERNAL_ONLY", or to "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" behind an edge (of functions ingressSettings to "ALLOW_INTERNAL_ONLY" or "ALLOW_INTERNAL_AND_GCLB"). In Kubernetes use type ClusterIP behind a Gateway or Ingress; annotate the Service that is the edge itself with ${EDGE_ANNOTATION}: "true", or name its program in the setting "edges".`,
  requirements: ["EA-03"],
  example: declared(
    "cloudrunv2.Service",
    'location: "us-east1", ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", template: {}',
  ),
  frameworks: { owasp: ["A05"] },
  types: [CLOUD_RUN_SERVICE, KUBERNETES_SERVICE, FUNCTION, FUNCTION_V1, CLOUD_RUN_SERVICE_V1],
  settings,
  check: (resource, context) => {
    if (resource.type === CLOUD_RUN_SERVICE) return checkService(resource);
    if (resource.type !== KUBERNETES_SERVICE) return checkFunction(resource);
    return checkKubernetesService(resource, context.settings(settings).edges);
  },
};
