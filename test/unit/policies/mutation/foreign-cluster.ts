import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { object, POD_SPEC } from "../kubernetes-support.ts";

const NAMESPACE = "stranger";
const LABELS = { "app.kubernetes.io/name": "worker" };
const metadata = (name: string) => ({ name, namespace: NAMESPACE });
const RBAC = "rbac.authorization.k8s.io";
const { containers, topologySpreadConstraints: _, ...pod } = POD_SPEC;
/** A container that takes no requests. */
const { ports, startupProbe, livenessProbe, readinessProbe, lifecycle, ...worker } = containers[0] as Record<
  string,
  unknown
>;
const spec = { ...pod, serviceAccountName: "worker", containers: [worker] };
const template = { metadata: { labels: LABELS }, spec };
const once = { ...spec, restartPolicy: "Never" };
const job = {
  backoffLimit: 2,
  activeDeadlineSeconds: 600,
  template: { metadata: { labels: LABELS }, spec: once },
};

const manifests = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata("default-deny"),
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata("worker"),
    automountServiceAccountToken: false,
  },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: metadata("agent"),
    spec: { selector: { matchLabels: LABELS }, template },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata("worker"),
    spec: { minReadySeconds: 5, selector: { matchLabels: LABELS }, template },
  },
  {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: metadata("worker"),
    spec: {
      scaleTargetRef: { name: "worker" },
      minReplicaCount: 2,
      maxReplicaCount: 10,
      triggers: [{ type: "cpu", metricType: "Utilization", metadata: { value: "60" } }],
    },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata("once"),
    spec: { ...job, ttlSecondsAfterFinished: 3600 },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata("nightly"),
    spec: {
      schedule: "0 3 * * *",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 600,
      jobTemplate: { spec: job },
    },
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: metadata("reader"),
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: metadata("reader"),
    roleRef: { apiGroup: RBAC, kind: "Role", name: "reader" },
    subjects: [{ kind: "Group", name: "platform@example.com", apiGroup: RBAC }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "reader" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "reader" },
    subjects: [{ kind: "Group", name: "platform@example.com", apiGroup: RBAC }],
  },
  {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "vault" },
    spec: {
      conditions: [{ namespaces: [NAMESPACE] }],
      provider: {
        gcpsm: {
          projectID: "stranger-production",
          auth: { workloadIdentity: { serviceAccountRef: { name: "vault", namespace: NAMESPACE } } },
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata("cache"),
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "premium-rwo",
      resources: { requests: { storage: "10Gi" } },
    },
  },
];

/** A cluster of somebody who has none of this project's components: batch, roles, stores, a store of secrets for all. */
export const foreignCluster: readonly PolicyResource[] = manifests.map((manifest) =>
  object(manifest, { name: (manifest.metadata as { name: string }).name }),
);
