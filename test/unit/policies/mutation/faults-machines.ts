import * as types from "../../../../policies/types.ts";
import { PODS } from "../kubernetes-support.ts";
import { alters, becomes, type Fault, type Loose, valueAt } from "./fault.ts";

const CLUSTER = "gcp:container/cluster:Cluster";
const POOL = "gcp:container/nodePool:NodePool";
const SQL = "gcp:sql/databaseInstance:DatabaseInstance";
const MACHINE = "gcp:compute/instance:Instance";
const FIREWALL = "gcp:compute/firewall:Firewall";
const ZONE = "gcp:dns/managedZone:ManagedZone";
const CRON_JOB = "kubernetes:batch/v1:CronJob";
const cluster = (path: string, to: unknown, expects: string) => becomes(CLUSTER, path, to, expects);
const pool = (path: string, to: unknown, expects: string) => becomes(POOL, path, to, expects);
const sql = (path: string, to: unknown, expects: string) => becomes(SQL, path, to, expects);
const machine = (path: string, to: unknown, expects: string) => becomes(MACHINE, path, to, expects);
/** Kinds that the good systems have. */
const DECLARED = [types.DEPLOYMENT, types.STATEFUL_SET, types.DAEMON_SET, types.JOB, types.CRON_JOB];
const flag = (name: string, value: string) => (old: Loose) => [
  ...old.filter((one: Loose) => one.name !== name),
  { name, value },
];

/** How machines, clusters, databases and networks of a stranger's can be wrong. */
export const machineFaults: readonly Fault[] = [
  cluster("privateClusterConfig.enablePrivateNodes", false, "gke-private-nodes"),
  cluster("masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock", "0.0.0.0/0", "gke-control-plane-for-few"),
  cluster("enableLegacyAbac", true, "gke-no-legacy-authorization"),
  cluster("masterAuth.clientCertificateConfig.issueClientCertificate", true, "gke-no-client-certificate"),
  cluster("workloadIdentityConfig", undefined, "gke-workload-identity"),
  cluster("datapathProvider", undefined, "gke-network-policy"),
  cluster("enableShieldedNodes", false, "gke-shielded-nodes"),
  cluster("releaseChannel", undefined, "gke-release-channel"),
  cluster("enableIntranodeVisibility", undefined, "gke-intranode-visibility"),
  cluster("databaseEncryption", undefined, "gke-secrets-encrypted"),
  cluster("databaseEncryption.state", "DECRYPTED", "gke-secrets-encrypted"),
  cluster("enableKubernetesAlpha", true, "gke-no-alpha"),
  cluster("networkingMode", "ROUTES", "gke-alias-addresses"),
  cluster("authenticatorGroupsConfig", undefined, "gke-groups"),
  cluster("loggingService", "none", "gke-logged"),
  cluster("location", "us-east1-b", "cluster-survives-zone"),
  cluster("network", "default", "no-default-network"),
  pool("management.autoUpgrade", false, "gke-auto-upgrade"),
  pool("management.autoRepair", false, "gke-auto-repair"),
  pool("nodeConfig.shieldedInstanceConfig.enableSecureBoot", false, "gke-secure-boot"),
  pool("nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring", false, "gke-integrity-monitoring"),
  pool("nodeConfig.workloadMetadataConfig.mode", "GCE_METADATA", "gke-metadata-server"),
  pool("nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled", "TRUE", "gke-kubelet-port"),
  pool("nodeConfig.imageType", "UBUNTU_CONTAINERD", "gke-node-image"),
  sql("settings.ipConfiguration.ipv4Enabled", true, "database-no-public-address"),
  sql("settings.ipConfiguration.authorizedNetworks", [{ value: "0.0.0.0/0" }], "database-closed-to-everyone"),
  sql("settings.databaseFlags", flag("log_connections", "off"), "database-flags-logged"),
  alters(
    "lets clients send files",
    SQL,
    (props) => {
      props.databaseVersion = "MYSQL_8_4";
      props.settings.databaseFlags = [{ name: "local_infile", value: "on" }];
    },
    "database-flags-closed",
  ),
  sql("settings.availabilityType", "ZONAL", "database-survives-zone"),
  sql("settings.backupConfiguration.enabled", false, "cloud-sql-backed-up"),
  sql("settings.backupConfiguration.pointInTimeRecoveryEnabled", false, "cloud-sql-backed-up"),
  sql("databaseVersion", "POSTGRES_9_6", "database-engine-supported"),
  alters(
    "can be deleted",
    SQL,
    (props) => {
      props.deletionProtection = false;
      props.settings.deletionProtectionEnabled = false;
    },
    "data-not-deletable",
  ),
  machine("networkInterfaces[0].accessConfigs", [{}], "machine-no-public-address"),
  machine('metadata["serial-port-enable"]', "TRUE", "machine-no-serial-port"),
  machine('metadata["enable-oslogin"]', "FALSE", "machine-os-login"),
  alters(
    "takes keys of the project",
    MACHINE,
    ({ metadata }) => {
      metadata["enable-oslogin"] = "FALSE";
      metadata["block-project-ssh-keys"] = "FALSE";
    },
    "machine-no-project-keys",
  ),
  machine("canIpForward", true, "machine-no-forwarding"),
  machine("shieldedInstanceConfig.enableVtpm", false, "machine-shielded"),
  machine("shieldedInstanceConfig", undefined, "machine-shielded"),
  machine("networkInterfaces[0].network", "default", "no-default-network"),
  becomes(FIREWALL, "allows[0].ports", ["22"], "firewall-admin-ports"),
  becomes(FIREWALL, "allows[0].ports", ["0-65535"], "firewall-admin-ports"),
  becomes(FIREWALL, "allows[0].ports", ["5432"], "firewall-admin-ports"),
  becomes(FIREWALL, "allows[0].ports", ["8888"], "firewall-reachable-ports"),
  becomes(FIREWALL, "allows", [{ protocol: "all" }], "firewall-admin-ports"),
  becomes(FIREWALL, "logConfig", undefined, "firewall-logged"),
  becomes(ZONE, "dnssecConfig.state", "off", "dns-signed"),
  becomes(ZONE, "dnssecConfig.defaultKeySpecs[0].algorithm", "rsasha1", "dns-strong-keys"),
  becomes("gcp:dns/policy:Policy", "enableLogging", false, "dns-logged"),
  becomes("gcp:redis/instance:Instance", "tier", "BASIC", "cache-survives-zone"),
  becomes(
    "gcp:bigquery/dataset:Dataset",
    "accesses[0]",
    { role: "READER", specialGroup: "allAuthenticatedUsers" },
    "dataset-not-public",
  ),
  becomes(CRON_JOB, "spec.concurrencyPolicy", undefined, "cron-job-alone"),
  becomes(CRON_JOB, "spec.startingDeadlineSeconds", 1, "cron-job-starts"),
  becomes(CRON_JOB, "spec.failedJobsHistoryLimit", 0, "cron-job-leaves-trace"),
  becomes("kubernetes:batch/v1:Job", "spec.activeDeadlineSeconds", undefined, "job-ends"),
  alters(
    "is made anew for each run",
    "kubernetes:batch/v1:Job",
    ({ metadata, spec }) => {
      metadata.generateName = "once-";
      delete metadata.name;
      delete spec.ttlSecondsAfterFinished;
    },
    "job-cleaned-up",
  ),
  becomes(
    "kubernetes:external-secrets.io/v1:ClusterSecretStore",
    "spec.conditions",
    undefined,
    "store-for-namespaces",
  ),
  becomes(
    "kubernetes:external-secrets.io/v1:ClusterSecretStore",
    "spec.provider.gcpsm.auth",
    { secretRef: { secretAccessKeySecretRef: { name: "k", key: "k" } } },
    "store-by-identity",
  ),
  alters(
    "adds writing to view",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    (props) => {
      props.metadata.labels = { "rbac.authorization.k8s.io/aggregate-to-view": "true" };
      props.rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create"] }];
    },
    "aggregation-bounded",
  ),
  becomes(
    "kubernetes:keda.sh/v1alpha1:ScaledObject",
    "spec.scaleTargetRef.name",
    "nobody",
    "scale-target-exists",
  ),
  becomes("kubernetes:keda.sh/v1alpha1:ScaledObject", "spec.maxReplicaCount", 2, "autoscaler-has-room"),
  ...PODS.filter(([type]) => DECLARED.includes(type)).map(([type, at]) =>
    alters(
      "writes to its node",
      type,
      (props) => {
        const pod = valueAt(props, at);
        pod.volumes = [...(pod.volumes ?? []), { name: "seeded", hostPath: { path: "/srv" } }];
        const [container] = pod.containers;
        container.volumeMounts = [...(container.volumeMounts ?? []), { name: "seeded", mountPath: "/srv" }];
      },
      "no-writable-host-path",
    ),
  ),
];
