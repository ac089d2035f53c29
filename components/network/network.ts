import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { isProduction } from "../scope.ts";

interface Children {
  network: gcp.compute.NetworkArgs;
  subnetwork: gcp.compute.SubnetworkArgs;
  address: gcp.compute.AddressArgs;
  router: gcp.compute.RouterArgs;
  nat: gcp.compute.RouterNatArgs;
}

/** A private network. */
export interface NetworkArgs extends ComponentArgs<Children> {
  /**
   * Private addresses of the subnetwork, 64 (`/26`) or more; Cloud Run takes about two for each instance. Default
   * `10.10.0.0/22`. Changing it replaces the subnetwork, which Cloud Run holds for an hour or two after the last use.
   */
  readonly range?: string;
}

/** Longest prefix of a subnetwork that Cloud Run's direct egress takes (the documentation's page "Direct VPC egress"). */
const LONGEST_PREFIX = 26;

/** What is wrong with a subnetwork's addresses, or undefined. */
export function rangeProblem(range: string): string | undefined {
  const [, first, second, third, fourth, prefix] =
    /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range)?.map(Number) ?? [];
  const parts = [first, second, third, fourth].map((part) => part ?? 256);
  if (prefix === undefined || prefix > 32 || parts.some((part) => part > 255)) {
    return `range: "${range}" is no range of addresses, such as "10.10.0.0/22"`;
  }
  if (prefix > LONGEST_PREFIX) {
    return `range: "${range}" holds ${2 ** (32 - prefix)} addresses; Cloud Run needs 64 or more: use a prefix of /${LONGEST_PREFIX} or shorter`;
  }
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return address % 2 ** (32 - prefix) === 0
    ? undefined
    : `range: "${range}" does not begin where a /${prefix} may; its last ${32 - prefix} bits must be 0`;
}

/** A network of the system's own, whose requests to the outside leave through one fixed address that others can let in. */
export class Network extends Component<Children> {
  readonly networkId: pulumi.Output<string>;
  readonly subnetworkId: pulumi.Output<string>;
  /** Address that the outside sees. */
  readonly egressAddress: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:network:Network", name, args, options);
    const range = args.range ?? "10.10.0.0/22";
    refuse(
      name,
      [rangeProblem(range)].filter((problem) => problem !== undefined),
    );
    const { project, region } = args.scope;
    const network = this.child(
      "network",
      gcp.compute.Network,
      { project, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      { suffix: "" },
    );
    const subnetwork = this.child("subnetwork", gcp.compute.Subnetwork, {
      project,
      region,
      network: network.id,
      ipCidrRange: range,
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: "INTERVAL_10_MIN",
        flowSampling: 0.5,
        metadata: "INCLUDE_ALL_METADATA",
      },
    });
    const address = this.child(
      "address",
      gcp.compute.Address,
      { project, region, addressType: "EXTERNAL" },
      { protect: isProduction(args.scope) },
    );
    const router = this.child("router", gcp.compute.Router, { project, region, network: network.id });
    const nat = this.child("nat", gcp.compute.RouterNat, {
      project,
      region,
      router: router.name,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address.selfLink],
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: subnetwork.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
    this.networkId = network.id;
    // Nothing gets out before the address translation is there.
    this.subnetworkId = nat.id.apply(() => subnetwork.id);
    this.egressAddress = address.address;
    this.registerOutputs({ egressAddress: this.egressAddress });
  }
}
