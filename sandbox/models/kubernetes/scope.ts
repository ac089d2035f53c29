/** Kinds of Kubernetes itself that lie in no namespace, by API group and kind. */
const clusterWide = new Set([
  ...["/Namespace", "/Node", "/PersistentVolume", "/ComponentStatus"],
  ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"].map(
    (kind) => `admissionregistration.k8s.io/${kind}`,
  ),
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"].map(
    (kind) => `admissionregistration.k8s.io/${kind}`,
  ),
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "auditregistration.k8s.io/AuditSink",
  "certificates.k8s.io/CertificateSigningRequest",
  "certificates.k8s.io/ClusterTrustBundle",
  "extensions/PodSecurityPolicy",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  ...["ClusterCIDR", "IngressClass", "IPAddress", "ServiceCIDR"].map((kind) => `networking.k8s.io/${kind}`),
  "node.k8s.io/RuntimeClass",
  "policy/PodSecurityPolicy",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  ...["DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourcePoolStatusRequest", "ResourceSlice"].map(
    (kind) => `resource.k8s.io/${kind}`,
  ),
  "scheduling.k8s.io/PriorityClass",
  ...["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"].map(
    (kind) => `storage.k8s.io/${kind}`,
  ),
  "storagemigration.k8s.io/StorageVersionMigration",
  // Definitions of others, whose scope nobody can tell without a cluster that has them.
  "gateway.networking.k8s.io/GatewayClass",
  "snapshot.storage.k8s.io/VolumeSnapshotClass",
  "snapshot.storage.k8s.io/VolumeSnapshotContent",
]);

/**
 * Whether objects of this kind lie in a namespace. Of a kind that only a cluster defines the name tells: `ClusterIssuer`,
 * `ClusterSecretStore` and their like don't; any other does.
 */
export function isNamespaced(group: string, kind: string): boolean {
  if (clusterWide.has(`${group}/${kind}`)) return false;
  return !(group.includes(".") && /^Cluster[A-Z]/.test(kind));
}
