import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import * as databases from "../../../../policies/security/exposure/databases.ts";
import * as machines from "../../../../policies/security/exposure/machines.ts";
import * as networks from "../../../../policies/security/exposure/networks.ts";
import { CLOUD_RUN_SERVICE, GKE_CLUSTER, MACHINE, PROJECT } from "../../../../policies/types.ts";
import { mendedBy, resource, says } from "../support.ts";
import { testFields } from "./field-cases.ts";

const NIC = { network: "shop", subnetwork: "shop-us-east1" };
const GOOD = {
  networkInterfaces: [NIC],
  metadata: { "serial-port-enable": "FALSE", "enable-oslogin": "TRUE" },
  canIpForward: false,
  shieldedInstanceConfig: { enableVtpm: true, enableIntegrityMonitoring: true, enableSecureBoot: true },
};
const SUBNETWORK = "gcp:compute/subnetwork:Subnetwork";
const ZONE = "gcp:dns/managedZone:ManagedZone";
const flag = { shape: "true or false" };
const same = (says: string) => ({ ...flag, says, absent: says });
const subnetwork = {
  ipCidrRange: "10.0.0.0/22",
  logConfig: { flowSampling: 0.5 },
  privateIpGoogleAccess: true,
};
const zone = {
  dnsName: "example.com.",
  dnssecConfig: { state: "on", defaultKeySpecs: [{ algorithm: "rsasha256" }] },
};

testFields([
  {
    policy: machines.machineNoSerialPort,
    type: MACHINE,
    good: GOOD,
    path: "metadata.serial-port-enable",
    bad: "1",
    says: "opens the serial console to every address",
  },
  {
    policy: machines.machineOsLogin,
    type: MACHINE,
    good: GOOD,
    path: "metadata.enable-oslogin",
    bad: "FALSE",
    says: 'is "FALSE": people log in with keys that belong to nobody',
  },
  {
    policy: machines.machineNoForwarding,
    type: MACHINE,
    good: GOOD,
    path: "canIpForward",
    bad: true,
    says: "is not false: it may send as an address that is not its own",
    ...flag,
  },
  {
    policy: machines.machineShielded,
    type: MACHINE,
    good: GOOD,
    path: "shieldedInstanceConfig.enableVtpm",
    bad: false,
    says: "is not true: a changed start of the machine is not seen",
    ...flag,
  },
  {
    policy: networks.networkOwnSubnetworks,
    type: "gcp:compute/network:Network",
    good: { autoCreateSubnetworks: false },
    path: "autoCreateSubnetworks",
    bad: true,
    ...same("is not false: it gets a subnetwork in every region"),
  },
  {
    policy: networks.subnetworkPrivateAccess,
    type: SUBNETWORK,
    good: subnetwork,
    path: "privateIpGoogleAccess",
    bad: false,
    ...same("is not true: Google's services are reached over the internet only"),
  },
  {
    policy: networks.dnsSigned,
    type: ZONE,
    good: zone,
    path: "dnssecConfig.state",
    bad: "off",
    says: 'is "off": answers are not signed',
    absent: "is not set: answers are not signed",
  },
  {
    policy: networks.dnsStrongKeys,
    type: ZONE,
    good: zone,
    path: "dnssecConfig.defaultKeySpecs[0].algorithm",
    bad: "rsasha1",
    says: 'is "rsasha1": such a signature can be forged',
  },
  {
    policy: networks.dnsLogged,
    type: "gcp:dns/policy:Policy",
    good: { enableLogging: true },
    path: "enableLogging",
    bad: false,
    ...same("is not true: nobody sees what names are asked for"),
  },
  {
    policy: databases.datasetNotPublic,
    type: "gcp:bigquery/dataset:Dataset",
    good: { accesses: [{ role: "READER", specialGroup: "projectReaders" }] },
    path: "accesses[0].specialGroup",
    bad: "allAuthenticatedUsers",
    says: 'is "allAuthenticatedUsers": that is everyone',
  },
]);

const ask = (policy: Parameters<typeof says>[0], props: unknown, type = MACHINE) =>
  says(policy, resource(type, "x", props));

test("AC-02 a machine has no address on the internet", () => {
  const at = (nic: object) =>
    ask(machines.machineNoPublicAddress, { networkInterfaces: [NIC, { ...NIC, ...nic }] });
  expect(at({})).toEqual([]);
  expect(at({ accessConfigs: [{}] })).toEqual([
    "x: networkInterfaces[1].accessConfigs gives it an address that the internet reaches",
  ]);
  expect(at({ ipv6AccessConfigs: [{ networkTier: "PREMIUM" }] })).toEqual([
    "x: networkInterfaces[1].ipv6AccessConfigs gives it an address that the internet reaches",
  ]);
  expect(at({ accessConfigs: unknownValue })).toEqual([
    "?x: networkInterfaces[1].accessConfigs is not known before deployment",
  ]);
  expect(at({ accessConfigs: "any" })).toEqual(["x: networkInterfaces[1].accessConfigs is not a list"]);
});

const METADATA = "gcp:compute/projectMetadata:ProjectMetadata";
const ITEM = "gcp:compute/projectMetadataItem:ProjectMetadataItem";
const KEYS = "people log in with keys that belong to nobody";

test("a project's metadata says how people log in to all of its machines", () => {
  expect(ask(machines.machineOsLogin, { metadata: {} }, METADATA)).toEqual([
    `x: metadata.enable-oslogin is not set: ${KEYS}`,
  ]);
  expect(ask(machines.machineOsLogin, { metadata: { "enable-oslogin": "TRUE" } }, METADATA)).toEqual([]);
  expect(ask(machines.machineOsLogin, { key: "enable-oslogin", value: "no" }, ITEM)).toEqual([
    `x: value is "no": ${KEYS}`,
  ]);
  expect(ask(machines.machineOsLogin, { key: "zone", value: "no" }, ITEM)).toEqual([]);
  expect(ask(machines.machineNoSerialPort, { key: "serial-port-enable", value: "true" }, ITEM)).toEqual([
    "x: value opens the serial console to every address",
  ]);
  expect(ask(machines.machineNoProjectKeys, { key: "ssh-keys", value: "a:ssh-rsa" }, ITEM)).toEqual([
    "~x: value lets its keys in to every machine of the project",
  ]);
});

test("keys of a whole project get in unless they are blocked, or OS Login takes none", () => {
  const block = (metadata: object) => ask(machines.machineNoProjectKeys, { metadata });
  expect(block({})).toEqual([
    "~x: metadata.block-project-ssh-keys is not true: keys of the whole project get in",
  ]);
  expect(block({ "block-project-ssh-keys": "TRUE" })).toEqual([]);
  expect(block({ "enable-oslogin": "true" })).toEqual([]);
  expect(block({ "block-project-ssh-keys": unknownValue })).toEqual([
    "?x: metadata.block-project-ssh-keys is not known before deployment",
  ]);
});

test("secure boot of a machine is advice: some drivers are not signed", () => {
  expect(ask(machines.machineShielded, {})).toEqual([
    "~x: shieldedInstanceConfig.enableSecureBoot is not true: it starts what nobody signed",
  ]);
});

test.each([
  [
    MACHINE,
    { networkInterfaces: [{ network: "projects/p/global/networks/default" }] },
    "networkInterfaces[0].network",
  ],
  [GKE_CLUSTER, { network: "default" }, "network"],
  ["gcp:compute/firewall:Firewall", { network: "default" }, "network"],
  [
    CLOUD_RUN_SERVICE,
    { template: { vpcAccess: { networkInterfaces: [{ network: "default" }] } } },
    "template.vpcAccess.networkInterfaces[0].network",
  ],
])("nothing is in the default network: %s", (type, props, path) => {
  const quoted = type === MACHINE ? "projects/p/global/networks/default" : "default";
  expect(ask(networks.noDefaultNetwork, props, type)).toEqual([
    `x: ${path} is "${quoted}", the default network`,
  ]);
});

test("a cluster that names no network, and a new project, are in the default network", () => {
  expect(ask(networks.noDefaultNetwork, {}, GKE_CLUSTER)).toEqual([
    "x: network is not set: it would be in the default network",
  ]);
  expect(ask(networks.noDefaultNetwork, { subnetwork: "s" }, GKE_CLUSTER)).toEqual([]);
  expect(ask(networks.noDefaultNetwork, {}, PROJECT)).toEqual([
    "x: autoCreateNetwork is not false: the project gets the default network",
  ]);
  expect(ask(networks.noDefaultNetwork, { autoCreateNetwork: false }, PROJECT)).toEqual([]);
  expect(ask(networks.noDefaultNetwork, { networkInterfaces: [NIC, { network: unknownValue }] })).toEqual([
    "?x: networkInterfaces[1].network is not known before deployment",
  ]);
});

test("flow logs are asked of subnetworks that have machines", () => {
  const logs = (props: object) => ask(networks.subnetworkFlowLogs, props, SUBNETWORK);
  expect(logs(subnetwork)).toEqual([]);
  expect(logs({})).toEqual(["x: logConfig is not set: nobody can say what was reached from where"]);
  expect(logs({ purpose: "REGIONAL_MANAGED_PROXY" })).toEqual([]);
  expect(logs({ purpose: unknownValue })).toEqual(["?x: purpose is not known before deployment"]);
  expect(mendedBy(networks.subnetworkPrivateAccess, SUBNETWORK, {})).toEqual({
    privateIpGoogleAccess: true,
  });
  expect(mendedBy(networks.subnetworkPrivateAccess, SUBNETWORK, { purpose: "PRIVATE_NAT" })).toBeUndefined();
});

test("a private zone, and a dataset's single access", () => {
  expect(ask(networks.dnsSigned, { visibility: "private" }, ZONE)).toEqual([]);
  expect(
    ask(databases.datasetNotPublic, { iamMember: "allUsers" }, "gcp:bigquery/datasetAccess:DatasetAccess"),
  ).toEqual(['x: iamMember is "allUsers": that is everyone']);
});
