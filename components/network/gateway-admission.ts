import type * as k8s from "@pulumi/kubernetes";
import type { GatewayImplementation } from "./gateway-args.ts";
import type { RoutedService } from "./routed-service.ts";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** Google's front ends and health checks (its page "Firewall rules" of Cloud Load Balancing). They reach pods directly. */
const GOOGLE_FRONT_ENDS = ["130.211.0.0/22", "35.191.0.0/16"];

/** Namespace that the proxies of an implementation run in, where nothing else is said. */
const PROXY_NAMESPACE = { envoy: "envoy-gateway-system", "ingress-nginx": "ingress-nginx" } as const;

function peers(implementation: GatewayImplementation, proxyNamespace: string | undefined): Peer[] {
  if (implementation === "gke") return GOOGLE_FRONT_ENDS.map((cidr) => ({ ipBlock: { cidr } }));
  const namespace = proxyNamespace ?? PROXY_NAMESPACE[implementation];
  return [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }];
}

/** The spec of the network policy that lets the way in, and nobody else, reach the pods of a service. */
export function planAdmission(
  { podLabels, containerPort }: RoutedService,
  implementation: GatewayImplementation,
  proxyNamespace?: string,
): k8s.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: { ...podLabels } },
    policyTypes: ["Ingress"],
    ingress: [
      { from: peers(implementation, proxyNamespace), ports: [{ port: containerPort, protocol: "TCP" }] },
    ],
  };
}
