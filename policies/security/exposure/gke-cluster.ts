import { each, violation } from "../../core/finding.ts";
import type { Policy, ResourcePolicy, Subject } from "../../core/policy.ts";
import { GKE_CLUSTER } from "../../types.ts";
import { declared, type FieldRule, fieldPolicy, noneOf, off, on, oneOf, set } from "../field.ts";
import { isAutopilot, isOpen } from "./gke.ts";

/** What all of these have in common. @param autopilot whether it is asked of Autopilot's clusters, too. Default: no, Google sees to it there */
function ofCluster(
  { fields, example, ...rule }: Omit<FieldRule, "types" | "example"> & { readonly example: string },
  { autopilot = false } = {},
): ResourcePolicy {
  return fieldPolicy({
    ...rule,
    types: [GKE_CLUSTER],
    example: declared("container.Cluster", example),
    fields: (cluster) => (!autopilot && isAutopilot(cluster) ? [] : fields(cluster)),
  });
}

export const gkePrivateNodes = ofCluster(
  {
    id: "gke-private-nodes",
    title: "Nodes of a GKE cluster must have no address of their own on the internet.",
    severity: "high",
    level: "mandatory",
    why: "A node with a public address is one firewall rule away from everyone, with every pod on it.",
    fix: "Set privateClusterConfig.enablePrivateNodes, and let nodes out by Cloud NAT.",
    example: "privateClusterConfig: { enablePrivateNodes: true }",
    frameworks: { "cis-gke": ["5.6.5"] },
    fields: ({ props }) => [props.at("privateClusterConfig", "enablePrivateNodes")],
    problem: on("nodes get addresses that the internet reaches"),
  },
  { autopilot: true },
);

/** Whether the control plane has no address to connect to: it is asked by its name, with Google's own access control. */
function byNameOnly({ props }: Subject): boolean {
  return props.at("controlPlaneEndpointsConfig", "ipEndpointsConfig", "enabled").flag() === false;
}

export const gkeControlPlaneForFew: Policy = {
  id: "gke-control-plane-for-few",
  title: "Only networks that are named may reach a GKE cluster's control plane.",
  severity: "high",
  level: "mandatory",
  why: "Whoever reaches the API server can try stolen credentials on it, and every fault in it.",
  fix: "Name the networks in masterAuthorizedNetworksConfig.cidrBlocks, or set privateClusterConfig.enablePrivateEndpoint.",
  example: declared(
    "container.Cluster",
    'masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }] }',
  ),
  frameworks: { "cis-gke": ["5.6.3", "5.6.4"], "nsa-cisa": ["network-separation"] },
  types: [GKE_CLUSTER],
  check: (cluster) => {
    const networks = cluster.props.at("masterAuthorizedNetworksConfig");
    if (!networks.present) {
      const privately = cluster.props.at("privateClusterConfig", "enablePrivateEndpoint").flag() === true;
      return privately || byNameOnly(cluster)
        ? []
        : [violation(networks, "is not set: the whole internet reaches the control plane")];
    }
    return each(networks.at("cidrBlocks").items(), (block) => {
      const range = block.at("cidrBlock");
      return isOpen(range.text() ?? "")
        ? violation(range, `is ${range.quote()}: the whole internet reaches the control plane`)
        : undefined;
    });
  },
};

export const gkeNoLegacyAuthorization = ofCluster({
  id: "gke-no-legacy-authorization",
  title: "A GKE cluster must not grant permissions by attributes beside its roles.",
  severity: "high",
  level: "mandatory",
  why: "Attribute-based access gives every account in the cluster wide rights that no role shows.",
  fix: "Leave enableLegacyAbac out, or set it to false.",
  example: "enableLegacyAbac: false",
  frameworks: { "cis-gke": ["5.8.3"] },
  fields: ({ props }) => [props.at("enableLegacyAbac")],
  problem: off("accounts get rights that no role shows"),
  remediate: (props) => (props.enableLegacyAbac === true ? { ...props, enableLegacyAbac: false } : undefined),
});

export const gkeNoClientCertificate = ofCluster(
  {
    id: "gke-no-client-certificate",
    title: "A GKE cluster must issue no client certificate.",
    severity: "high",
    level: "mandatory",
    why: "Such a certificate can't be taken back, and lets in whoever has the file.",
    fix: "Leave masterAuth out, or set masterAuth.clientCertificateConfig.issueClientCertificate to false.",
    example: "masterAuth: { clientCertificateConfig: { issueClientCertificate: false } }",
    frameworks: { "cis-gke": ["5.8.1"] },
    fields: ({ props }) => [props.at("masterAuth", "clientCertificateConfig", "issueClientCertificate")],
    problem: off("a certificate is issued that can't be taken back"),
  },
  { autopilot: true },
);

export const gkeWorkloadIdentity = ofCluster({
  id: "gke-workload-identity",
  title: "Pods of a GKE cluster must come to Google Cloud as themselves.",
  severity: "high",
  level: "mandatory",
  why: "Without workload identity every pod is its node: each may do what all of them need.",
  fix: "Set workloadIdentityConfig.workloadPool to PROJECT.svc.id.goog.",
  example: 'workloadIdentityConfig: { workloadPool: "shop-production.svc.id.goog" }',
  frameworks: { "cis-gke": ["5.2.2"] },
  fields: ({ props }) => [props.at("workloadIdentityConfig", "workloadPool")],
  problem: set("pods act with the rights of their node"),
});

export const gkeNetworkPolicy: Policy = {
  id: "gke-network-policy",
  title: "A GKE cluster must carry out network policies.",
  severity: "high",
  level: "mandatory",
  why: "A cluster takes network policies without a word where nothing carries them out: every pod still reaches every pod.",
  fix: 'Set datapathProvider to "ADVANCED_DATAPATH", or networkPolicy.enabled.',
  example: declared("container.Cluster", 'datapathProvider: "ADVANCED_DATAPATH"'),
  frameworks: { "nsa-cisa": ["network-separation"], "owasp-kubernetes": ["K07"] },
  requirements: ["AC-02"],
  types: [GKE_CLUSTER],
  check: (cluster) => {
    if (isAutopilot(cluster)) return [];
    const path = cluster.props.at("datapathProvider");
    const enforced =
      path.text() === "ADVANCED_DATAPATH" || cluster.props.at("networkPolicy", "enabled").flag() === true;
    return enforced
      ? []
      : [
          violation(
            path,
            'is not "ADVANCED_DATAPATH", and networkPolicy is not enabled: network policies do nothing',
          ),
        ];
  },
};

export const gkeShieldedNodes = ofCluster({
  id: "gke-shielded-nodes",
  title: "Nodes of a GKE cluster must prove who they are when they join.",
  severity: "medium",
  level: "mandatory",
  why: "Without it, whoever steals a node's credentials from a pod can join the cluster as a node.",
  fix: "Leave enableShieldedNodes out, or set it to true.",
  example: "enableShieldedNodes: true",
  frameworks: { "cis-gke": ["5.5.5"] },
  fields: ({ props }) => [props.at("enableShieldedNodes")],
  problem: on("a node's stolen credentials make another node", true),
});

export const gkeReleaseChannel = ofCluster({
  id: "gke-release-channel",
  title: "A GKE cluster should say which release channel keeps it current.",
  severity: "medium",
  level: "advisory",
  why: "A cluster that nobody upgrades runs a version whose faults are published.",
  fix: 'Set releaseChannel.channel to "REGULAR" or "STABLE".',
  example: 'releaseChannel: { channel: "REGULAR" }',
  frameworks: { "cis-gke": ["5.5.4"] },
  fields: ({ props }) => [props.at("releaseChannel", "channel")],
  problem: oneOf(["RAPID", "REGULAR", "STABLE", "EXTENDED"], "nothing says what keeps the cluster current"),
});

export const gkeIntranodeVisibility = ofCluster({
  id: "gke-intranode-visibility",
  title: "What pods of one node say to each other should be seen in flow logs.",
  severity: "low",
  level: "advisory",
  why: "Traffic that never leaves a node is in no flow log: an attack from pod to pod leaves no trace.",
  fix: "Set enableIntranodeVisibility.",
  example: "enableIntranodeVisibility: true",
  frameworks: { "cis-gke": ["5.6.1"] },
  fields: ({ props }) => [props.at("enableIntranodeVisibility")],
  problem: on("traffic between pods of one node is in no flow log"),
});

export const gkeSecretsEncrypted = ofCluster(
  {
    id: "gke-secrets-encrypted",
    title: "Secrets of a GKE cluster must be encrypted with a key of our own in production.",
    severity: "high",
    level: "mandatory",
    why: "Whoever comes by a copy of the cluster's database reads every Secret in it, unless a key of Cloud KMS is asked each time.",
    fix: 'Set databaseEncryption to {state: "ENCRYPTED", keyName: …}.',
    example:
      'databaseEncryption: { state: "ENCRYPTED", keyName: "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k" }',
    frameworks: { "cis-gke": ["5.3.1"] },
    requirements: ["P8-01"],
    productionOnly: true,
    fields: ({ props }) => [props.at("databaseEncryption", "state")],
    problem: oneOf(
      ["ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED"],
      "Secrets are encrypted with a key that Google manages",
    ),
  },
  { autopilot: true },
);

export const gkeNoAlpha = ofCluster({
  id: "gke-no-alpha",
  title: "A GKE cluster must have no alpha features.",
  severity: "medium",
  level: "mandatory",
  why: "An alpha cluster gets no fixes, has no service level, and Google deletes it after 30 days.",
  fix: "Leave enableKubernetesAlpha out, or set it to false.",
  example: "enableKubernetesAlpha: false",
  frameworks: { "cis-gke": ["5.10.2"] },
  fields: ({ props }) => [props.at("enableKubernetesAlpha")],
  problem: off("Google deletes the cluster after 30 days"),
});

export const gkeAliasAddresses = ofCluster({
  id: "gke-alias-addresses",
  title: "A GKE cluster's pods must have addresses of their network.",
  severity: "medium",
  level: "mandatory",
  why: "A cluster of routes has no private nodes, and a node may send as any address.",
  fix: 'Leave networkingMode out, or set it to "VPC_NATIVE".',
  example: 'networkingMode: "VPC_NATIVE"',
  frameworks: { "cis-gke": ["5.6.2"] },
  fields: ({ props }) => [props.at("networkingMode")],
  problem: noneOf(["ROUTES"], "pods' addresses are routes, not addresses of the network"),
});

export const gkeGroups = ofCluster(
  {
    id: "gke-groups",
    title: "A GKE cluster's roles should be given to groups.",
    severity: "low",
    level: "advisory",
    why: "Roles that are given to persons stay when the person has left.",
    fix: "Set authenticatorGroupsConfig.securityGroup to gke-security-groups@YOUR-DOMAIN.",
    example: 'authenticatorGroupsConfig: { securityGroup: "gke-security-groups@example.com" }',
    frameworks: { "cis-gke": ["5.8.2"] },
    fields: ({ props }) => [props.at("authenticatorGroupsConfig", "securityGroup")],
    problem: set("roles can be given to persons only"),
  },
  { autopilot: true },
);
