import type * as k8s from "@pulumi/kubernetes";

const READ = ["get", "list", "watch"];
const CHANGE = [...READ, "create", "update", "patch"];

/**
 * What a release needs to do in a namespace, and no more: bring a version beside another, move requests between them, flip
 * flags, and look on. It reads no secret, deletes nothing and grants nothing.
 */
export const RELEASE_RULES: readonly k8s.types.input.rbac.v1.PolicyRule[] = [
  { apiGroups: ["apps"], resources: ["deployments"], verbs: CHANGE },
  { apiGroups: ["gateway.networking.k8s.io"], resources: ["httproutes"], verbs: CHANGE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: CHANGE },
  { apiGroups: [""], resources: ["configmaps"], verbs: CHANGE },
  { apiGroups: [""], resources: ["pods", "services", "events"], verbs: READ },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: READ },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ },
];
