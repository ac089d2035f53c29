import type * as k8s from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";

type Rule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** Pods of one workload, as a network policy names them. */
export interface PodPeer {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where a request of a pod may go. */
export type Destination =
  | { readonly kind: "pods"; readonly peer: PodPeer; readonly ports: readonly number[] }
  | { readonly kind: "address"; readonly address: Input<string>; readonly ports: readonly number[] };

/** What a service may call by naming it among its `calls`: another service, or a store of data. */
export interface Callee {
  /** Its name in the system. */
  readonly service: string;
  /** Where it answers on the network; undefined where that is no matter of network policies. */
  readonly destination: Destination | undefined;
}

/** Something outside the system that a service calls. */
export interface Outside {
  /**
   * `internet`: any public address; `google-apis`: Google's, with the service's own identity; or a range such as
   * `"203.0.113.0/24"`.
   */
  readonly to: "internet" | "google-apis" | `${string}/${number}`;
  /** TCP ports; `google-apis` needs none said. Default 443. */
  readonly ports?: readonly number[];
  /** What for, in a few words: it is written on the policy, for whoever reads it next. */
  readonly why: string;
}

/** Ranges that are nobody's on the internet (RFC 1918, 6598, 3927): where the cluster's own addresses lie. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

/** TCP ports, as a policy's rule names them. */
export function tcp(ports: readonly number[]) {
  return ports.map((port) => ({ port, protocol: "TCP" }));
}

const INTERNET: Peer = { ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE_RANGES } };

/** GKE's metadata server, which gives a pod its Google identity (documentation page "Network policies for Workload Identity"). */
const METADATA: Rule[] = [
  { to: [{ ipBlock: { cidr: "169.254.169.252/32" } }], ports: tcp([988]) },
  { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: tcp([80]) },
];

/** What a policy's rule says of pods of another workload, wherever they are. */
export function podPeer({ namespace, labels }: PodPeer): Peer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { ...labels } },
  };
}

/** Rules that let requests out to `destination`. */
export function egressTo(destination: Destination): Rule {
  const { ports } = destination;
  return destination.kind === "pods"
    ? { to: [podPeer(destination.peer)], ports: tcp(ports) }
    : { to: [{ ipBlock: { cidr: destination.address } }], ports: tcp(ports) };
}

/** Rules that let requests out of the system. */
export function egressOutside({ to, ports = [443] }: Outside): Rule[] {
  if (to === "google-apis") return [{ to: [INTERNET], ports: tcp([443]) }, ...METADATA];
  return [{ to: [to === "internet" ? INTERNET : { ipBlock: { cidr: to } }], ports: tcp(ports) }];
}

/** Problems of what a service calls outside. */
export function outsideProblems(outside: readonly Outside[]): string[] {
  return outside.flatMap(({ to, ports = [443], why }, index) => [
    ...(why.trim() === "" ? [`reaches[${index}].why: say what for`] : []),
    ...(to === "internet" ||
    to === "google-apis" ||
    /^\d{1,3}(\.\d{1,3}){3}\/([0-9]|[12][0-9]|3[0-2])$/.test(to)
      ? []
      : [
          `reaches[${index}].to: "${to}" must be "internet", "google-apis" or a range such as "203.0.113.0/24"`,
        ]),
    ...ports
      .filter((port) => !Number.isInteger(port) || port < 1 || port > 65_535)
      .map((port) => `reaches[${index}].ports: ${port} must be a whole number from 1 to 65535`),
  ]);
}
