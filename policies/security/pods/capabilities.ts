import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { isUnknown } from "../../core/unknown.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { mendingContainers, saysNonRoot } from "./mend.ts";
import { containerExample, eachLinuxContainer } from "./security-context.ts";

/** A capability as Kubernetes writes it: some runtimes also take it with the kernel's prefix. */
function capabilityOf(text: string | undefined): string {
  return (text ?? "").toUpperCase().replace(/^CAP_/, "");
}

export const dropsCapabilities: Policy = {
  id: "drops-capabilities",
  title: "A container must give up all of root's capabilities.",
  severity: "medium",
  level: "mandatory",
  why: "What a container runtime leaves by default is enough to forge packets, take over files of others and pass by their permissions.",
  fix: 'Set securityContext.capabilities.drop to ["ALL"] on each container, and add what it can\'t do without.',
  example: containerExample("securityContext:\n  capabilities: { drop: [ALL] }"),
  frameworks: {
    "pod-security": ["restricted/capabilities"],
    "cis-kubernetes": ["5.2.8", "5.2.10"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  // Who is not root has no capabilities, and where nothing can be gained none is: what is given up was never there.
  remediate: mendingContainers((settings) => {
    const { capabilities = {} } = settings.own;
    if (typeof capabilities !== "object") return undefined; // Not known yet.
    const { drop = [], add = [] } = capabilities as { drop?: unknown; add?: unknown };
    if (settings.own.allowPrivilegeEscalation !== false || !saysNonRoot(settings)) return undefined;
    if (!Array.isArray(drop) || !Array.isArray(add) || add.length > 0) return undefined;
    return drop.some((one) => typeof one !== "string" || isUnknown(one) || capabilityOf(one) === "ALL")
      ? undefined
      : { capabilities: { drop: ["ALL"] } };
  }),
  check: (resource) =>
    eachLinuxContainer(resource, (container) => {
      const dropped = container.at("securityContext", "capabilities", "drop");
      return dropped.items().some((capability) => capabilityOf(capability.text()) === "ALL")
        ? undefined
        : violation(dropped, 'does not hold "ALL": it keeps rights of root');
    }),
};

const settings = z.strictObject({
  allowed: z
    .array(z.string())
    .default(["NET_BIND_SERVICE"])
    .describe(
      'Capabilities that a container may add. Default: "NET_BIND_SERVICE", as in the restricted standard.',
    ),
});

export const addsNoCapability: Policy = {
  id: "adds-no-capability",
  title: "A container must add no capability but to listen on low ports.",
  severity: "high",
  level: "mandatory",
  why: "Each capability is a part of root: with SYS_ADMIN, SYS_PTRACE, SYS_MODULE or NET_ADMIN a container gets out to its node.",
  fix: "Take the capability out; where a program can't do without, exempt that one by name.",
  example: containerExample("securityContext:\n  capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }"),
  frameworks: {
    "pod-security": ["baseline/capabilities", "restricted/capabilities"],
    "cis-kubernetes": ["5.2.9"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const allowed = context.settings(settings).allowed.map(capabilityOf);
    const only = allowed.map((name) => `"${name}"`).join(", ") || "none";
    return eachLinuxContainer(resource, (container) =>
      each(container.at("securityContext", "capabilities", "add").items(), (capability) =>
        allowed.includes(capabilityOf(capability.text()))
          ? undefined
          : violation(capability, `adds ${capability.quote()}; what may be added: ${only}`),
      ),
    );
  },
};
