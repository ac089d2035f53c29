import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { containerExample, eachContainer } from "./security-context.ts";

const HANDLERS = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
];

export const noHostInProbe: Policy = {
  id: "no-host-in-probe",
  title: "A probe must ask its own pod, and so must a lifecycle hook.",
  severity: "medium",
  level: "mandatory",
  why: "The node sends the request, not the pod: with another host it reaches what network policies keep the pod from, the metadata server among them.",
  fix: "Leave host out; where the program needs a name, send it as the header Host.",
  example: containerExample("livenessProbe:\n  httpGet: { path: /healthz, port: 8080 }"),
  frameworks: { "pod-security": ["baseline/host-probes-lifecycle-hooks"], "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  check: (resource) =>
    eachContainer(resource, (container) =>
      each(HANDLERS, (handler) =>
        each(["httpGet", "tcpSocket"], (way) => {
          const host = container.at(...handler, way, "host");
          return (host.text() ?? "") === ""
            ? undefined
            : violation(host, `is ${host.quote()}: its node asks there, past the pod's network policies`);
        }),
      ),
    ),
};
