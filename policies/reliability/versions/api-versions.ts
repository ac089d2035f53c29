/** A version of a kind that clusters no longer serve, or will not. */
export interface RemovedVersion {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** The first release of Kubernetes without it. */
  readonly removedIn: string;
  /** What to write instead, and the first release that serves that; undefined where nothing takes its place. */
  readonly now?: { readonly apiVersion: string; readonly since: string };
  /** Section of {@link GUIDE}. */
  readonly source: string;
}

/** Kubernetes' own list: "Deprecated API Migration Guide", read 2026-11. No release after 1.32 is on it yet. */
const GUIDE = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/";

/** The newest release that the table knows; every cluster that is still supported is of this one or later. */
export const NEWEST_KNOWN = "1.32";

const to = (apiVersion: string, since: string) => ({ apiVersion, since });
const row = (
  removedIn: string,
  apiVersion: string,
  kinds: string,
  now: RemovedVersion["now"],
  source: string,
): RemovedVersion => ({
  apiVersion,
  kinds: kinds.split(" "),
  removedIn,
  ...(now === undefined ? {} : { now }),
  source: `${GUIDE}#${source}`,
});

const APPS = to("apps/v1", "1.9");

/** Every version that Kubernetes took away, the newest first. */
export const REMOVED_VERSIONS: readonly RemovedVersion[] = [
  row(
    "1.32",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "FlowSchema PriorityLevelConfiguration",
    to("flowcontrol.apiserver.k8s.io/v1", "1.29"),
    "flowcontrol-resources-v132",
  ),
  row(
    "1.29",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "FlowSchema PriorityLevelConfiguration",
    to("flowcontrol.apiserver.k8s.io/v1", "1.29"),
    "flowcontrol-resources-v129",
  ),
  row(
    "1.27",
    "storage.k8s.io/v1beta1",
    "CSIStorageCapacity",
    to("storage.k8s.io/v1", "1.24"),
    "csistoragecapacity-v127",
  ),
  row(
    "1.26",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "FlowSchema PriorityLevelConfiguration",
    to("flowcontrol.apiserver.k8s.io/v1", "1.29"),
    "flowcontrol-resources-v126",
  ),
  row(
    "1.26",
    "autoscaling/v2beta2",
    "HorizontalPodAutoscaler",
    to("autoscaling/v2", "1.23"),
    "horizontalpodautoscaler-v126",
  ),
  row("1.25", "batch/v1beta1", "CronJob", to("batch/v1", "1.21"), "cronjob-v125"),
  row(
    "1.25",
    "discovery.k8s.io/v1beta1",
    "EndpointSlice",
    to("discovery.k8s.io/v1", "1.21"),
    "endpointslice-v125",
  ),
  row("1.25", "events.k8s.io/v1beta1", "Event", to("events.k8s.io/v1", "1.19"), "event-v125"),
  row(
    "1.25",
    "autoscaling/v2beta1",
    "HorizontalPodAutoscaler",
    to("autoscaling/v2", "1.23"),
    "horizontalpodautoscaler-v125",
  ),
  row("1.25", "policy/v1beta1", "PodDisruptionBudget", to("policy/v1", "1.21"), "poddisruptionbudget-v125"),
  row("1.25", "policy/v1beta1", "PodSecurityPolicy", undefined, "psp-v125"),
  row("1.25", "node.k8s.io/v1beta1", "RuntimeClass", to("node.k8s.io/v1", "1.20"), "runtimeclass-v125"),
  row(
    "1.22",
    "admissionregistration.k8s.io/v1beta1",
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    to("admissionregistration.k8s.io/v1", "1.16"),
    "webhook-resources-v122",
  ),
  row(
    "1.22",
    "apiextensions.k8s.io/v1beta1",
    "CustomResourceDefinition",
    to("apiextensions.k8s.io/v1", "1.16"),
    "customresourcedefinition-v122",
  ),
  row(
    "1.22",
    "apiregistration.k8s.io/v1beta1",
    "APIService",
    to("apiregistration.k8s.io/v1", "1.10"),
    "apiservice-v122",
  ),
  row(
    "1.22",
    "authentication.k8s.io/v1beta1",
    "TokenReview",
    to("authentication.k8s.io/v1", "1.6"),
    "tokenreview-v122",
  ),
  row(
    "1.22",
    "authorization.k8s.io/v1beta1",
    "LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview",
    to("authorization.k8s.io/v1", "1.6"),
    "subjectaccessreview-resources-v122",
  ),
  row(
    "1.22",
    "certificates.k8s.io/v1beta1",
    "CertificateSigningRequest",
    to("certificates.k8s.io/v1", "1.19"),
    "certificatesigningrequest-v122",
  ),
  row("1.22", "coordination.k8s.io/v1beta1", "Lease", to("coordination.k8s.io/v1", "1.14"), "lease-v122"),
  row("1.22", "extensions/v1beta1", "Ingress", to("networking.k8s.io/v1", "1.19"), "ingress-v122"),
  row(
    "1.22",
    "networking.k8s.io/v1beta1",
    "Ingress IngressClass",
    to("networking.k8s.io/v1", "1.19"),
    "ingress-v122",
  ),
  row(
    "1.22",
    "rbac.authorization.k8s.io/v1beta1",
    "ClusterRole ClusterRoleBinding Role RoleBinding",
    to("rbac.authorization.k8s.io/v1", "1.8"),
    "rbac-resources-v122",
  ),
  row(
    "1.22",
    "scheduling.k8s.io/v1beta1",
    "PriorityClass",
    to("scheduling.k8s.io/v1", "1.14"),
    "priorityclass-v122",
  ),
  row(
    "1.22",
    "storage.k8s.io/v1beta1",
    "CSIDriver CSINode StorageClass VolumeAttachment",
    to("storage.k8s.io/v1", "1.19"),
    "storage-resources-v122",
  ),
  row("1.16", "extensions/v1beta1", "NetworkPolicy", to("networking.k8s.io/v1", "1.8"), "networkpolicy-v116"),
  row("1.16", "extensions/v1beta1", "DaemonSet Deployment ReplicaSet", APPS, "deployment-v116"),
  row("1.16", "apps/v1beta1", "Deployment ReplicaSet StatefulSet", APPS, "deployment-v116"),
  row("1.16", "apps/v1beta2", "DaemonSet Deployment ReplicaSet StatefulSet", APPS, "deployment-v116"),
  row("1.16", "extensions/v1beta1", "PodSecurityPolicy", undefined, "psp-v116"),
];
