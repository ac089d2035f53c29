import { expect, test } from "vitest";
import type { Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  firewallAdminPorts,
  firewallLogged,
  firewallReachablePorts,
} from "../../../../policies/security/exposure/firewall.ts";
import { changed, resource, says } from "../support.ts";
import { saysWhenSet } from "./field-cases.ts";

const FIREWALL = "gcp:compute/firewall:Firewall";
const RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule";
const open = (...ports: string[]) => ({
  network: "shop",
  sourceRanges: ["0.0.0.0/0"],
  allows: [{ protocol: "tcp", ports }],
});
const ask = (policy: Policy, props: unknown, type = FIREWALL) => says(policy, resource(type, "x", props));
const reach = (what: string, at = "allows[0].ports[0]") =>
  `x: ${at} lets everyone on the internet reach ${what}`;

test.each([
  [open("443"), []],
  [open("22"), [reach("port 22 (SSH)")]],
  [open("3389", "80"), [reach("port 3389 (RDP)")]],
  [open("3300-3306"), [reach("port 3306 (MySQL)")]],
  [open("23-24"), [reach("port 23 (Telnet)")]],
  [open("5985-5986"), [reach("port 5985 (WinRM) and 1 more that are administered by")]],
  [
    changed(open(), "allows[0].ports", undefined),
    [reach("port 21 (FTP) and 23 more that are administered by", "allows[0]")],
  ],
  [changed(open("22"), "sourceRanges", ["::/0"]), [reach("port 22 (SSH)")]],
  [changed(open("22"), "sourceRanges", ["35.235.240.0/20"]), []],
  [changed(open("22"), "sourceRanges", undefined), [reach("port 22 (SSH)")]],
  [{ ...changed(open("22"), "sourceRanges", undefined), sourceTags: ["office"] }, []],
  [{ ...open("22"), disabled: true }, []],
  [{ ...open("22"), direction: "EGRESS" }, []],
  [changed(open("22"), "allows[0].protocol", "icmp"), []],
  [changed(open("22"), "allows[0].protocol", "17"), [reach("port 22 (SSH)")]],
  [open("ssh"), ["x: allows[0].ports[0] is not a port, or a range of ports"]],
  [open(unknownValue), ["?x: allows[0].ports[0] is not known before deployment"]],
  [
    changed(open("22"), "sourceRanges[0]", unknownValue),
    ["?x: sourceRanges[0] is not known before deployment"],
  ],
  [changed(open("22"), "sourceRanges", {}), ["x: sourceRanges is not a list"]],
])("AC-02 ports that are administered by: %o", (props, expected) => {
  expect(ask(firewallAdminPorts, props)).toEqual(expected);
});

test("AC-02 rules of a firewall policy are judged as rules of a network are", () => {
  const rule = {
    action: "allow",
    direction: "INGRESS",
    match: { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "tcp", ports: ["22"] }] },
  };
  expect(ask(firewallAdminPorts, rule, RULE)).toEqual([
    reach("port 22 (SSH)", "match.layer4Configs[0].ports[0]"),
  ]);
  expect(ask(firewallAdminPorts, { ...rule, action: "deny" }, RULE)).toEqual([]);
  expect(ask(firewallAdminPorts, { ...rule, action: "goto_next" }, RULE)).toEqual([]);
  const tagged = changed(rule, "match.srcIpRanges", undefined);
  expect(
    ask(firewallAdminPorts, { ...tagged, match: { ...tagged.match, srcSecureTags: [{ name: "t" }] } }, RULE),
  ).toEqual([]);
});

test.each([
  [open("80", "443"), []],
  [open("9090"), [reach("port 9090; meant for everyone are 80, 443")]],
  [open("80-81"), [reach("ports 80 to 81; meant for everyone are 80, 443")]],
  [open("80-80"), []],
  [
    changed(open(), "allows[0].ports", []),
    [reach("every port; meant for everyone are 80, 443", "allows[0]")],
  ],
  [changed(open("9090"), "sourceRanges", ["10.0.0.0/8"]), []],
])("AC-02 ports that everyone may reach: %o", (props, expected) => {
  expect(ask(firewallReachablePorts, props)).toEqual(expected);
});

test("AC-02 a stack lists the ports that everyone may reach", () => {
  const ports = [22, 80, 443, 9090, 3002];
  const found = (port: number) =>
    saysWhenSet(firewallReachablePorts, { ports }, resource(FIREWALL, "x", open(String(port))));
  expect(ports.flatMap(found)).toEqual([]);
  expect(found(9091)).toEqual([
    "allows[0].ports[0] lets everyone on the internet reach port 9091; meant for everyone are 22, 80, 443, 9090, 3002",
  ]);
});

test("what is open is logged", () => {
  expect(ask(firewallLogged, open("443"))).toEqual([
    "~x: logConfig is not set: nobody can say who came through",
  ]);
  expect(ask(firewallLogged, { ...open("443"), logConfig: { metadata: "INCLUDE_ALL_METADATA" } })).toEqual(
    [],
  );
  expect(ask(firewallLogged, changed(open("443"), "sourceRanges", ["10.0.0.0/8"]))).toEqual([]);
});
