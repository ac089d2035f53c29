import { expect, test } from "vitest";
import * as clusters from "../../../../policies/security/exposure/gke-cluster.ts";
import * as nodes from "../../../../policies/security/exposure/gke-nodes.ts";
import { GKE_CLUSTER, NODE_POOL } from "../../../../policies/types.ts";
import { changed, mendedBy, resource, says } from "../support.ts";
import { type FieldCase, testFields } from "./field-cases.ts";

/** A cluster that no policy has anything against. */
const CLUSTER = {
  location: "us-east1",
  network: "shop",
  subnetwork: "shop-us-east1",
  removeDefaultNodePool: true,
  enableLegacyAbac: false,
  enableShieldedNodes: true,
  enableIntranodeVisibility: true,
  enableKubernetesAlpha: false,
  networkingMode: "VPC_NATIVE",
  datapathProvider: "ADVANCED_DATAPATH",
  privateClusterConfig: { enablePrivateNodes: true },
  masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }] },
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  workloadIdentityConfig: { workloadPool: "shop.svc.id.goog" },
  releaseChannel: { channel: "REGULAR" },
  databaseEncryption: { state: "ENCRYPTED", keyName: "k" },
  authenticatorGroupsConfig: { securityGroup: "gke-security-groups@example.com" },
  loggingService: "logging.googleapis.com/kubernetes",
  monitoringService: "monitoring.googleapis.com/kubernetes",
};

const POOL = {
  cluster: "shop",
  management: { autoRepair: true, autoUpgrade: true },
  nodeConfig: {
    imageType: "cos_containerd",
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    metadata: { "disable-legacy-endpoints": "true" },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
  },
};

const cluster = (
  policy: FieldCase["policy"],
  path: string,
  bad: unknown,
  text: string,
  rest: Partial<FieldCase> = {},
): FieldCase => ({ policy, type: GKE_CLUSTER, good: CLUSTER, path, bad, says: text, ...rest });
const pool = (...[policy, path, bad, text, rest]: Parameters<typeof cluster>): FieldCase => ({
  ...cluster(policy, path, bad, text, rest),
  type: NODE_POOL,
  good: POOL,
});
const flag = { shape: "true or false" };
const needed = (absent: string) => ({ ...flag, absent });

const PUBLIC_NODES = "is not true: nodes get addresses that the internet reaches";
const UNSEEN = "is not true: traffic between pods of one node is in no flow log";
const MANAGED = "Secrets are encrypted with a key that Google manages";
const UNSIGNED = "is not true: a node starts what nobody signed";

testFields([
  cluster(
    clusters.gkePrivateNodes,
    "privateClusterConfig.enablePrivateNodes",
    false,
    PUBLIC_NODES,
    needed(PUBLIC_NODES),
  ),
  cluster(
    clusters.gkeControlPlaneForFew,
    "masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock",
    "0.0.0.0/0",
    'is "0.0.0.0/0": the whole internet reaches the control plane',
  ),
  cluster(
    clusters.gkeNoLegacyAuthorization,
    "enableLegacyAbac",
    true,
    "is not false: accounts get rights that no role shows",
    flag,
  ),
  cluster(
    clusters.gkeNoClientCertificate,
    "masterAuth.clientCertificateConfig.issueClientCertificate",
    true,
    "is not false: a certificate is issued that can't be taken back",
    flag,
  ),
  cluster(
    clusters.gkeWorkloadIdentity,
    "workloadIdentityConfig.workloadPool",
    "",
    "is not set: pods act with the rights of their node",
    { absent: "is not set: pods act with the rights of their node" },
  ),
  cluster(
    clusters.gkeNetworkPolicy,
    "datapathProvider",
    "LEGACY_DATAPATH",
    'is not "ADVANCED_DATAPATH", and networkPolicy is not enabled: network policies do nothing',
    {
      absent: 'is not "ADVANCED_DATAPATH", and networkPolicy is not enabled: network policies do nothing',
      proves: "AC-02",
    },
  ),
  cluster(
    clusters.gkeShieldedNodes,
    "enableShieldedNodes",
    false,
    "is not true: a node's stolen credentials make another node",
    flag,
  ),
  cluster(
    clusters.gkeReleaseChannel,
    "releaseChannel.channel",
    "UNSPECIFIED",
    'is "UNSPECIFIED": nothing says what keeps the cluster current',
    { absent: "is not set: nothing says what keeps the cluster current" },
  ),
  cluster(clusters.gkeIntranodeVisibility, "enableIntranodeVisibility", false, UNSEEN, needed(UNSEEN)),
  cluster(
    clusters.gkeSecretsEncrypted,
    "databaseEncryption.state",
    "DECRYPTED",
    `is "DECRYPTED": ${MANAGED}`,
    {
      absent: `is not set: ${MANAGED}`,
      proves: "P8-01",
    },
  ),
  cluster(
    clusters.gkeNoAlpha,
    "enableKubernetesAlpha",
    true,
    "is not false: Google deletes the cluster after 30 days",
    flag,
  ),
  cluster(
    clusters.gkeAliasAddresses,
    "networkingMode",
    "ROUTES",
    'is "ROUTES": pods\' addresses are routes, not addresses of the network',
  ),
  cluster(
    clusters.gkeGroups,
    "authenticatorGroupsConfig.securityGroup",
    "",
    "is not set: roles can be given to persons only",
    {
      absent: "is not set: roles can be given to persons only",
    },
  ),
  cluster(nodes.gkeLogged, "loggingService", "none", 'is "none": nobody will see what happened'),
  cluster(nodes.gkeLogged, "monitoringService", "none", 'is "none": nobody will see what happened'),
  pool(
    nodes.gkeAutoUpgrade,
    "management.autoUpgrade",
    false,
    "is not true: nodes stay at a version whose faults are published",
    flag,
  ),
  pool(
    nodes.gkeAutoRepair,
    "management.autoRepair",
    false,
    "is not true: a broken node stays in the cluster",
    flag,
  ),
  pool(
    nodes.gkeSecureBoot,
    "nodeConfig.shieldedInstanceConfig.enableSecureBoot",
    false,
    UNSIGNED,
    needed(UNSIGNED),
  ),
  pool(
    nodes.gkeIntegrityMonitoring,
    "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring",
    false,
    "is not true: a changed start of a node is not seen",
    flag,
  ),
  pool(
    nodes.gkeMetadataServer,
    "nodeConfig.workloadMetadataConfig.mode",
    "GCE_METADATA",
    'is "GCE_METADATA": pods can ask for the credentials of their node',
  ),
  pool(
    nodes.gkeMetadataServer,
    "nodeConfig.metadata.disable-legacy-endpoints",
    "false",
    "is false: the older addresses give credentials to requests of any kind",
  ),
  pool(
    nodes.gkeKubeletPort,
    "nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled",
    "TRUE",
    'is "TRUE": the kubelet answers everyone on the network',
  ),
  pool(
    nodes.gkeNodeImage,
    "nodeConfig.imageType",
    "UBUNTU_CONTAINERD",
    'is "UBUNTU_CONTAINERD", not COS_CONTAINERD',
  ),
]);

const ALL = [...Object.values(clusters), ...Object.values(nodes)];
const found = (props: unknown, type = GKE_CLUSTER) =>
  ALL.flatMap((policy) => says(policy, resource(type, "x", props)).map(() => policy.id));

test("a good cluster and a good pool pass all of them", () => {
  expect(found(CLUSTER)).toEqual([]);
  expect(found(POOL, NODE_POOL)).toEqual([]);
});

test("of an Autopilot cluster only what Google does not see to is asked", () => {
  expect(found({ location: "us-east1", enableAutopilot: true }).sort()).toEqual([
    "gke-control-plane-for-few",
    "gke-groups",
    "gke-private-nodes",
    "gke-secrets-encrypted",
  ]);
});

test("a control plane with no address on the internet needs no list of networks", () => {
  const ask = (props: object) => says(clusters.gkeControlPlaneForFew, resource(GKE_CLUSTER, "x", props));
  expect(ask({})).toEqual([
    "x: masterAuthorizedNetworksConfig is not set: the whole internet reaches the control plane",
  ]);
  expect(ask({ privateClusterConfig: { enablePrivateEndpoint: true } })).toEqual([]);
  expect(ask({ controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } } })).toEqual([]);
  expect(ask({ masterAuthorizedNetworksConfig: {} })).toEqual([]);
});

test("pools inside of a cluster, and the one that it begins with, are judged as pools are", () => {
  const ask = (props: object) => says(nodes.gkeAutoUpgrade, resource(GKE_CLUSTER, "x", props));
  const management = { autoUpgrade: false };
  const text = "is not true: nodes stay at a version whose faults are published";
  expect(ask({ nodePools: [{}, { management }] })).toEqual([
    `x: nodePools[1].management.autoUpgrade ${text}`,
  ]);
  expect(says(nodes.gkeSecureBoot, resource(GKE_CLUSTER, "x", { nodeConfig: {} }))).toEqual([
    `~x: nodeConfig.shieldedInstanceConfig.enableSecureBoot ${UNSIGNED}`,
  ]);
  expect(ask({ removeDefaultNodePool: true, management })).toEqual([]);
});

test("what is logged and measured names the cluster's own parts and its workloads", () => {
  const ask = (props: object) => says(nodes.gkeLogged, resource(GKE_CLUSTER, "x", props));
  const both = ["SYSTEM_COMPONENTS", "WORKLOADS"];
  expect(ask({ loggingConfig: { enableComponents: both } })).toEqual([]);
  expect(ask({ loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS"] } })).toEqual([
    "x: loggingConfig.enableComponents does not have WORKLOADS: nobody will see what happened there",
  ]);
  expect(ask({ monitoringConfig: { enableComponents: [] } })).toEqual([
    "x: monitoringConfig.enableComponents does not have SYSTEM_COMPONENTS: nobody will see what happened there",
  ]);
});

test("P8-01 a key of our own for Secrets is advice outside production", () => {
  const props = changed(CLUSTER, "databaseEncryption", undefined);
  expect(says(clusters.gkeSecretsEncrypted, resource(GKE_CLUSTER, "x", props, { stack: "staging" }))).toEqual(
    [`~x: databaseEncryption.state is not set: ${MANAGED}`],
  );
});

test("attributes are taken back where a stack asks for it", () => {
  expect(mendedBy(clusters.gkeNoLegacyAuthorization, GKE_CLUSTER, { enableLegacyAbac: true })).toEqual({
    enableLegacyAbac: false,
  });
  expect(mendedBy(clusters.gkeNoLegacyAuthorization, GKE_CLUSTER, {})).toBeUndefined();
});
