import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { containerExample, eachContainer } from "./security-context.ts";

export const noHostPort: Policy = {
  id: "no-host-port",
  title: "A container must not open a port of its node.",
  severity: "high",
  level: "mandatory",
  why: "Whoever reaches the node reaches the container, past the edge and past network policies; and two such pods can't run on one node.",
  fix: "Leave out hostPort and put a Service before the pods.",
  example: containerExample("ports:\n  - containerPort: 8080"),
  frameworks: {
    "pod-security": ["baseline/host-ports"],
    "cis-kubernetes": ["5.2.13"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachContainer(resource, (container) =>
      each(container.at("ports").items(), (port) => {
        const host = port.at("hostPort");
        return (host.number() ?? 0) === 0
          ? undefined
          : violation(host, "opens a port of the node, past the edge and network policies");
      }),
    ),
};
