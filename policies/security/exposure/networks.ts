import { each, violation } from "../../core/finding.ts";
import type { Policy, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE, GKE_CLUSTER, MACHINES, PROJECT } from "../../types.ts";
import { declared, fieldPolicy, off, on, oneOf } from "../field.ts";
import { FIREWALL } from "./firewall-rule.ts";

const NETWORK = "gcp:compute/network:Network";
const SUBNETWORK = "gcp:compute/subnetwork:Subnetwork";
const ZONE = "gcp:dns/managedZone:ManagedZone";

export const networkOwnSubnetworks = fieldPolicy({
  id: "network-own-subnetworks",
  title: "A network must have the subnetworks that somebody planned.",
  severity: "medium",
  level: "mandatory",
  why: "Otherwise it gets one in every region of the world, with ranges that every such network shares.",
  fix: "Set autoCreateSubnetworks to false, and declare each compute.Subnetwork.",
  example: declared("compute.Network", "autoCreateSubnetworks: false"),
  frameworks: { "cis-gcp": ["3.1", "3.2"] },
  types: [NETWORK],
  fields: ({ props }) => [props.at("autoCreateSubnetworks")],
  problem: off("it gets a subnetwork in every region", true),
});

/** Where a resource names the network that it is in; nothing is said where a subnetwork says it. */
function networksOf({ type, props }: Subject): { readonly at: Property; readonly absent: boolean }[] {
  const named = (place: Property, isDefault: boolean) => ({ at: place.at("network"), absent: isDefault });
  if (type === FIREWALL) return [named(props, false)];
  if (type === GKE_CLUSTER) return [named(props, !props.at("subnetwork").present)];
  const nics =
    type === CLOUD_RUN_SERVICE
      ? props.at("template", "vpcAccess", "networkInterfaces")
      : props.at("networkInterfaces");
  return nics.items().map((nic) => named(nic, false));
}

export const noDefaultNetwork: Policy = {
  id: "no-default-network",
  title: "Nothing may be in a project's default network.",
  severity: "high",
  level: "mandatory",
  why: "It comes with rules that let the whole internet try SSH and RDP, and everything in it reaches everything else.",
  fix: "Declare a compute.Network and name it; set autoCreateNetwork of a project to false.",
  example: declared("container.Cluster", 'network: "shop", subnetwork: "shop-us-east1"'),
  frameworks: { "cis-gcp": ["3.1"] },
  types: [...MACHINES, GKE_CLUSTER, FIREWALL, CLOUD_RUN_SERVICE, PROJECT],
  check: (resource) => {
    if (resource.type === PROJECT) {
      const made = resource.props.at("autoCreateNetwork");
      return made.flag() === false
        ? []
        : [violation(made, "is not false: the project gets the default network")];
    }
    return each(networksOf(resource), ({ at, absent }) => {
      const network = at.text();
      if (network === undefined)
        return absent ? violation(at, "is not set: it would be in the default network") : undefined;
      return network.split("/").at(-1) === "default"
        ? violation(at, `is ${at.quote()}, the default network`)
        : undefined;
    });
  },
};

/** Subnetworks that nobody's machines are in: they have no flow logs, and nothing in them asks for Google's services. */
const WITHOUT_MACHINES = [
  "REGIONAL_MANAGED_PROXY",
  "GLOBAL_MANAGED_PROXY",
  "INTERNAL_HTTPS_LOAD_BALANCER",
  "PRIVATE_SERVICE_CONNECT",
  "PRIVATE_NAT",
];

function ofMachines(field: string): (subnetwork: Subject) => Property[] {
  return ({ props }) =>
    WITHOUT_MACHINES.includes(props.at("purpose").text() ?? "PRIVATE") ? [] : [props.at(field)];
}

export const subnetworkFlowLogs: ResourcePolicy = fieldPolicy({
  id: "subnetwork-flow-logs",
  title: "A subnetwork's connections must be logged.",
  severity: "medium",
  level: "mandatory",
  why: "Without flow logs nobody can say afterwards what was reached from where, and how much left.",
  fix: "Set logConfig, with a sample that you can pay for.",
  example: declared(
    "compute.Subnetwork",
    'network: "shop", ipCidrRange: "10.0.0.0/22", logConfig: { flowSampling: 0.5 }',
  ),
  frameworks: { "cis-gcp": ["3.8"], "cis-gke": ["5.6.1"], owasp: ["A09"] },
  types: [SUBNETWORK],
  fields: ofMachines("logConfig"),
  problem: (field) => (field.present ? undefined : "is not set: nobody can say what was reached from where"),
});

export const subnetworkPrivateAccess: ResourcePolicy = fieldPolicy({
  id: "subnetwork-private-access",
  title: "What is in a subnetwork must reach Google's services without an address on the internet.",
  severity: "medium",
  level: "mandatory",
  why: "Otherwise machines are given public addresses only to reach a bucket.",
  fix: "Set privateIpGoogleAccess.",
  example: declared(
    "compute.Subnetwork",
    'network: "shop", ipCidrRange: "10.0.0.0/22", privateIpGoogleAccess: true',
  ),
  types: [SUBNETWORK],
  fields: ofMachines("privateIpGoogleAccess"),
  problem: on("Google's services are reached over the internet only"),
  remediate: (props) =>
    props.privateIpGoogleAccess === undefined && props.purpose === undefined
      ? { ...props, privateIpGoogleAccess: true }
      : undefined,
});

export const dnsSigned: ResourcePolicy = fieldPolicy({
  id: "dns-signed",
  title: "A public zone's answers must be signed.",
  severity: "medium",
  level: "mandatory",
  why: "Without DNSSEC whoever stands between can answer with an address of their own.",
  fix: 'Set dnssecConfig.state to "on", and give the registrar the key.',
  example: declared("dns.ManagedZone", 'dnsName: "example.com.", dnssecConfig: { state: "on" }'),
  frameworks: { "cis-gcp": ["3.3"] },
  types: [ZONE],
  fields: ({ props }) =>
    props.at("visibility").text() === "private" ? [] : [props.at("dnssecConfig", "state")],
  problem: oneOf(["on", "transfer"], "answers are not signed"),
});

export const dnsStrongKeys: Policy = {
  id: "dns-strong-keys",
  title: "A zone must not be signed with SHA-1.",
  severity: "medium",
  level: "mandatory",
  why: "SHA-1 can be forged: a signature with it proves nothing.",
  fix: 'Leave dnssecConfig.defaultKeySpecs out, or use an algorithm such as "rsasha256" or "ecdsap256sha256".',
  example: declared(
    "dns.ManagedZone",
    'dnsName: "example.com.", dnssecConfig: { state: "on", defaultKeySpecs: [{ algorithm: "ecdsap256sha256", keyType: "keySigning" }] }',
  ),
  frameworks: { "cis-gcp": ["3.4", "3.5"], owasp: ["A02"] },
  types: [ZONE],
  check: ({ props }) =>
    each(props.at("dnssecConfig", "defaultKeySpecs").items(), (spec) => {
      const algorithm = spec.at("algorithm");
      return algorithm.text()?.toLowerCase() === "rsasha1"
        ? violation(algorithm, `is ${algorithm.quote()}: such a signature can be forged`)
        : undefined;
    }),
};

export const dnsLogged: ResourcePolicy = fieldPolicy({
  id: "dns-logged",
  title: "Names that a network asks for should be logged.",
  severity: "low",
  level: "advisory",
  why: "What was taken over is most often found by the names that it asks for.",
  fix: "Set enableLogging of the network's dns.Policy.",
  example: declared("dns.Policy", 'networks: [{ networkUrl: "shop" }], enableLogging: true'),
  frameworks: { "cis-gcp": ["2.12"], owasp: ["A09"] },
  types: ["gcp:dns/policy:Policy"],
  fields: ({ props }) => [props.at("enableLogging")],
  problem: on("nobody sees what names are asked for"),
});
