import type { ResourceModel } from "../model.ts";
import { integer, ipRange, labels, length, pattern } from "../rules.ts";
import { UNKNOWN, valueAt } from "../values.ts";
import { computeResource } from "./common.ts";
import { location } from "./locations.ts";

const network = computeResource({
  token: "gcp:compute/network:Network",
  collection: "networks",
  scope: "global",
  numbers: [],
  values: { routingMode: ["REGIONAL", "GLOBAL"] },
  rules: { mtu: integer(1300, 8896), description: length(0, 2048) },
  replaceOn: ["autoCreateSubnetworks", "description", "internalIpv6Range", "networkProfile"],
  defaults: {
    autoCreateSubnetworks: true,
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    deleteDefaultRoutesOnCreate: false,
  },
  outputs: ({ keep, digits, inputs }) => {
    const numericId = keep("numericId", () => digits("numericId", 19));
    return {
      numericId,
      networkId: numericId,
      gatewayIpv4: "",
      mtu: inputs.mtu ?? 1460,
      routingMode: inputs.routingMode ?? "REGIONAL",
    };
  },
});

/** First usable address of a range, where Google puts the gateway. */
function gatewayOf(range: string): string {
  const octets = (range.split("/")[0] ?? "").split(".").map(Number);
  octets[3] = (octets[3] ?? 0) + 1;
  return octets.join(".");
}

const subnetwork = computeResource({
  token: "gcp:compute/subnetwork:Subnetwork",
  collection: "subnetworks",
  scope: "region",
  numbers: ["subnetworkId"],
  fingerprint: true,
  required: ["ipCidrRange"],
  rules: {
    region: location,
    ipCidrRange: ipRange,
    "secondaryIpRanges[].ipCidrRange": ipRange,
    "logConfig.flowSampling": (value, report) => {
      if (typeof value === "number" && (value < 0 || value > 1))
        report("must be a share from 0 to 1", { got: value });
    },
  },
  check: (inputs, report) => {
    const bits = Number(String(valueAt(inputs, "ipCidrRange") ?? "/24").split("/")[1]);
    if (bits > 29)
      report("must have at least 8 addresses (`/29`)", { got: inputs.ipCidrRange, at: ["ipCidrRange"] });
  },
  replaceOn: [
    "network",
    "description",
    "purpose",
    "ipv6AccessType",
    "externalIpv6Prefix",
    "reservedInternalRange",
  ],
  outputs: ({ text, inputs }) => ({
    gatewayAddress: text("ipCidrRange") === UNKNOWN ? UNKNOWN : gatewayOf(text("ipCidrRange")),
    privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
    purpose: inputs.purpose ?? "PRIVATE",
    stackType: inputs.stackType ?? "IPV4_ONLY",
    state: "READY",
  }),
});

const router = computeResource({
  token: "gcp:compute/router:Router",
  collection: "routers",
  scope: "region",
  required: ["network"],
  rules: { region: location, "bgp.asn": integer(1, 4_294_967_295) },
  replaceOn: ["network", "encryptedInterconnectRouter"],
});

const nat: ResourceModel = {
  ...computeResource({
    token: "gcp:compute/routerNat:RouterNat",
    collection: "nats",
    scope: "region",
    values: {
      natIpAllocateOption: ["MANUAL_ONLY", "AUTO_ONLY"],
      sourceSubnetworkIpRangesToNat: [
        "ALL_SUBNETWORKS_ALL_IP_RANGES",
        "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES",
        "LIST_OF_SUBNETWORKS",
      ],
      "logConfig.filter": ["ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"],
    },
    rules: {
      region: location,
      minPortsPerVm: integer(32, 65_536),
      maxPortsPerVm: integer(64, 65_536),
    },
    check: (inputs, report) => {
      const mode = inputs.natIpAllocateOption;
      const hasAddresses = Array.isArray(inputs.natIps) && inputs.natIps.length > 0;
      if (mode === "MANUAL_ONLY" && !hasAddresses && inputs.natIps !== UNKNOWN)
        report("is required when natIpAllocateOption is MANUAL_ONLY", { at: ["natIps"] });
      if (mode === "AUTO_ONLY" && hasAddresses)
        report("must be empty when natIpAllocateOption is AUTO_ONLY", { at: ["natIps"] });
      const isList = inputs.sourceSubnetworkIpRangesToNat === "LIST_OF_SUBNETWORKS";
      if (isList && inputs.subnetworks === undefined)
        report("is required when sourceSubnetworkIpRangesToNat is LIST_OF_SUBNETWORKS", {
          at: ["subnetworks"],
        });
    },
    replaceOn: ["router", "endpointTypes", "type", "initialNatIps"],
    defaults: {
      enableEndpointIndependentMapping: false,
      icmpIdleTimeoutSec: 30,
      tcpEstablishedIdleTimeoutSec: 1200,
      udpIdleTimeoutSec: 30,
    },
  }),
  id: ({ join, project, text }) => join`${project}/${text("region")}/${text("router")}/${text("name")}`,
  outputs: ({ inputs }) => ({
    minPortsPerVm: inputs.minPortsPerVm ?? 64,
    autoNetworkTier: inputs.autoNetworkTier ?? "PREMIUM",
  }),
};

const addressRules = {
  labels,
  prefixLength: integer(8, 96),
  address: pattern(/^[0-9a-fA-F.:]+$/, "an IP address"),
};
const addressFixed = [
  "address",
  "addressType",
  "description",
  "ipVersion",
  "network",
  "prefixLength",
  "purpose",
];

const address = computeResource({
  token: "gcp:compute/address:Address",
  collection: "addresses",
  scope: "region",
  fingerprint: false,
  rules: { ...addressRules, region: location },
  check: (inputs, report) => {
    if (inputs.addressType === "EXTERNAL" && inputs.subnetwork !== undefined)
      report("is only for addresses whose addressType is INTERNAL", { at: ["subnetwork"] });
  },
  replaceOn: [...addressFixed, "ipv6EndpointType", "networkTier", "subnetwork"],
  defaults: { addressType: "EXTERNAL" },
  outputs: (context) => ({
    address:
      context.inputs.address ??
      context.keep("address", () => documentationAddress(context.digits("address", 3))),
    addressId: context.keep("addressId", () => context.digits("addressId", 19)),
    networkTier: context.inputs.networkTier ?? "PREMIUM",
    users: context.keep("users", () => []),
    labelFingerprint: context.keep("labelFingerprint", () => `${context.hex("labels", 11)}=`),
  }),
});

const globalAddress = computeResource({
  token: "gcp:compute/globalAddress:GlobalAddress",
  collection: "addresses",
  scope: "global",
  rules: addressRules,
  check: (inputs, report) => {
    if (inputs.purpose === "VPC_PEERING" && inputs.prefixLength === undefined)
      report("is required when purpose is VPC_PEERING", { at: ["prefixLength"] });
  },
  replaceOn: addressFixed,
  defaults: { addressType: "EXTERNAL" },
  outputs: (context) => ({
    address:
      context.inputs.address ??
      context.keep("address", () => documentationAddress(context.digits("address", 3))),
    labelFingerprint: context.keep("labelFingerprint", () => `${context.hex("labels", 11)}=`),
  }),
});

/** An address out of the block that RFC 5737 keeps for examples: it can be nobody's. */
function documentationAddress(digits: string): string {
  return `203.0.113.${(Number(digits) % 254) + 1}`;
}

export const computeNetwork: readonly ResourceModel[] = [
  network,
  subnetwork,
  router,
  nat,
  address,
  globalAddress,
];
