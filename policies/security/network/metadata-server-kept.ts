import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { NETWORK_POLICY } from "../../types.ts";
import { blockOf } from "./addresses.ts";
import { isAbout, rulesOf, undoesDefault } from "./peers.ts";

/** Where clouds tell an instance who it is: all of them, and over IPv6 AWS and Google Cloud. */
const SERVERS = ["169.254.169.254", "fd00:ec2::254", "fd20:ce::254"];

/** A block of so many bits is meant: who writes it wants what lies there. */
const MEANT = { ipv4: 16, ipv6: 48 };

const HTTP = 80;

function checkBlock(block: Property): Finding | undefined {
  const cidr = block.at("cidr");
  const { family, prefix, contains } = blockOf(cidr);
  const server = SERVERS.find(contains);
  if (server === undefined || prefix >= MEANT[family]) return undefined;
  const kept = block
    .at("except")
    .items()
    .some((except) => blockOf(except).contains(server));
  return kept
    ? undefined
    : violation(block, `of ${cidr.quote()} holds ${server}, the metadata server of the node`);
}

function checkRule(policy: Subject, rule: Property): Finding | readonly Finding[] | undefined {
  if (undoesDefault(policy, rule, "to") || !isAbout(rule, HTTP)) return undefined;
  const peers = rule.at("to");
  if (peers.items().length === 0) {
    const found = violation(
      peers,
      `is not set: ${SERVERS[0]}, the metadata server of the node, is reached, too`,
    );
    // Everything on every port is what there would be without a policy: it says nothing about what leaves.
    return rule.at("ports").items().length === 0 ? { ...found, level: "advisory" } : found;
  }
  return each(peers.items(), (peer) =>
    peer.at("ipBlock").present ? checkBlock(peer.at("ipBlock")) : undefined,
  );
}

export const metadataServerKept: Policy = {
  id: "metadata-server-kept",
  title: "A network policy must not let pods reach their node's metadata server by the way.",
  severity: "high",
  level: "mandatory",
  why: "It hands out the node's own credentials to whoever asks: a pod that can be made to fetch an address is then the node to the cloud.",
  fix: "Add 169.254.0.0/16 to except, or name the ports that are used. Pods that need the server (Workload Identity) get a rule for 169.254.169.254/32.",
  example: {
    yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api-out, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16] }`,
  },
  frameworks: {
    "nsa-cisa": ["protecting-sensitive-cloud-infrastructure", "network-policies"],
    "owasp-kubernetes": ["K07"],
    owasp: ["A10"],
  },
  requirements: ["AC-02"],
  types: [NETWORK_POLICY],
  check: (policy) => each(rulesOf(policy, "Egress"), (rule) => checkRule(policy, rule)),
};
