import * as k8s from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";

const NAMESPACE = "shop";

/** Labels of an object or a pod of the example. */
export function labels(workload: string, track?: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": workload,
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "slipway",
    ...(track === undefined ? {} : { "slipway.dev/track": track }),
  };
}

/** Metadata of an object of the example. */
export function metadata(name: string, workload = name) {
  return { name, namespace: NAMESPACE, labels: labels(workload) };
}

const peer = (workload: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": workload } },
});

/** Lets a workload call another on a port, and the other answer. */
export function call(from: string, to: string, port: number): void {
  const ports = [{ port, protocol: "TCP" }];
  const pods = (workload: string) => ({ matchLabels: { "app.kubernetes.io/name": workload } });
  new k8s.networking.v1.NetworkPolicy(`${from}-egress-to-${to}`, {
    metadata: metadata(`${from}-egress-to-${to}`, from),
    spec: { podSelector: pods(from), policyTypes: ["Egress"], egress: [{ to: [peer(to)], ports }] },
  });
  new k8s.networking.v1.NetworkPolicy(`${from}-to-${to}`, {
    metadata: metadata(`${from}-to-${to}`, from),
    spec: { podSelector: pods(to), policyTypes: ["Ingress"], ingress: [{ from: [peer(from)], ports }] },
  });
}

/** A namespace in which nothing is let through but names. */
export function denyAll(): void {
  new k8s.core.v1.Namespace("namespace", { metadata: { name: NAMESPACE, labels: labels("shop") } });
  new k8s.networking.v1.NetworkPolicy("default-deny", {
    metadata: metadata("default-deny"),
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
  new k8s.networking.v1.NetworkPolicy("names", {
    metadata: metadata("names"),
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
          ports: [{ port: 53, protocol: "UDP" }],
        },
        { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] },
      ],
    },
  });
}

type Container = k8s.types.input.core.v1.Container;
type PodSpec = k8s.types.input.core.v1.PodSpec;

/** A Deployment of one container, with the Service before it. */
export function deployment(
  name: string,
  container: Partial<Container> = {},
  more: {
    pod?: Partial<PodSpec>;
    replicas?: number;
    track?: string;
    annotations?: Record<string, string>;
  } = {},
): k8s.apps.v1.Deployment {
  const { pod, replicas, track = "stable", annotations } = more;
  const matchLabels = labels(name, track);
  new k8s.core.v1.Service(`${name}-${track}`, {
    metadata: metadata(track === "stable" ? name : `${name}-${track}`, name),
    spec: { selector: matchLabels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  });
  return new k8s.apps.v1.Deployment(`${name}-${track}`, {
    metadata: {
      ...metadata(track === "stable" ? name : `${name}-${track}`, name),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels },
        spec: {
          terminationGracePeriodSeconds: 45,
          securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, runAsNonRoot: true },
          ...pod,
          containers: [
            {
              name: "app",
              image: `registry.example/${name}:1.2.3`,
              ports: [{ name: "http", containerPort: 8080 }],
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              ...container,
            },
          ],
        },
      },
    },
  });
}

/** A secret that External Secrets brings, as a volume of a pod and its mount. */
export function broughtSecret(workload: string, id: string, name: Input<string> = `${workload}-${id}-v3`) {
  new k8s.apiextensions.CustomResource(`${workload}-${id}`, {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { ...metadata(`${workload}-${id}`, workload), name },
    spec: { target: { name }, data: [{ secretKey: "value", remoteRef: { key: id, version: "3" } }] },
  });
  return {
    volume: { name: id, secret: { secretName: name, items: [{ key: "value", path: "value" }] } },
    mount: { name: id, mountPath: `/secrets/${id}`, readOnly: true },
  };
}

/** Web and API, with a store, of which the API alone may be asked by the web, and the store by the API. */
export function exampleSystem(): void {
  denyAll();
  const password = broughtSecret("api", "store-password");
  new k8s.core.v1.ConfigMap("config", {
    metadata: { ...metadata("api-0a1b2c", "api") },
    immutable: true,
    data: {
      PORT: "8080",
      STORE_URL: "redis://store.shop.svc.cluster.local:6379/0",
      PRICE: "$5 on sale",
    },
  });
  new k8s.core.v1.ConfigMap("flags", { metadata: metadata("flags", "api"), data: { NEW_PIPELINE: "0" } });
  deployment(
    "api",
    {
      envFrom: [{ configMapRef: { name: "api-0a1b2c" } }],
      env: [
        { name: "STORE_PASSWORD_FILE", value: "/secrets/store-password/value" },
        { name: "GREETING", value: "port $(PORT), $$(PORT), $(NOBODY)" },
      ],
      resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: "1", memory: "512Mi" } },
      readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 5, failureThreshold: 2 },
      startupProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 2, failureThreshold: 30 },
      volumeMounts: [
        { name: "tmp", mountPath: "/tmp" },
        { name: "flags", mountPath: "/flags", readOnly: true },
        password.mount,
      ],
    },
    {
      pod: {
        volumes: [
          { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
          {
            name: "flags",
            projected: {
              sources: [
                { configMap: { name: "flags" } },
                { configMap: { name: "flags-overrides", optional: true } },
              ],
            },
          },
          password.volume,
        ],
      },
    },
  );
  new k8s.autoscaling.v2.HorizontalPodAutoscaler("api", {
    metadata: metadata("api"),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      minReplicas: 3,
      maxReplicas: 9,
    },
  });
  new k8s.policy.v1.PodDisruptionBudget("api", { metadata: metadata("api"), spec: { maxUnavailable: 1 } });
  deployment(
    "web",
    { env: [{ name: "API_URL", value: "http://api.shop.svc.cluster.local" }] },
    { replicas: 2 },
  );
  new k8s.apiextensions.CustomResource("route", {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: metadata("web"),
    spec: { rules: [{ backendRefs: [{ name: "web", port: 80, weight: 100 }] }] },
  });
  store();
  call("web", "api", 8080);
  call("api", "store", 6379);
}

function store(): void {
  const matchLabels = labels("store");
  new k8s.core.v1.Service("store", {
    metadata: metadata("store"),
    spec: { clusterIP: "None", selector: matchLabels, ports: [{ port: 6379 }] },
  });
  new k8s.apps.v1.StatefulSet("store", {
    metadata: metadata("store"),
    spec: {
      serviceName: "store",
      replicas: 1,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels },
        spec: {
          containers: [
            {
              name: "redis",
              image: "redis:8",
              args: ["--appendonly", "yes"],
              ports: [{ containerPort: 6379 }],
              readinessProbe: { exec: { command: ["redis-cli", "ping"] }, timeoutSeconds: 3 },
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } },
        },
      ],
    },
  });
}
