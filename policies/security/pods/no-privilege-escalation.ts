import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { containerExample, eachLinuxContainer } from "./security-context.ts";

/** Nothing is mended here: a program of the image that runs as its owner, such as sudo, would no longer do so. */
export const noPrivilegeEscalation: Policy = {
  id: "no-privilege-escalation",
  title: "A container must not become more than it began as.",
  severity: "high",
  level: "mandatory",
  why: "Kubernetes lets it by default: who gets in as nobody becomes root by any program of the image that runs as its owner.",
  fix: "Set securityContext.allowPrivilegeEscalation to false on each container.",
  example: containerExample("securityContext: { allowPrivilegeEscalation: false }"),
  frameworks: {
    "pod-security": ["restricted/privilege-escalation"],
    "cis-kubernetes": ["5.2.6"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachLinuxContainer(resource, (container) => {
      const escalation = container.at("securityContext", "allowPrivilegeEscalation");
      return escalation.flag() === false
        ? undefined
        : violation(escalation, "is not false: it may become more than it began as");
    }),
};
