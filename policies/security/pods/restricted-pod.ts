import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES, podSpec } from "../../kubernetes.ts";

/** The one capability that the "restricted" standard lets a container add. */
const MAY_ADD = "NET_BIND_SERVICE";

const SECCOMP = ["RuntimeDefault", "Localhost"];

/** A setting of a container, which goes before the pod's own, and stands at the pod where neither is there. */
function effective(container: Property, pod: Property, ...keys: readonly string[]): Property {
  const own = container.at("securityContext", ...keys);
  return own.present ? own : pod.at("securityContext", ...keys);
}

function runsAsNobody(container: Property, pod: Property): Finding[] {
  return parts(
    () => {
      const nonRoot = effective(container, pod, "runAsNonRoot");
      return nonRoot.flag() === true ? undefined : violation(nonRoot, "is not true: it may run as root");
    },
    () => {
      const user = effective(container, pod, "runAsUser");
      return user.number() === 0 ? violation(user, "is 0: it runs as root") : undefined;
    },
    () => {
      const profile = effective(container, pod, "seccompProfile", "type");
      if (SECCOMP.includes(profile.text() ?? "")) return undefined;
      return violation(profile, `is ${profile.quote()}, not "RuntimeDefault": it may make every system call`);
    },
  );
}

function hasNoRights(container: Property): Finding[] {
  const context = container.at("securityContext");
  if (!context.present) {
    return [
      violation(
        context,
        "is not set: it may raise its privileges, keeps its capabilities, and may write to its own root",
      ),
    ];
  }
  return parts(
    () =>
      context.at("privileged").flag() === true ? violation(context.at("privileged"), "is true") : undefined,
    () => {
      const escalation = context.at("allowPrivilegeEscalation");
      return escalation.flag() === false
        ? undefined
        : violation(escalation, "is not false: it may become more than it began as");
    },
    () => {
      const dropped = context.at("capabilities", "drop");
      return dropped.items().some((capability) => capability.text()?.toUpperCase() === "ALL")
        ? undefined
        : violation(dropped, 'does not hold "ALL": it keeps rights of root');
    },
    () =>
      each(context.at("capabilities", "add").items(), (capability) =>
        capability.text()?.replace(/^CAP_/, "") === MAY_ADD
          ? undefined
          : violation(capability, `adds ${capability.quote()}; only "${MAY_ADD}" may be added`),
      ),
    () => {
      const readOnly = context.at("readOnlyRootFilesystem");
      return readOnly.flag() === true
        ? undefined
        : violation(readOnly, "is not true: who gets in may change the program");
    },
  );
}

/** What ties a pod to its node. */
function staysInside(pod: Property): Finding[] {
  return parts(
    () =>
      each(["hostNetwork", "hostPID", "hostIPC"], (field) =>
        pod.at(field).flag() === true
          ? violation(pod.at(field), "is true: it sees what is the node's")
          : undefined,
      ),
    () =>
      each(pod.at("volumes").items(), (volume) =>
        volume.at("hostPath").present
          ? violation(volume.at("hostPath"), "mounts a folder of the node")
          : undefined,
      ),
  );
}

function hasNoHostPort(container: Property): Finding[] {
  return each(container.at("ports").items(), (port) => {
    const host = port.at("hostPort");
    return (host.number() ?? 0) === 0
      ? undefined
      : violation(host, "opens a port of the node, past the edge and network policies");
  });
}

function check(resource: Subject): Finding[] {
  const pod = podSpec(resource);
  return parts(
    () => staysInside(pod),
    () =>
      each(allContainers(resource), (container) =>
        parts(
          () => runsAsNobody(container, pod),
          () => hasNoRights(container),
          () => hasNoHostPort(container),
        ),
      ),
  );
}

export const restrictedPod: Policy = {
  id: "restricted-pod",
  title:
    'Pods must keep to the "restricted" Pod Security Standard, and their root file system must be read-only.',
  severity: "high",
  level: "mandatory",
  why: "A program that is broken into has the rights of its container: as root with all capabilities, it is a short way to the node and to every pod on it.",
  fix: 'Give the pod securityContext {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, and every container {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ["ALL"]}}; mount an emptyDir where it writes.',
  requirements: ["AC-02"],
  types: POD_TYPES,
  check,
};
