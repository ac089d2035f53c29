import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES, podSpec } from "../../kubernetes.ts";
import { podExample } from "./security-context.ts";

/** What the standard allows (Pod Security Standards, "Sysctls", with those that came by v1.29). */
const SAFE = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_syncookies",
];

const settings = z.strictObject({
  allowed: z
    .array(z.string())
    .default([])
    .describe("Settings of the kernel that pods may make besides the standard's. Default: none."),
});

export const safeSysctls: Policy = {
  id: "safe-sysctls",
  title: "A pod must change only those settings of the kernel that are its own.",
  severity: "medium",
  level: "mandatory",
  why: "Other settings are shared with the node or not limited to the pod: one pod then changes how its neighbours run.",
  fix: "Take the setting out, or set it for a pool of nodes of its own.",
  example: podExample(
    'securityContext:\n  sysctls:\n    - { name: net.ipv4.tcp_keepalive_time, value: "600" }',
  ),
  frameworks: { "pod-security": ["baseline/sysctls"], "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const allowed = [...SAFE, ...context.settings(settings).allowed];
    return each(podSpec(resource).at("securityContext", "sysctls").items(), (sysctl) => {
      const name = sysctl.at("name");
      // Kubernetes takes slashes in the place of dots, too.
      const dotted = (name.text() ?? "").replaceAll("/", ".");
      return allowed.includes(dotted)
        ? undefined
        : violation(name, `is ${name.quote()}, which is not among those that the standard holds safe`);
    });
  },
};
