import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES, podSpec } from "../../kubernetes.ts";
import { podExample } from "./security-context.ts";

/** Asks each volume that is a folder or a file of the node. */
function eachHostPath(
  resource: Subject,
  check: (volume: Property) => Finding | readonly Finding[] | undefined,
): Finding[] {
  return each(podSpec(resource).at("volumes").items(), (volume) =>
    volume.at("hostPath").present ? check(volume) : undefined,
  );
}

/** A path without `.`, `..`, doubled and trailing slashes; `/` for none. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const below = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

export const noHostPath: Policy = {
  id: "no-host-path",
  title: "A pod must not mount a folder of its node.",
  severity: "high",
  level: "mandatory",
  why: "What lies there belongs to the node and to every pod on it: read, it gives secrets away; written, it takes the node over. And the pod's data stays behind when it moves.",
  fix: "Claim a volume, or use an emptyDir; exempt the agents of a node that have to read it, by name.",
  example: podExample("volumes:\n  - name: scratch\n    emptyDir: {}"),
  frameworks: {
    "pod-security": ["baseline/host-path-volumes", "restricted/volume-types"],
    "cis-kubernetes": ["5.2.12"],
    "nsa-cisa": ["pod-security-enforcement"],
    "owasp-kubernetes": ["K01"],
  },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachHostPath(resource, (volume) => violation(volume.at("hostPath"), "mounts a folder of the node")),
};

/** What commands container runtimes: whoever may write to it may start anything on the node. */
const RUNTIMES =
  /^\/(var\/)?run\/(docker\.sock|containerd(\/.*)?|crio(\/.*)?|cri-dockerd\.sock|dockershim\.sock|podman(\/.*)?|k3s\/containerd(\/.*)?|docker(\/.*)?)$/;

export const noRuntimeSocket: Policy = {
  id: "no-runtime-socket",
  title: "A pod must not reach its node's container runtime.",
  severity: "critical",
  level: "mandatory",
  why: "Whoever may talk to the runtime starts a privileged container of his own: it is root on the node, whatever the pod itself may do. Mounting it read-only changes nothing.",
  fix: "Build images without a daemon (BuildKit rootless, Kaniko, Cloud Build); read what runs from the API server or the kubelet.",
  example: podExample("volumes:\n  - name: scratch\n    emptyDir: {}"),
  frameworks: { "pod-security": ["baseline/host-path-volumes"], "owasp-kubernetes": ["K01"] },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) =>
    eachHostPath(resource, (volume) => {
      const path = volume.at("hostPath", "path");
      const named = normalized(path.text() ?? "");
      return RUNTIMES.test(named) || ["/run", "/var/run", "/var", "/"].includes(named)
        ? violation(path, `is ${path.quote()}: it reaches the container runtime of the node`)
        : undefined;
    }),
};

const settings = z.strictObject({
  folders: z
    .array(z.string().startsWith("/"))
    .default([
      "/boot",
      "/dev",
      "/etc",
      "/home",
      "/lib/modules",
      "/proc",
      "/root",
      "/sys",
      "/usr",
      "/var/lib/containerd",
      "/var/lib/docker",
      "/var/lib/etcd",
      "/var/lib/kubelet",
    ])
    .describe(
      "Folders of the node that no pod may see, with all that lies in them. Default: those with keys, programs, devices and other pods' data.",
    ),
});

export const noSensitiveHostPath: Policy = {
  id: "no-sensitive-host-path",
  title: "A pod must not see its node's keys, programs, devices or other pods' data.",
  severity: "critical",
  level: "mandatory",
  why: "There lie the kubelet's certificate, which is the node to the API server, and the secrets of every pod that runs beside it.",
  fix: "Mount the one file that is needed, read-only, and exempt that one by name; an agent of the node reads devices by a device plugin.",
  example: podExample("volumes:\n  - name: logs\n    hostPath: { path: /var/log/pods }"),
  frameworks: { "pod-security": ["baseline/host-path-volumes"], "owasp-kubernetes": ["K01"] },
  requirements: ["AC-02"],
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const { folders } = context.settings(settings);
    return eachHostPath(resource, (volume) => {
      const path = volume.at("hostPath", "path");
      const named = normalized(path.text() ?? "");
      // A folder that holds one of them shows it as well.
      const shown = folders.find((folder) => below(named, folder) || named === "/" || below(folder, named));
      return shown === undefined
        ? undefined
        : violation(
            path,
            `is ${path.quote()}, which shows ${shown === named ? "it" : `"${shown}"`} of the node`,
          );
    });
  },
};

/** Where containers mount a volume for writing. */
function writes(resource: Subject, volume: Property): Finding[] {
  const name = volume.at("name").text();
  const path = volume.at("hostPath", "path").quote();
  return each(allContainers(resource), (container) =>
    each(container.at("volumeMounts").items(), (mount) =>
      mount.at("name").text() === name && mount.at("readOnly").flag() !== true
        ? violation(mount, `may write to ${path} of the node`)
        : undefined,
    ),
  );
}

export const noWritableHostPath: Policy = {
  id: "no-writable-host-path",
  title: "A pod must not write to a folder of its node.",
  severity: "high",
  level: "mandatory",
  why: "What it writes there outlives it, fills the node's disk, and may be run by the node or by another pod.",
  fix: "Set readOnly: true where the volume is mounted, or write to an emptyDir or a claimed volume.",
  example: podExample(
    "containers:\n  - name: agent\n    volumeMounts:\n      - { name: logs, mountPath: /var/log, readOnly: true }\nvolumes:\n  - name: logs\n    hostPath: { path: /var/log/pods }",
  ),
  frameworks: { "pod-security": ["baseline/host-path-volumes"], "owasp-kubernetes": ["K01"] },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) => eachHostPath(resource, (volume) => writes(resource, volume)),
};
