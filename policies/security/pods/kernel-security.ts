import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { POD_TYPES, podMetadata } from "../../kubernetes.ts";
import { containerExample, eachContainer, podExample, securityContexts } from "./security-context.ts";

/** How profiles were named before there was a field; clusters take it still. */
const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

function checkAppArmor(resource: Subject): Finding[] {
  return parts(
    () =>
      each(securityContexts(resource), (context) => {
        const profile = context.at("appArmorProfile", "type");
        return ["RuntimeDefault", "Localhost", undefined].includes(profile.text())
          ? undefined
          : violation(profile, `is ${profile.quote()}: it takes the container's AppArmor profile away`);
      }),
    () =>
      each(podMetadata(resource).at("annotations").entries(), ([name, profile]) => {
        if (!name.startsWith(APPARMOR_ANNOTATION)) return undefined;
        return /^(runtime\/default|localhost\/.*|)$/.test(profile.text() ?? "")
          ? undefined
          : violation(profile, `is ${profile.quote()}: it takes the container's AppArmor profile away`);
      }),
  );
}

export const apparmorProfile: Policy = {
  id: "apparmor-profile",
  title: "A container must keep its AppArmor profile.",
  severity: "medium",
  level: "mandatory",
  why: "The profile keeps a program off what no service needs of its node, such as its mounts and what is written below /proc and /sys.",
  fix: 'Leave appArmorProfile out, or set its type to "RuntimeDefault" or "Localhost".',
  example: podExample("securityContext:\n  appArmorProfile: { type: RuntimeDefault }"),
  frameworks: {
    "pod-security": ["baseline/apparmor"],
    "nsa-cisa": ["hardening-container-environments"],
    "owasp-kubernetes": ["K01"],
  },
  types: POD_TYPES,
  check: checkAppArmor,
};

/** Types that the standard lets a container have; it has the first where it says nothing. */
const SELINUX_TYPES = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t", ""];

function checkSelinux(resource: Subject): Finding[] {
  return each(securityContexts(resource), (context) =>
    parts(
      () => {
        const type = context.at("seLinuxOptions", "type");
        return SELINUX_TYPES.includes(type.text() ?? "")
          ? undefined
          : violation(type, `is ${type.quote()}, which is no type for a container`);
      },
      () =>
        each(["user", "role"], (field) => {
          const stated = context.at("seLinuxOptions", field);
          return (stated.text() ?? "") === ""
            ? undefined
            : violation(stated, `is ${stated.quote()}: it must be the runtime's own`);
        }),
    ),
  );
}

export const selinuxOptions: Policy = {
  id: "selinux-options",
  title: "A container must not choose an SELinux user or role, and only a container's type.",
  severity: "medium",
  level: "mandatory",
  why: 'A type such as "spc_t" takes away what SELinux keeps a container from.',
  fix: "Leave seLinuxOptions out, or state its level only.",
  example: podExample('securityContext:\n  seLinuxOptions: { level: "s0:c123,c456" }'),
  frameworks: {
    "pod-security": ["baseline/selinux"],
    "nsa-cisa": ["hardening-container-environments"],
    "owasp-kubernetes": ["K01"],
  },
  types: POD_TYPES,
  check: checkSelinux,
};

export const procMount: Policy = {
  id: "proc-mount",
  title: "A container must see only the part of /proc that its runtime shows.",
  severity: "medium",
  level: "mandatory",
  why: "What is masked there are the node's settings and keys: unmasked, a container reads them, and as root writes them.",
  fix: 'Leave procMount out, or set it to "Default".',
  example: containerExample("securityContext: { procMount: Default }"),
  frameworks: { "pod-security": ["baseline/proc-mount-type"], "owasp-kubernetes": ["K01"] },
  types: POD_TYPES,
  check: (resource) =>
    eachContainer(resource, (container) => {
      const mount = container.at("securityContext", "procMount");
      return (mount.text() ?? "Default") === "Default"
        ? undefined
        : violation(mount, `is ${mount.quote()}: it sees what is masked in /proc`);
    }),
};
