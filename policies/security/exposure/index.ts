import type { Policy } from "../../core/policy.ts";
import { bucketVersioned } from "./bucket-versioned.ts";
import { databaseClosedToEveryone, databaseNoPublicAddress, datasetNotPublic } from "./databases.ts";
import { edgeHasCoreRules } from "./edge-has-core-rules.ts";
import { edgeHasFirewall } from "./edge-has-firewall.ts";
import { edgeRateLimited } from "./edge-rate-limited.ts";
import { edgeAsksWho, edgeLogged } from "./edge-watched.ts";
import { firewallAdminPorts, firewallLogged, firewallReachablePorts } from "./firewall.ts";
import {
  gkeAliasAddresses,
  gkeControlPlaneForFew,
  gkeGroups,
  gkeIntranodeVisibility,
  gkeNetworkPolicy,
  gkeNoAlpha,
  gkeNoClientCertificate,
  gkeNoLegacyAuthorization,
  gkePrivateNodes,
  gkeReleaseChannel,
  gkeSecretsEncrypted,
  gkeShieldedNodes,
  gkeWorkloadIdentity,
} from "./gke-cluster.ts";
import {
  gkeAutoRepair,
  gkeAutoUpgrade,
  gkeIntegrityMonitoring,
  gkeKubeletPort,
  gkeLogged,
  gkeMetadataServer,
  gkeNodeImage,
  gkeSecureBoot,
} from "./gke-nodes.ts";
import { httpOnlyRedirects } from "./http-only-redirects.ts";
import { ingressBehindEdge } from "./ingress-behind-edge.ts";
import {
  machineNoForwarding,
  machineNoProjectKeys,
  machineNoPublicAddress,
  machineNoSerialPort,
  machineOsLogin,
  machineShielded,
} from "./machines.ts";
import {
  dnsLogged,
  dnsSigned,
  dnsStrongKeys,
  networkOwnSubnetworks,
  noDefaultNetwork,
  subnetworkFlowLogs,
  subnetworkPrivateAccess,
} from "./networks.ts";
import { noPublicBucket } from "./no-public-bucket.ts";
import { publicInvokerBehindEdge } from "./public-invoker-behind-edge.ts";
import { databaseFlagsClosed, databaseFlagsLogged } from "./sql-flags.ts";

/** What the internet reaches. */
export const exposure: readonly Policy[] = [
  noPublicBucket,
  bucketVersioned,
  ingressBehindEdge,
  publicInvokerBehindEdge,
  edgeHasFirewall,
  edgeHasCoreRules,
  edgeRateLimited,
  edgeLogged,
  edgeAsksWho,
  httpOnlyRedirects,
  firewallAdminPorts,
  firewallReachablePorts,
  firewallLogged,
  networkOwnSubnetworks,
  noDefaultNetwork,
  subnetworkFlowLogs,
  subnetworkPrivateAccess,
  dnsSigned,
  dnsStrongKeys,
  dnsLogged,
  machineNoPublicAddress,
  machineNoSerialPort,
  machineOsLogin,
  machineNoProjectKeys,
  machineNoForwarding,
  machineShielded,
  databaseNoPublicAddress,
  databaseClosedToEveryone,
  datasetNotPublic,
  databaseFlagsClosed,
  databaseFlagsLogged,
  gkePrivateNodes,
  gkeControlPlaneForFew,
  gkeNoLegacyAuthorization,
  gkeNoClientCertificate,
  gkeWorkloadIdentity,
  gkeNetworkPolicy,
  gkeShieldedNodes,
  gkeReleaseChannel,
  gkeIntranodeVisibility,
  gkeSecretsEncrypted,
  gkeNoAlpha,
  gkeAliasAddresses,
  gkeGroups,
  gkeAutoUpgrade,
  gkeAutoRepair,
  gkeSecureBoot,
  gkeIntegrityMonitoring,
  gkeMetadataServer,
  gkeKubeletPort,
  gkeNodeImage,
  gkeLogged,
];
