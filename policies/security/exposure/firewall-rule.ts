import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";
import { isOpen } from "./gke.ts";

export const FIREWALL = "gcp:compute/firewall:Firewall";

/** Rules of firewall policies: of a network, of a region's network, and of a folder or organization. */
const POLICY_RULES = [
  "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
  "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
  "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
];

export const FIREWALL_RULES = [FIREWALL, ...POLICY_RULES];

/** The highest port there is. */
const LAST_PORT = 65_535;

/** Ports that a rule lets in, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
  /** Where it is written. */
  readonly at: Property;
}

/** Whether a rule lets anything in. */
export function letsIn({ type, props }: Subject): boolean {
  if (props.at("disabled").flag() === true || props.at("direction").text() === "EGRESS") return false;
  return type === FIREWALL ? props.at("allows").present : props.at("action").text() === "allow";
}

/** Whether everyone on the internet is let in. A rule that says nothing of whom means everyone (Compute Engine's API). */
export function forEveryone({ type, props }: Subject): boolean {
  const ranges = type === FIREWALL ? props.at("sourceRanges") : props.at("match", "srcIpRanges");
  const written = ranges.items();
  if (written.length > 0) return written.some((range) => isOpen(range.text() ?? ""));
  return type === FIREWALL
    ? !props.at("sourceTags").present && !props.at("sourceServiceAccounts").present
    : props
        .at("match")
        .entries()
        .every(([field]) => ["layer4Configs", "srcIpRanges"].includes(field));
}

/** Protocols that have ports, by name and by number. */
const WITH_PORTS = /^(all|tcp|udp|sctp|6|17|132)$/i;

/** Ports that a rule lets in, of protocols that have ports. */
export function portsOf({ type, props }: Subject): PortRange[] {
  const [list, protocol] =
    type === FIREWALL ? [props.at("allows"), "protocol"] : [props.at("match", "layer4Configs"), "ipProtocol"];
  return list.items().flatMap((allowed) => {
    if (!WITH_PORTS.test(allowed.at(protocol).text() ?? "all")) return [];
    const ports = allowed.at("ports").items();
    if (ports.length === 0) return [{ from: 0, to: LAST_PORT, at: allowed }];
    return ports.map((at) => {
      const [, from = "", to = from] = /^(\d+)(?:-(\d+))?$/.exec(at.text() ?? "") ?? [];
      if (from === "") throw new MalformedRead(at.path, at.urn, "a port, or a range of ports");
      return { from: Number(from), to: Number(to), at };
    });
  });
}

/** A range in words. */
export function portText({ from, to }: Pick<PortRange, "from" | "to">): string {
  if (from === 0 && to === LAST_PORT) return "every port";
  return from === to ? `port ${from}` : `ports ${from} to ${to}`;
}
