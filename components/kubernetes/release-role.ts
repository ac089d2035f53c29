import type * as k8s from "@pulumi/kubernetes";

const READ = ["get", "list", "watch"];
const CHANGE = [...READ, "create", "update", "patch"];
const REPLACE = [...CHANGE, "delete"];

/**
 * What a release needs to do in a namespace, and no more: bring a version beside another and take it away again, ask it for itself,
 * move requests between them, make room for both, flip flags, and look on. It reads no secret and grants nothing.
 */
export const RELEASE_RULES: readonly k8s.types.input.rbac.v1.PolicyRule[] = [
  { apiGroups: ["apps"], resources: ["deployments"], verbs: REPLACE },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: REPLACE },
  { apiGroups: [""], resources: ["services"], verbs: REPLACE },
  // Tests and probes of a candidate go through the API server.
  { apiGroups: [""], resources: ["services/proxy"], verbs: ["get", "create"] },
  { apiGroups: ["gateway.networking.k8s.io"], resources: ["httproutes"], verbs: CHANGE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: REPLACE },
  { apiGroups: [""], resources: ["configmaps"], verbs: CHANGE },
  { apiGroups: [""], resources: ["resourcequotas"], verbs: [...READ, "update", "patch"] },
  { apiGroups: [""], resources: ["pods", "events"], verbs: READ },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: READ },
];
