import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { podExample, securityContexts } from "./security-context.ts";

export const noHostProcess: Policy = {
  id: "no-host-process",
  title: "A container on Windows must not be a process of its node.",
  severity: "critical",
  level: "mandatory",
  why: "A HostProcess container is a program on the node itself, with whatever rights its account has there.",
  fix: "Leave out windowsOptions.hostProcess; exempt the agents of a node that need it, by name.",
  example: podExample("os: { name: windows }\nsecurityContext:\n  windowsOptions: { hostProcess: false }"),
  frameworks: {
    "pod-security": ["baseline/host-process"],
    "cis-kubernetes": ["5.2.11"],
    "owasp-kubernetes": ["K01"],
  },
  types: POD_TYPES,
  check: (resource) =>
    each(securityContexts(resource), (context) => {
      const host = context.at("windowsOptions", "hostProcess");
      return host.flag() === true ? violation(host, "is true: it is a process of the node") : undefined;
    }),
};
