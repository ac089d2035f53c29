import { z } from "zod";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { GATEWAY, KUBERNETES_SERVICE } from "../../types.ts";

const settings = z.strictObject({
  ports: z
    .array(z.int().min(1).max(65_535))
    .default([80, 443])
    .describe("Ports that may be reached from outside the cluster. Default: 80 and 443."),
});

/** Ports of a Service that are open outside the cluster: a load balancer's, a node's, or those at addresses of its own. */
function openPorts({ props }: Subject): Property[] {
  const type = props.at("spec", "type").text();
  const ports = props.at("spec", "ports").items();
  if (type === "NodePort") return ports.map((port) => port.at("nodePort")).filter((port) => port.present);
  const outside = type === "LoadBalancer" || props.at("spec", "externalIPs").items().length > 0;
  return outside ? ports.map((port) => port.at("port")) : [];
}

/** The protocol between a mesh's own proxies (Istio): what listens for it is inside the cluster. */
const WITHIN_MESH = "HBONE";

/** What a Gateway opens by itself, and what is added to it. */
function listenerPorts({ props }: Subject): Property[] {
  return props
    .at("spec", "listeners")
    .items()
    .filter((listener) => listener.at("protocol").text() !== WITHIN_MESH)
    .map((listener) => listener.at("port"));
}

function check(ports: readonly Property[], allowed: readonly number[]): Finding[] {
  return each(ports, (port) => {
    const number = port.number();
    return number === undefined || allowed.includes(number)
      ? undefined
      : violation(
          port,
          `is ${number}, which is not among those open to the outside: ${allowed.join(", ") || "none"}`,
        );
  });
}

export const reachablePorts: Policy = {
  id: "reachable-ports",
  title: "Only ports that were chosen may be reached from outside the cluster.",
  severity: "high",
  level: "mandatory",
  why: "A database, a debugger or a metrics page that is open by the way is found within hours by those who look for it.",
  fix: "Put it behind the edge or use type ClusterIP; or add the port to this policy's settings, where everybody sees it.",
  example: {
    yaml: `apiVersion: v1
kind: Service
metadata: { name: edge, namespace: shop }
spec:
  type: LoadBalancer
  selector: { app: edge }
  ports:
    - { port: 443, targetPort: 8443 }`,
  },
  frameworks: { "nsa-cisa": ["network-policies"], "owasp-kubernetes": ["K07"] },
  requirements: ["AC-02"],
  types: [KUBERNETES_SERVICE, GATEWAY],
  settings,
  check: (resource, context) => {
    const { ports } = context.settings(settings);
    return parts(() =>
      check(resource.type === GATEWAY ? listenerPorts(resource) : openPorts(resource), ports),
    );
  },
};
