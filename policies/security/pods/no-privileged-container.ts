import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { containerExample, eachContainer } from "./security-context.ts";

export const noPrivilegedContainer: Policy = {
  id: "no-privileged-container",
  title: "A container must not be privileged.",
  severity: "critical",
  level: "mandatory",
  why: "A privileged container has every capability and every device of its node: to be root in it is to be root there.",
  fix: "Leave out privileged, and add the one capability that is needed; exempt the agents of a node that need all, by name.",
  example: containerExample("securityContext: { privileged: false }"),
  frameworks: {
    "pod-security": ["baseline/privileged-containers"],
    "cis-kubernetes": ["5.2.2"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachContainer(resource, (container) => {
      const privileged = container.at("securityContext", "privileged");
      return privileged.flag() === true
        ? violation(privileged, "is true: it may do all that its node may")
        : undefined;
    }),
};
