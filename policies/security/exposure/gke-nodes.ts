import { z } from "zod";
import { each, parts, violation } from "../../core/finding.ts";
import type { Policy, ResourcePolicy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { GKE_CLUSTER, NODE_POOL } from "../../types.ts";
import { declared, type FieldRule, fieldPolicy, noneOf, on } from "../field.ts";
import { isAutopilot, nodePools } from "./gke.ts";

const TYPES = [GKE_CLUSTER, NODE_POOL];

/** A rule about one field of every pool of nodes. */
function ofNodes({
  field,
  example,
  ...rule
}: Omit<FieldRule, "types" | "example" | "fields"> & {
  readonly field: readonly string[];
  readonly example: string;
}): ResourcePolicy {
  return fieldPolicy({
    ...rule,
    types: TYPES,
    example: declared("container.NodePool", `cluster: "shop", ${example}`),
    fields: (resource) => nodePools(resource).map((pool) => pool.at(...field)),
  });
}

export const gkeAutoUpgrade = ofNodes({
  id: "gke-auto-upgrade",
  title: "Nodes of a GKE cluster must be upgraded by Google.",
  severity: "medium",
  level: "mandatory",
  why: "Nodes that nobody upgrades run a kernel and a kubelet whose faults are published.",
  fix: "Leave management.autoUpgrade out, or set it to true; say when by the cluster's maintenancePolicy.",
  example: "management: { autoUpgrade: true }",
  frameworks: { "cis-gke": ["5.5.3"] },
  field: ["management", "autoUpgrade"],
  problem: on("nodes stay at a version whose faults are published", true),
});

export const gkeAutoRepair = ofNodes({
  id: "gke-auto-repair",
  title: "Nodes of a GKE cluster must be repaired by Google.",
  severity: "medium",
  level: "mandatory",
  why: "A node that fails its health checks stays in the cluster until somebody looks.",
  fix: "Leave management.autoRepair out, or set it to true.",
  example: "management: { autoRepair: true }",
  frameworks: { "cis-gke": ["5.5.2"] },
  field: ["management", "autoRepair"],
  problem: on("a broken node stays in the cluster", true),
});

export const gkeSecureBoot = ofNodes({
  id: "gke-secure-boot",
  title: "Nodes of a GKE cluster should start only what is signed.",
  severity: "medium",
  level: "advisory",
  why: "Whoever gets to write to a node's disk could otherwise stay there below the operating system.",
  fix: "Set nodeConfig.shieldedInstanceConfig.enableSecureBoot; leave it out only for drivers that are not signed.",
  example: "nodeConfig: { shieldedInstanceConfig: { enableSecureBoot: true } }",
  frameworks: { "cis-gke": ["5.5.7"] },
  field: ["nodeConfig", "shieldedInstanceConfig", "enableSecureBoot"],
  problem: on("a node starts what nobody signed"),
});

export const gkeIntegrityMonitoring = ofNodes({
  id: "gke-integrity-monitoring",
  title: "How nodes of a GKE cluster started must be measured.",
  severity: "medium",
  level: "mandatory",
  why: "A changed start of a node is seen in these measurements and nowhere else.",
  fix: "Leave nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring out, or set it to true.",
  example:
    "nodeConfig: { shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true } }",
  frameworks: { "cis-gke": ["5.5.6"] },
  field: ["nodeConfig", "shieldedInstanceConfig", "enableIntegrityMonitoring"],
  problem: on("a changed start of a node is not seen", true),
});

const metadataServer = noneOf(
  ["GCE_METADATA", "EXPOSE", "UNSPECIFIED", "MODE_UNSPECIFIED"],
  "pods can ask for the credentials of their node",
);

export const gkeMetadataServer: Policy = {
  id: "gke-metadata-server",
  title: "Pods must not come by the credentials of their node.",
  severity: "high",
  level: "mandatory",
  why: "A node's metadata server gives its token to whoever asks, also to a pod that was taken over.",
  fix: 'Set nodeConfig.workloadMetadataConfig.mode to "GKE_METADATA", and leave disable-legacy-endpoints as it is.',
  example: declared(
    "container.NodePool",
    'cluster: "shop", nodeConfig: { workloadMetadataConfig: { mode: "GKE_METADATA" } }',
  ),
  frameworks: { "cis-gke": ["5.4.1"] },
  types: TYPES,
  check: (resource) =>
    each(nodePools(resource), (pool) => {
      const node = pool.at("nodeConfig");
      return parts(
        () => {
          const mode = node.at("workloadMetadataConfig", "mode");
          const wrong = metadataServer(mode, resource);
          return wrong === undefined ? undefined : violation(mode, wrong);
        },
        () => {
          const legacy = node.at("metadata", "disable-legacy-endpoints");
          return legacy.text()?.toLowerCase() === "false"
            ? violation(legacy, "is false: the older addresses give credentials to requests of any kind")
            : undefined;
        },
      );
    }),
};

export const gkeKubeletPort = ofNodes({
  id: "gke-kubelet-port",
  title: "A kubelet must not answer without asking who is there.",
  severity: "high",
  level: "mandatory",
  why: "Port 10255 gives everyone on the network the whole specification of every pod, with its environment.",
  fix: 'Set nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled to "FALSE".',
  example: 'nodeConfig: { kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } }',
  frameworks: { "owasp-kubernetes": ["K09"] },
  field: ["nodeConfig", "kubeletConfig", "insecureKubeletReadonlyPortEnabled"],
  problem: (field) =>
    field.text()?.toUpperCase() === "TRUE"
      ? `is ${field.quote()}: the kubelet answers everyone on the network`
      : undefined,
});

const imageSettings = z.strictObject({
  images: z
    .array(z.string())
    .default(["COS_CONTAINERD"])
    .describe("Images that nodes may have, as GKE calls them; in any case of letters."),
});

export const gkeNodeImage: Policy = {
  id: "gke-node-image",
  title: "Nodes of a GKE cluster should run Container-Optimized OS.",
  severity: "low",
  level: "advisory",
  why: "It has no package manager and no writable system: less to attack, and upgrades that are whole images.",
  fix: 'Leave nodeConfig.imageType out, or set it to "COS_CONTAINERD"; name others that you need in the policy\'s setting images.',
  example: declared("container.NodePool", 'cluster: "shop", nodeConfig: { imageType: "COS_CONTAINERD" }'),
  frameworks: { "cis-gke": ["5.5.1"] },
  settings: imageSettings,
  types: TYPES,
  check: (resource, context) => {
    const allowed = context.settings(imageSettings).images.map((image) => image.toUpperCase());
    return each(nodePools(resource), (pool) => {
      const image = pool.at("nodeConfig", "imageType");
      return !image.present || allowed.includes(image.text()?.toUpperCase() ?? "")
        ? undefined
        : violation(image, `is ${image.quote()}, not ${allowed.join(" or ")}`);
    });
  },
};

/** What a list of components must hold, where there is one. Google's default, without one, is all of these. */
function components(list: Property, needed: readonly string[]) {
  if (!list.present) return undefined;
  const given = list.items().map((component) => component.text());
  const missing = needed.filter((name) => !given.includes(name));
  return missing.length === 0
    ? undefined
    : violation(list, `does not have ${missing.join(" and ")}: nobody will see what happened there`);
}

export const gkeLogged: Policy = {
  id: "gke-logged",
  title: "A GKE cluster's own parts and its workloads must be logged and measured.",
  severity: "medium",
  level: "mandatory",
  why: "What nobody recorded can't be looked into afterwards, and an attack that is not seen goes on.",
  fix: "Leave loggingService, loggingConfig, monitoringService and monitoringConfig out, or name SYSTEM_COMPONENTS and WORKLOADS in them.",
  example: declared(
    "container.Cluster",
    'loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] }',
  ),
  frameworks: { "cis-gke": ["5.7.1"], "nsa-cisa": ["audit-logging"], "owasp-kubernetes": ["K05"] },
  types: [GKE_CLUSTER],
  check: (cluster) => {
    const { props } = cluster;
    const service = (name: string) => {
      const at = props.at(name);
      return at.text() === "none" ? violation(at, 'is "none": nobody will see what happened') : undefined;
    };
    const logged = isAutopilot(cluster) ? ["SYSTEM_COMPONENTS"] : ["SYSTEM_COMPONENTS", "WORKLOADS"];
    return parts(
      () => service("loggingService"),
      () => service("monitoringService"),
      () => components(props.at("loggingConfig", "enableComponents"), logged),
      () => components(props.at("monitoringConfig", "enableComponents"), ["SYSTEM_COMPONENTS"]),
    );
  },
};
