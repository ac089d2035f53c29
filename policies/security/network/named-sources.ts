import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { selectsAll } from "../../kubernetes.ts";
import { NETWORK_POLICY } from "../../types.ts";
import { isEverywhere } from "./addresses.ts";
import { rulesOf, undoesDefault } from "./peers.ts";

const settings = z.strictObject({
  ports: z
    .array(z.int().min(1).max(65_535))
    .default([])
    .describe("Ports of pods that everybody may reach, such as those of an edge of your own. Default: none."),
});

/** @param namesPorts whether the rule is about some ports only */
function checkPeer(peer: Property, namesPorts: boolean): Finding | undefined {
  const [block, namespaces, pods] = [
    peer.at("ipBlock"),
    peer.at("namespaceSelector"),
    peer.at("podSelector"),
  ];
  if (block.present) {
    return isEverywhere(block.at("cidr"))
      ? violation(block, `is ${block.at("cidr").quote()}: every address there is may come in`)
      : undefined;
  }
  const anyPod = !pods.present || selectsAll(pods);
  if (!selectsAll(namespaces) || !anyPod) return undefined;
  const found = violation(peer, "selects every pod of every namespace");
  // By custom so for a port of metrics: whoever collects them may run anywhere in the cluster.
  return namesPorts ? { ...found, level: "advisory" } : found;
}

/** Whether a rule is about ports that may be open, and about no other. */
function onlyOpenPorts(rule: Property, open: readonly number[]): boolean {
  const ports = rule.at("ports").items();
  return (
    ports.length > 0 &&
    ports.every(
      (port) => !port.at("endPort").present && open.includes(Number(port.at("port").text() ?? Number.NaN)),
    )
  );
}

export const namedSources: Policy = {
  id: "named-sources",
  title: "A network policy must name who may come in.",
  severity: "high",
  level: "mandatory",
  why: "A rule that lets in everybody is no rule: who gets into any pod, or onto the network, reaches this one.",
  fix: "Name the pods by podSelector and their namespace by namespaceSelector; behind a load balancer the addresses that it comes from.",
  example: {
    yaml: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: to-api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
      ports:
        - { port: 8080 }`,
  },
  frameworks: {
    "cis-kubernetes": ["5.3.2"],
    "nsa-cisa": ["network-policies"],
    "owasp-kubernetes": ["K07"],
  },
  requirements: ["AC-02"],
  types: [NETWORK_POLICY],
  settings,
  check: (policy, context) => {
    const { ports } = context.settings(settings);
    return each(rulesOf(policy, "Ingress"), (rule) => {
      if (onlyOpenPorts(rule, ports) || undoesDefault(policy, rule, "from")) return undefined;
      const peers = rule.at("from");
      return peers.items().length === 0
        ? violation(peers, "is not set: everybody may come in")
        : each(peers.items(), (peer) => checkPeer(peer, rule.at("ports").items().length > 0));
    });
  },
};
