import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { PROBED, PROBES, probedContainers } from "../probes.ts";

const ASKING_A_PORT = ["httpGet", "tcpSocket", "grpc"] as const;

/** Cloud Run has one port at most, as an object; Kubernetes a list of them. */
function portsOf(resource: Subject, container: Property): Property[] {
  const ports = container.at("ports");
  if (resource.type !== CLOUD_RUN_SERVICE) return ports.items();
  return ports.present ? [ports] : [];
}

/** @param all ports of every container: those of one instance share its network */
function checkPort(port: Property, own: readonly Property[], all: readonly Property[]): Finding | undefined {
  if (!port.present) return undefined;
  const wanted = port.text() as string;
  if (!/^\d+$/.test(wanted)) {
    // The kubelet looks a name up among the container's own ports.
    return own.some((one) => one.at("name").text() === wanted)
      ? undefined
      : violation(port, `is ${port.quote()}, and the container has no port of that name`);
  }
  if (all.length === 0 || all.some((one) => one.at("containerPort").text() === wanted)) return undefined;
  return {
    ...violation(port, `is ${wanted}, which is none of the ports that the containers state`),
    level: "advisory",
  };
}

function check(resource: Subject): Finding[] {
  const containers = probedContainers(resource);
  return each(containers, (container) =>
    each(PROBES, (name) =>
      each(ASKING_A_PORT, (way) => {
        const port = container.at(name, way, "port");
        if (!port.present) return undefined;
        const all = containers.flatMap((one) => portsOf(resource, one));
        return checkPort(port, portsOf(resource, container), all);
      }),
    ),
  );
}

export const probePortExists: Policy = {
  id: "probe-port-exists",
  title: "A probe must ask a port that its container has.",
  severity: "medium",
  level: "mandatory",
  why: "A name that no port has can't be resolved: the probe fails always, and the container is restarted for ever. A number that nobody states is most often the old one.",
  fix: "Write the number or the name of one of the container's ports.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          ports:
            - { name: http, containerPort: 8080 }
          livenessProbe:
            httpGet: { path: /healthz, port: http }`,
  },
  requirements: ["EA-02", "OS-02"],
  types: PROBED,
  check,
};
