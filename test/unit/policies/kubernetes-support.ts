import type { PolicyResource } from "../../../policies/core/policy.ts";
import * as types from "../../../policies/types.ts";
import { resource } from "./support.ts";

const LABELS = { "app.kubernetes.io/name": "api" };
const METADATA = { name: "api", namespace: "shop" };
const httpGet = { path: "/healthz", port: 8080 };

/** A container that no policy has anything against. */
export const CONTAINER = {
  name: "api",
  image: `registry.example.com:5000/shop/api@sha256:${"0f".repeat(32)}`,
  ports: [{ containerPort: 8080 }],
  resources: { requests: { cpu: "500m", memory: "256Mi" }, limits: { memory: "256Mi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  startupProbe: { httpGet, periodSeconds: 5, failureThreshold: 12 },
  livenessProbe: { httpGet },
  readinessProbe: { httpGet, periodSeconds: 5, failureThreshold: 2 },
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
  env: [
    { name: "LOG_LEVEL", value: "warn" },
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  ],
};

/** Its pod. */
export const POD_SPEC = {
  serviceAccountName: "api",
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 30,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  topologySpreadConstraints: [
    {
      topologyKey: "topology.kubernetes.io/zone",
      maxSkew: 1,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: LABELS },
    },
  ],
  containers: [CONTAINER],
};

const TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC };

export const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    ...METADATA,
    annotations: { "slipway.dev/capacity-per-instance": "15", "slipway.dev/peak": "50" },
  },
  spec: { minReadySeconds: 5, selector: { matchLabels: LABELS }, template: TEMPLATE },
};

export const AUTOSCALER = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: METADATA,
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
    minReplicas: 3,
    maxReplicas: 13,
    metrics: [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
      },
    ],
  },
};

export const BUDGET = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: METADATA,
  spec: {
    minAvailable: 2,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: LABELS },
  },
};

export const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: METADATA,
  spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] },
};

export const ACCOUNT = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: METADATA,
  automountServiceAccountToken: false,
};

export const CONFIG = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: METADATA,
  data: { LOG_LEVEL: "warn", JWT_SECRET_FILE: "/secrets/jwt/value" },
};

export const EXTERNAL_SECRET = {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: { name: "api-jwt-v3", namespace: "shop" },
  spec: {
    secretStoreRef: { kind: "SecretStore", name: "api" },
    data: [{ secretKey: "value", remoteRef: { key: "jwt", version: "3" } }],
  },
};

export const NAMESPACE = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
};

export const NETWORK_POLICY = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "default-deny", namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

export const GATEWAY = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "edge", namespace: "shop" },
  spec: {
    listeners: [
      { name: "http", port: 80, protocol: "HTTP" },
      { name: "https", port: 443, protocol: "HTTPS" },
    ],
  },
};

const route = (name: string, sectionName: string, rules: readonly unknown[]) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name, namespace: "shop" },
  spec: { parentRefs: [{ name: "edge", sectionName }], rules },
});
export const ROUTE = route("api", "https", [{ backendRefs: [{ name: "api", port: 80 }] }]);
export const REDIRECT = route("redirect", "http", [
  { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
]);

export const INGRESS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: METADATA,
  spec: { tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }] },
};

const OBJECTIVES = {
  apiVersion: "sloth.slok.dev/v1",
  kind: "PrometheusServiceLevel",
  metadata: METADATA,
  spec: {
    service: "api",
    labels: { owner: "shop" },
    slos: [{ name: "availability", objective: 99.5, alerting: { name: "ApiAvailability" } }],
  },
};

/** A system that no policy has anything against. */
export const GOOD = [
  NAMESPACE,
  NETWORK_POLICY,
  ACCOUNT,
  DEPLOYMENT,
  AUTOSCALER,
  BUDGET,
  SERVICE,
  CONFIG,
  EXTERNAL_SECRET,
  GATEWAY,
  ROUTE,
  REDIRECT,
  INGRESS,
  OBJECTIVES,
];

/** An object as packs get it; a URN as the engine writes it. */
export function object(
  manifest: { readonly apiVersion: string; readonly kind: string; readonly [field: string]: unknown },
  extra: Partial<PolicyResource> & { stack?: string; name?: string } = {},
): PolicyResource {
  const { apiVersion, kind } = manifest;
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  const { name = "api", ...rest } = extra;
  return resource(`kubernetes:${group}:${kind}`, name, manifest, rest);
}

/** A workload of another kind with the same pods. */
export function withPods(type: string, podSpec: unknown = POD_SPEC): PolicyResource {
  const template = { metadata: { labels: LABELS }, spec: podSpec };
  const props: Record<string, unknown> = {
    [types.POD]: { metadata: { ...METADATA, labels: LABELS }, spec: podSpec },
    [types.CRON_JOB]: { metadata: METADATA, spec: { jobTemplate: { spec: { template } } } },
  };
  return resource(type, "api", props[type] ?? { metadata: METADATA, spec: { template } });
}

/** Where the containers of each kind lie. */
export const PODS: readonly (readonly [type: string, at: string])[] = [
  [types.DEPLOYMENT, "spec.template.spec"],
  [types.STATEFUL_SET, "spec.template.spec"],
  [types.DAEMON_SET, "spec.template.spec"],
  [types.REPLICA_SET, "spec.template.spec"],
  [types.REPLICATION_CONTROLLER, "spec.template.spec"],
  [types.JOB, "spec.template.spec"],
  [types.CRON_JOB, "spec.jobTemplate.spec.template.spec"],
  [types.POD, "spec"],
];
