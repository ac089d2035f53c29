import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES, podSpec } from "../../kubernetes.ts";
import { podExample } from "./security-context.ts";

export const noHostNamespaces: Policy = {
  id: "no-host-namespaces",
  title: "A pod must not share its node's network, processes or memory.",
  severity: "high",
  level: "mandatory",
  why: "In the node's network it listens past every network policy; among the node's processes it reads their memory and their secrets, and may end them.",
  fix: "Leave out hostNetwork, hostPID and hostIPC; exempt the agents of a node that have to see it, by name.",
  example: podExample("hostNetwork: false\nhostPID: false\nhostIPC: false"),
  frameworks: {
    "pod-security": ["baseline/host-namespaces"],
    "cis-kubernetes": ["5.2.3", "5.2.4", "5.2.5"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) => {
    const pod = podSpec(resource);
    return each(["hostNetwork", "hostPID", "hostIPC"], (field) =>
      pod.at(field).flag() === true
        ? violation(pod.at(field), "is true: it sees what is the node's")
        : undefined,
    );
  },
};
