const workloadSelector = ["spec.selector"];
const roleRef = ["roleRef"];

/**
 * Fields whose change replaces the object, beside its name and namespace: those that the official provider replaces on
 * (`forceNewProperties` of pulumi-kubernetes), and those that the API server calls immutable.
 */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": workloadSelector,
  "apps/DaemonSet": workloadSelector,
  "apps/ReplicaSet": workloadSelector,
  "apps/StatefulSet": [
    ...workloadSelector,
    "spec.podManagementPolicy",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.completionMode", "spec.selector", "spec.template"],
  "/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.dataSource",
    "spec.dataSourceRef",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeMode",
    "spec.volumeName",
  ],
  "/Pod": ["spec"],
  "/ResourceQuota": ["spec.scopes", "spec.scopeSelector"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP", "spec.clusterIPs"],
  "rbac.authorization.k8s.io/RoleBinding": roleRef,
  "rbac.authorization.k8s.io/ClusterRoleBinding": roleRef,
  "scheduling.k8s.io/PriorityClass": ["value", "globalDefault", "preemptionPolicy"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

/** Fields of a kind whose change replaces the object. */
export function immutableFields(group: string, kind: string): readonly string[] {
  return ["metadata.name", "metadata.namespace", ...(immutable[`${group}/${kind}`] ?? [])];
}

/** Data that the official provider replaces an object for, unless its configuration has this setting. */
export const replacedData: Readonly<
  Record<string, { readonly fields: readonly string[]; readonly setting: string }>
> = {
  "/ConfigMap": { fields: ["data", "binaryData"], setting: "enableConfigMapMutable" },
  "/Secret": { fields: ["data", "stringData"], setting: "enableSecretMutable" },
};
