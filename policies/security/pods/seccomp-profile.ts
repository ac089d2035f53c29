import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { eachLinuxContainer, effective, podExample } from "./security-context.ts";

const PROFILES = ["RuntimeDefault", "Localhost"];

/** Nothing is mended here: what the profile forbids, such as io_uring, some programs need. */
export const seccompProfile: Policy = {
  id: "seccomp-profile",
  title: "A container must make only the system calls that its runtime's profile allows.",
  severity: "medium",
  level: "mandatory",
  why: "Without a profile it may make every system call, and holes in the kernel are in those that no service needs.",
  fix: "Give the pod securityContext {seccompProfile: {type: RuntimeDefault}}.",
  example: podExample(
    "securityContext:\n  seccompProfile: { type: RuntimeDefault }\ncontainers:\n  - name: api",
  ),
  frameworks: {
    "pod-security": ["baseline/seccomp", "restricted/seccomp"],
    "cis-kubernetes": ["5.6.2"],
    "nsa-cisa": ["hardening-container-environments"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachLinuxContainer(resource, (container, pod) => {
      const profile = effective(container, pod, "seccompProfile", "type");
      if (PROFILES.includes(profile.text() ?? "")) return undefined;
      return violation(profile, `is ${profile.quote()}, not "RuntimeDefault": it may make every system call`);
    }),
};
