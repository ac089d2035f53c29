/**
 * What else is rightly found in a fault, by fault: policies that say another part of the same. Whatever else finds something is
 * over-eager, or belongs here.
 */
export const ALSO: Readonly<Record<string, readonly string[]>> = {
  'gcp:cloudrunv2/service:Service annotations["slipway.dev/objectives"]: otherwise → objective-kinds-covered':
    ["release-gated", "release-gates-exist"],
  'gcp:cloudrunv2/service:Service annotations["slipway.dev/peak"]: "100000" → capacity-covers-peak': [
    "callee-bears-callers",
    "estimate-within-budget",
    "floor-bears-ordinary-load",
  ],
  "gcp:cloudrunv2/service:Service has no gates → release-gated": ["release-asks-for-budget"],
  'gcp:cloudrunv2/service:Service ingress: "INGRESS_TRAFFIC_ALL" → ingress-behind-edge': [
    "public-invoker-behind-edge",
  ],
  "gcp:cloudrunv2/service:Service template.containers[0].livenessProbe.failureThreshold: 0 → probe-accepted":
    ["liveness-acts-last"],
  "gcp:cloudrunv2/service:Service template.scaling.maxInstanceCount: 1 → autoscaler-has-room": [
    "callee-bears-callers",
    "capacity-covers-peak",
  ],
  "gcp:cloudrunv2/service:Service template.scaling.maxInstanceCount: 1 → capacity-covers-peak": [
    "autoscaler-has-room",
    "callee-bears-callers",
  ],
  "gcp:cloudrunv2/service:Service template.scaling.minInstanceCount: 0 → two-instances-in-production": [
    "floor-bears-ordinary-load",
  ],
  "gcp:cloudrunv2/service:Service template.scaling.minInstanceCount: 1 → two-instances-in-production": [
    "floor-bears-ordinary-load",
  ],
  "gcp:cloudrunv2/service:Service template.scaling.minInstanceCount: 20 → few-idle-instances-outside-production":
    ["autoscaler-has-room", "estimate-within-budget", "idle-capacity-fits-peak"],
  "gcp:cloudrunv2/service:Service: another with its account → own-service-account": [
    "callee-bears-callers",
    "estimate-within-budget",
  ],
  "gcp:cloudrunv2/service:Service: everyone may call it → public-invoker-behind-edge": [
    "ingress-behind-edge",
  ],
  'gcp:compute/firewall:Firewall allows: [{"protocol":"all"}] → firewall-admin-ports': [
    "firewall-reachable-ports",
  ],
  'gcp:compute/firewall:Firewall allows[0].ports: ["0-65535"] → firewall-admin-ports': [
    "firewall-reachable-ports",
  ],
  'gcp:compute/firewall:Firewall allows[0].ports: ["22"] → firewall-admin-ports': [
    "firewall-reachable-ports",
  ],
  'gcp:compute/firewall:Firewall allows[0].ports: ["5432"] → firewall-admin-ports': [
    "firewall-reachable-ports",
  ],
  "gcp:compute/instance:Instance takes keys of the project → machine-no-project-keys": ["machine-os-login"],
  "gcp:compute/network:Network: a disk of nobody's → disks-used": [
    "customer-managed-key",
    "labelled-for-cost",
  ],
  "gcp:compute/network:Network: somebody's private address → members-of-own-domains": ["roles-to-groups"],
  "gcp:compute/routerNat:RouterNat: three more gateways → few-nat-gateways": ["estimate-within-budget"],
  'gcp:monitoring/alertPolicy:AlertPolicy conditions: {"filter":"select_slo_burn_rate(\\"projects/shop/services/a/serviceLevelObjectives/b\\", \\"1s\\")"} → burn-alert-windows-measurable':
    ["burn-alert-fast-and-slow", "burn-alert-has-two-windows"],
  'gcp:projects/iAMMember:IAMMember member: "allUsers" → no-grant-to-everyone': [
    "public-invoker-behind-edge",
  ],
  'gcp:projects/iAMMember:IAMMember role: "roles/editor" → no-primitive-role': ["no-grant-to-everyone"],
  'gcp:projects/iAMMember:IAMMember role: "roles/owner" → no-primitive-role': ["no-grant-to-everyone"],
  'gcp:secretmanager/secret:Secret replication: {"userManaged":{"replicas":[{"location":"us-east1"}]}} → secret-survives-region':
    ["customer-managed-key"],
  "gcp:sql/databaseInstance:DatabaseInstance lets clients send files → database-flags-closed": [
    "cloud-sql-backed-up",
  ],
  "gcp:storage/bucket:Bucket forgets what is deleted → bucket-recoverable": ["bucket-versioned"],
  "gcp:storage/bucket:Bucket: a reader of every secret → no-project-wide-secret-access": [
    "no-authoritative-project-grant",
    "roles-to-groups",
  ],
  "gcp:storage/bucket:Bucket: an owner → no-primitive-role": [
    "no-authoritative-project-grant",
    "roles-to-groups",
  ],
  "kubernetes:apps/v1:DaemonSet writes to its node → no-writable-host-path": ["no-host-path"],
  'kubernetes:apps/v1:Deployment metadata.annotations["slipway.dev/capacity-per-instance"]: "0.1" → capacity-covers-peak':
    ["floor-bears-ordinary-load"],
  'kubernetes:apps/v1:Deployment metadata.annotations["slipway.dev/objectives"]: nothing → service-has-objectives':
    ["release-gated", "release-gates-exist"],
  'kubernetes:apps/v1:Deployment metadata.annotations["slipway.dev/objectives"]: otherwise → objective-has-alert':
    ["release-gated", "release-gates-exist"],
  'kubernetes:apps/v1:Deployment metadata.annotations["slipway.dev/peak"]: "100000" → capacity-covers-peak': [
    "floor-bears-ordinary-load",
  ],
  "kubernetes:apps/v1:Deployment spec.progressDeadlineSeconds: 1 → rollout-fails-in-time": [
    "probes-complete",
  ],
  'kubernetes:apps/v1:Deployment spec.template.spec.containers[0].livenessProbe.exec: {"command":["sh","-c","curl http://db:5432"]} → liveness-of-its-own':
    ["probe-accepted"],
  'kubernetes:apps/v1:Deployment spec.template.spec.containers[0].ports: … and {"containerPort":22,"name":"ssh"} → no-login-port':
    ["disruption-budget-declared", "graceful-shutdown", "pods-spread", "probes-complete"],
  "kubernetes:apps/v1:Deployment spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: false → read-only-root":
    ["scratch-space-bounded"],
  "kubernetes:apps/v1:Deployment spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: nothing → read-only-root":
    ["scratch-space-bounded"],
  "kubernetes:apps/v1:Deployment spec.template.spec.containers[0]: otherwise → slow-start-probed": [
    "probes-complete",
  ],
  'kubernetes:apps/v1:Deployment spec.template.spec.volumes: … and {"name":"seeded","hostPath":{"path":"/etc"}} → no-sensitive-host-path':
    ["no-host-path"],
  'kubernetes:apps/v1:Deployment spec.template.spec.volumes: … and {"name":"seeded","hostPath":{"path":"/var/run/docker.sock"}} → no-runtime-socket':
    ["no-host-path"],
  "kubernetes:apps/v1:Deployment writes to its node → no-writable-host-path": ["no-host-path"],
  "kubernetes:apps/v1:StatefulSet writes to its node → no-writable-host-path": ["no-host-path"],
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler spec.maxReplicas: 1 → capacity-covers-peak": [
    "autoscaler-has-room",
  ],
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler spec.maxReplicas: otherwise → autoscaler-has-room": [
    "capacity-covers-peak",
    "capacity-survives-zone",
  ],
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler spec.minReplicas: 1 → two-instances-in-production": [
    "eviction-possible",
    "floor-bears-ordinary-load",
  ],
  'kubernetes:autoscaling/v2:HorizontalPodAutoscaler spec.scaleTargetRef.name: "nobody" → scale-target-exists':
    [
      "capacity-covers-peak",
      "capacity-survives-zone",
      "eviction-possible",
      "floor-bears-ordinary-load",
      "two-instances-in-production",
    ],
  "kubernetes:batch/v1:CronJob writes to its node → no-writable-host-path": ["no-host-path"],
  "kubernetes:batch/v1:Job writes to its node → no-writable-host-path": ["no-host-path"],
  "kubernetes:core/v1:Namespace: a pod by itself → pod-has-controller": [
    "no-default-service-account",
    "token-only-where-used",
  ],
  "kubernetes:external-secrets.io/v1:ExternalSecret spec.data[0].remoteRef.version: nothing → pinned-secret-version":
    ["external-secret-follows"],
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule spec.groups: otherwise → alert-reaches-someone": [
    "alert-waits-for-more-than-one-sample",
  ],
  'kubernetes:policy/v1:PodDisruptionBudget spec.selector.matchLabels: {"app":"other"} → disruption-budget-selects-pods':
    ["disruption-budget-declared"],
  'kubernetes:rbac.authorization.k8s.io/v1:Role rules: [{"apiGroups":[""],"resources":["pods"],"verbs":["*"]}] → no-wildcard-right':
    ["few-create-pods"],
  'kubernetes:rbac.authorization.k8s.io/v1:Role rules: [{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}] → no-wildcard-right':
    ["no-reading-of-all-secrets"],
  'mongodbatlas:index/advancedCluster:AdvancedCluster encryptionAtRestProvider: "NONE" → database-customer-managed-key':
    ["backups-encrypted"],
  "mongodbatlas:index/advancedCluster:AdvancedCluster pitEnabled: false → database-backed-up": [
    "database-backup-schedule",
  ],
};
