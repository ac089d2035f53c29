import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { declared } from "../field.ts";
import {
  FIREWALL,
  FIREWALL_RULES,
  forEveryone,
  letsIn,
  type PortRange,
  portsOf,
  portText,
} from "./firewall-rule.ts";

/** Ports that people and programs administer by, or that databases listen on (IANA's registry of service names). */
const ADMIN_PORTS: Readonly<Record<number, string>> = {
  21: "FTP",
  22: "SSH",
  23: "Telnet",
  135: "Windows RPC",
  445: "SMB",
  1433: "SQL Server",
  1521: "Oracle",
  2375: "Docker",
  2376: "Docker",
  2379: "etcd",
  3306: "MySQL",
  3389: "RDP",
  5432: "PostgreSQL",
  5900: "VNC",
  5984: "CouchDB",
  5985: "WinRM",
  5986: "WinRM",
  6379: "Redis",
  6443: "Kubernetes",
  9042: "Cassandra",
  9200: "Elasticsearch",
  10250: "the kubelet",
  11211: "Memcached",
  27017: "MongoDB",
};

const port = z.int().min(1).max(65_535);

const adminSettings = z.strictObject({
  ports: z
    .array(port)
    .default(Object.keys(ADMIN_PORTS).map(Number))
    .describe("Ports that not everyone may reach."),
});

function within({ from, to }: PortRange, one: number): boolean {
  return from <= one && one <= to;
}

export const firewallAdminPorts: Policy = {
  id: "firewall-admin-ports",
  title: "No firewall rule may let everyone reach a port to administer by, or a database's.",
  severity: "critical",
  level: "mandatory",
  why: "Such a port is found within minutes, and tried with every stolen password there is.",
  fix: "Name the addresses in sourceRanges; for people, those of Identity-Aware Proxy (35.235.240.0/20).",
  example: declared(
    "compute.Firewall",
    'network: "shop", sourceRanges: ["35.235.240.0/20"], allows: [{ protocol: "tcp", ports: ["22"] }]',
  ),
  frameworks: { "cis-gcp": ["3.6", "3.7"] },
  requirements: ["AC-02"],
  settings: adminSettings,
  types: FIREWALL_RULES,
  check: (rule, context) => {
    if (!letsIn(rule) || !forEveryone(rule)) return [];
    const { ports } = context.settings(adminSettings);
    return each(portsOf(rule), (range) => {
      const open = ports.filter((one) => within(range, one));
      if (open.length === 0) return undefined;
      const [first = 0] = open;
      const what = `${first}${ADMIN_PORTS[first] === undefined ? "" : ` (${ADMIN_PORTS[first]})`}`;
      const others = open.length === 1 ? "" : ` and ${open.length - 1} more that are administered by`;
      return violation(range.at, `lets everyone on the internet reach port ${what}${others}`);
    });
  },
};

const reachableSettings = z.strictObject({
  ports: z.array(port).default([80, 443]).describe("Ports that everyone may reach."),
});

export const firewallReachablePorts: Policy = {
  id: "firewall-reachable-ports",
  title: "Everyone may reach only the ports that are meant for everyone.",
  severity: "high",
  level: "mandatory",
  why: "What nobody listed nobody watches: a metrics page or a debugger that is open by accident stays open.",
  fix: "Open 80 and 443 only, and name the addresses for everything else; or list the port in the policy's setting ports.",
  example: declared(
    "compute.Firewall",
    'network: "shop", sourceRanges: ["0.0.0.0/0"], allows: [{ protocol: "tcp", ports: ["443"] }]',
  ),
  frameworks: { "nsa-cisa": ["network-separation"] },
  requirements: ["AC-02"],
  settings: reachableSettings,
  types: FIREWALL_RULES,
  check: (rule, context) => {
    if (!letsIn(rule) || !forEveryone(rule)) return [];
    const { ports } = context.settings(reachableSettings);
    return each(portsOf(rule), (range) => {
      const listed = ports.filter((one) => within(range, one)).length;
      return range.to - range.from + 1 === listed
        ? undefined
        : violation(
            range.at,
            `lets everyone on the internet reach ${portText(range)}; meant for everyone are ${ports.join(", ") || "none"}`,
          );
    });
  },
};

export const firewallLogged: Policy = {
  id: "firewall-logged",
  title: "What a firewall rule lets in from everywhere should be logged.",
  severity: "low",
  level: "advisory",
  why: "Without a log nobody can say who came through while it was open.",
  fix: "Set logConfig of a compute.Firewall, or enableLogging of a rule of a firewall policy.",
  example: declared(
    "compute.Firewall",
    'network: "shop", sourceRanges: ["0.0.0.0/0"], allows: [{ protocol: "tcp", ports: ["443"] }], logConfig: { metadata: "INCLUDE_ALL_METADATA" }',
  ),
  frameworks: { owasp: ["A09"] },
  types: FIREWALL_RULES,
  check: (rule) => {
    if (!letsIn(rule) || !forEveryone(rule)) return [];
    const log = rule.props.at(rule.type === FIREWALL ? "logConfig" : "enableLogging");
    const on = rule.type === FIREWALL ? log.present : log.flag() === true;
    return on ? [] : [violation(log, "is not set: nobody can say who came through")];
  },
};
