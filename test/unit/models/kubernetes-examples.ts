import type { Properties } from "../../../sandbox/models/values.ts";

const labels = { app: "api" };

/** A pod's spec that is right in every respect. */
const pod = {
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 45,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
    },
  ],
  tolerations: [{ key: "dedicated", operator: "Equal", value: "api", effect: "NoSchedule" }],
  containers: [
    {
      name: "api",
      image: "shop/api:1.0.0",
      ports: [{ name: "http", containerPort: 8080 }],
      env: [
        { name: "MODE", value: "production" },
        { name: "TOKEN", valueFrom: { secretKeyRef: { name: "token", key: "value" } } },
      ],
      resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "512Mi" } },
      startupProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 5, failureThreshold: 12 },
      livenessProbe: { httpGet: { path: "/live", port: 8080 }, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: "/ready", port: 8080 }, successThreshold: 2 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
  ],
  volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
};
const template = { metadata: { labels }, spec: pod };
const batch = {
  metadata: { labels },
  spec: { restartPolicy: "Never", containers: pod.containers, volumes: pod.volumes },
};
const claim = {
  accessModes: ["ReadWriteOnce"],
  storageClassName: "standard",
  resources: { requests: { storage: "10Gi" } },
};

/** One object of each kind as a program would declare it, by type: each is taken by an API server as it is. */
export const kubernetesObjects: Readonly<Record<string, Properties>> = {
  "kubernetes:apps/v1:DaemonSet": { spec: { selector: { matchLabels: labels }, template } },
  "kubernetes:apps/v1:Deployment": {
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
      progressDeadlineSeconds: 300,
      minReadySeconds: 5,
      template,
    },
  },
  "kubernetes:apps/v1:StatefulSet": {
    spec: {
      serviceName: "redis",
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: "redis", image: "redis:7", volumeMounts: [{ name: "data", mountPath: "/data" }] },
          ],
        },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  },
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
        },
        {
          type: "Pods",
          pods: { metric: { name: "requests" }, target: { type: "AverageValue", averageValue: "15" } },
        },
        {
          type: "External",
          external: { metric: { name: "queue_depth" }, target: { type: "Value", value: "30" } },
        },
      ],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
        },
      },
    },
  },
  "kubernetes:batch/v1:CronJob": {
    spec: {
      schedule: "30 3 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { backoffLimit: 2, template: batch } },
    },
  },
  "kubernetes:batch/v1:Job": { spec: { backoffLimit: 2, ttlSecondsAfterFinished: 600, template: batch } },
  "kubernetes:core/v1:ConfigMap": { data: { "settings.json": "{}" }, binaryData: { logo: "aGVsbG8=" } },
  "kubernetes:core/v1:LimitRange": {
    spec: {
      limits: [
        {
          type: "Container",
          default: { memory: "512Mi" },
          defaultRequest: { cpu: "100m", memory: "128Mi" },
          max: { memory: "4Gi" },
        },
      ],
    },
  },
  "kubernetes:core/v1:Namespace": {
    metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  },
  "kubernetes:core/v1:PersistentVolumeClaim": { spec: claim },
  "kubernetes:core/v1:Pod": { spec: pod },
  "kubernetes:core/v1:ResourceQuota": {
    spec: {
      hard: { pods: "20", "requests.cpu": "8", "limits.memory": "32Gi", "count/deployments.apps": "10" },
    },
  },
  "kubernetes:core/v1:Secret": { type: "Opaque", stringData: { token: "open sesame" } },
  "kubernetes:core/v1:Service": {
    spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  },
  "kubernetes:core/v1:ServiceAccount": { automountServiceAccountToken: false },
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    spec: {
      parentRefs: [{ name: "edge" }],
      rules: [{ backendRefs: [{ name: "api", port: 80, weight: 90 }] }],
    },
  },
  "kubernetes:networking.k8s.io/v1:Ingress": {
    spec: {
      ingressClassName: "nginx",
      tls: [{ hosts: ["shop.example.com"], secretName: "tls" }],
      rules: [
        {
          host: "shop.example.com",
          http: {
            paths: [
              { path: "/", pathType: "Prefix", backend: { service: { name: "api", port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  },
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": {
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 8080 }] }],
      egress: [
        {
          to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }],
          ports: [{ port: 5432, endPort: 5440 }],
        },
      ],
    },
  },
  "kubernetes:policy/v1:PodDisruptionBudget": {
    spec: { minAvailable: 1, selector: { matchLabels: labels } },
  },
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": {
    rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
  },
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "auditors" }],
  },
  "kubernetes:rbac.authorization.k8s.io/v1:Role": {
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "watch"] }],
  },
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "api", namespace: "default" }],
  },
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": { value: 1000, preemptionPolicy: "Never" },
  "kubernetes:storage.k8s.io/v1:StorageClass": {
    provisioner: "example.com/disks",
    reclaimPolicy: "Retain",
    volumeBindingMode: "WaitForFirstConsumer",
  },
};

/** A good object's inputs. */
export function goodObject(type: string): Properties {
  const inputs = kubernetesObjects[type];
  if (inputs === undefined) throw new Error(`no example of ${type}`);
  // Parts that examples share are copied apart: a change of one is a change of one.
  return JSON.parse(JSON.stringify(inputs)) as Properties;
}
