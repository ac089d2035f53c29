import type { PolicyResource } from "../../../../policies/core/policy.ts";
import * as types from "../../../../policies/types.ts";
import { resource } from "../support.ts";
import { again, becomes, comes, type Fault, goes, type Loose, more } from "./fault.ts";

const { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE } = types;
const IAM = [
  "gcp:projects/iAMMember:IAMMember",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:pubsub/topicIAMMember:TopicIAMMember",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
];
const OTHER_IAM = IAM.filter((type) => !/bucketIAM/.test(type));

const service = (
  path: string,
  ...rest: [to: unknown, expects: string, options?: Pick<Fault, "where" | "elsewhere">]
) => becomes(CLOUD_RUN_SERVICE, path, ...rest);
const container = (
  path: string,
  ...rest: [to: unknown, expects: string, options?: Pick<Fault, "where" | "elsewhere">]
) =>
  becomes(
    [CLOUD_RUN_SERVICE, CLOUD_RUN_JOB],
    (type) => `template.${type === CLOUD_RUN_JOB ? "template." : ""}containers[0].${path}`,
    ...rest,
  );
const instance = (path: string, ...rest: [to: unknown, expects: string]) =>
  becomes(
    [CLOUD_RUN_SERVICE, CLOUD_RUN_JOB],
    (type) => `template.${type === CLOUD_RUN_JOB ? "template." : ""}${path}`,
    ...rest,
  );
const production: Pick<Fault, "where"> = {
  where: (_, __, { urn }) => urn.startsWith("urn:pulumi:production::"),
};
const sealed: Pick<Fault, "where"> = { where: ({ template }) => template.volumes?.[0]?.secret !== undefined };
const stated = (key: string) => ({ where: ({ annotations }: Loose) => annotations?.[key] !== undefined });

/** Something that comes to a project, beside one of its buckets. */
const arrives = (what: string, type: string, props: object, expects: string) =>
  comes(
    what,
    types.BUCKET,
    (bucket) => resource(type, "seeded", props, { stack: bucket.urn.split(":")[2] ?? "production" }),
    expects,
  );

/** How services, access, storage, edges and databases of a cloud can be wrong. */
export const cloudFaults: readonly Fault[] = [
  container("envs", more({ name: "DB_PASSWORD", value: "hunter2" }), "no-secret-in-environment"),
  container("envs", more({ name: "URL", value: "postgres://a:hunter2@db/x" }), "no-secret-in-environment"),
  container(
    "envs",
    more({ name: "KEY", valueSource: { secretKeyRef: { secret: "a", version: "1" } } }),
    "no-secret-in-environment",
  ),
  container(
    "envs",
    (old: Loose) => [...(old ?? []), { name: "A", value: "1" }, { name: "A", value: "2" }],
    "variable-stated-once",
  ),
  container("args", ["--password=correct-horse-9battery"], "no-secret-in-command"),
  container("image", "us-docker.pkg.dev/cloudrun/container/hello:latest", "pinned-image"),
  container(
    "image",
    "gcr.io/shop/api@sha256:0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f",
    "registry-in-service",
  ),
  instance("serviceAccount", undefined, "no-default-service-account"),
  instance("serviceAccount", "123456789-compute@developer.gserviceaccount.com", "no-default-service-account"),
  service("template.containers[0].startupProbe", undefined, "probes-complete"),
  service("template.containers[0].livenessProbe", undefined, "probes-complete"),
  service("template.containers[0].readinessProbe", undefined, "probes-complete"),
  service("template.containers[0].startupProbe.failureThreshold", 100, "probes-complete"),
  service("template.containers[0].livenessProbe.failureThreshold", 0, "probe-accepted"),
  service("template.containers[0].livenessProbe.timeoutSeconds", 60, "probe-answers-in-time"),
  service("template.volumes[0].secret.items[0].version", "latest", "pinned-secret-version", sealed),
  service(
    "template.volumes[0].secret.secret",
    "projects/shop-other/secrets/jwt",
    "secret-of-own-environment",
    sealed,
  ),
  service("ingress", "INGRESS_TRAFFIC_ALL", "ingress-behind-edge"),
  service("template.scaling.minInstanceCount", 0, "two-instances-in-production", production),
  service("template.scaling.minInstanceCount", 1, "two-instances-in-production", production),
  service("template.scaling.maxInstanceCount", 1, "autoscaler-has-room"),
  service("template.scaling.maxInstanceCount", 1, "capacity-covers-peak", stated("slipway.dev/peak")),
  service('annotations["slipway.dev/peak"]', "100000", "capacity-covers-peak", stated("slipway.dev/peak")),
  service('annotations["slipway.dev/capacity-per-instance"]', undefined, "capacity-covers-peak", production),
  comes(
    "another with its account",
    CLOUD_RUN_SERVICE,
    (one) =>
      again(one, (props) => {
        props.name = "seeded";
      }),
    "own-service-account",
  ),
  becomes(OTHER_IAM, "member", "allUsers", "no-grant-to-everyone", {
    where: ({ role }) => role !== "roles/run.invoker",
  }),
  becomes(OTHER_IAM, "member", "allAuthenticatedUsers", "no-grant-to-everyone", {
    where: ({ role }) => role !== "roles/run.invoker",
  }),
  becomes(IAM, "role", "roles/owner", "no-primitive-role"),
  becomes(IAM, "role", "roles/editor", "no-primitive-role"),
  becomes(
    "gcp:projects/iAMMember:IAMMember",
    "role",
    "roles/secretmanager.secretAccessor",
    "no-project-wide-secret-access",
  ),
  becomes("gcp:storage/bucketIAMMember:BucketIAMMember", "member", "allUsers", "no-public-bucket"),
  becomes(
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    "attributeCondition",
    undefined,
    "ci-trust",
  ),
  becomes(
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    "attributeCondition",
    "true",
    "ci-trust",
  ),
  becomes(types.BUCKET, "publicAccessPrevention", undefined, "no-public-bucket"),
  becomes(types.BUCKET, "publicAccessPrevention", "inherited", "no-public-bucket"),
  becomes(types.BUCKET, "uniformBucketLevelAccess", false, "no-public-bucket"),
  becomes(types.BUCKET, "encryption", undefined, "customer-managed-key"),
  becomes(types.BUCKET, "versioning", { enabled: false }, "bucket-versioned", {
    where: ({ versioning }) => versioning?.enabled === true,
  }),
  becomes(types.SECRET, "replication.auto", {}, "customer-managed-key"),
  becomes(types.TOPIC, "kmsKeyName", undefined, "customer-managed-key"),
  becomes("gcp:compute/sSLPolicy:SSLPolicy", "minTlsVersion", "TLS_1_0", "modern-tls"),
  becomes("gcp:compute/sSLPolicy:SSLPolicy", "minTlsVersion", undefined, "modern-tls"),
  becomes("gcp:compute/targetHttpsProxy:TargetHttpsProxy", "sslPolicy", undefined, "modern-tls"),
  becomes("gcp:compute/backendService:BackendService", "securityPolicy", undefined, "edge-has-firewall"),
  becomes("gcp:compute/backendService:BackendService", "logConfig", { enable: false }, "edge-logged"),
  becomes(
    "gcp:compute/securityPolicy:SecurityPolicy",
    "rules",
    (old: Loose) => old.filter(({ match }: Loose) => !/evaluatePreconfigured/.test(JSON.stringify(match))),
    "edge-has-core-rules",
  ),
  becomes(
    "gcp:compute/securityPolicy:SecurityPolicy",
    "rules",
    (old: Loose) => old.filter(({ action }: Loose) => !/throttle|rate_based/.test(action)),
    "edge-rate-limited",
    {
      elsewhere: true,
      where: ({ rules }) =>
        rules.some(({ action }: Loose) => /throttle|rate_based/.test(action)) && rules.length > 3,
    },
  ),
  becomes(types.URL_MAP, "defaultUrlRedirect.httpsRedirect", false, "http-only-redirects", {
    where: ({ defaultUrlRedirect }) => defaultUrlRedirect !== undefined,
    elsewhere: true,
  }),
  {
    ...comes("everyone may call it", CLOUD_RUN_SERVICE, invoker, "public-invoker-behind-edge"),
    seed: (system, index) => {
      const one = system[index] as PolicyResource;
      const open = { ...one, props: { ...(one.props as Loose), ingress: "INGRESS_TRAFFIC_ALL" } };
      return [...system.with(index, open), invoker(one)];
    },
  },
  becomes("gcp:compute/network:Network", "autoCreateSubnetworks", true, "network-own-subnetworks"),
  becomes("gcp:compute/subnetwork:Subnetwork", "logConfig", undefined, "subnetwork-flow-logs"),
  becomes("gcp:compute/subnetwork:Subnetwork", "privateIpGoogleAccess", false, "subnetwork-private-access"),
  becomes(types.ALERT_POLICY, "notificationChannels", [], "alert-reaches-someone"),
  becomes(types.ALERT_POLICY, "documentation.links", undefined, "alert-has-runbook", {
    where: ({ documentation }, _, { name }) => documentation.links !== undefined && !name.includes("uptime"),
  }),
  becomes("gcp:monitoring/slo:Slo", "goal", 1, "objective-target-sane"),
  becomes("gcp:monitoring/slo:Slo", "rollingPeriodDays", 1, "objective-window-sane"),
  becomes("gcp:monitoring/slo:Slo", "userLabels.owner", undefined, "objective-has-owner"),
  becomes(types.ATLAS_CLUSTER, "backupEnabled", false, "database-backed-up"),
  becomes(types.ATLAS_CLUSTER, "pitEnabled", false, "database-backed-up"),
  becomes(types.ATLAS_CLUSTER, 'tags["rpo-minutes"]', undefined, "database-backed-up", production),
  becomes(types.ATLAS_CLUSTER, "encryptionAtRestProvider", "NONE", "database-customer-managed-key"),
  becomes(types.ATLAS_CLUSTER, "advancedConfiguration.minimumEnabledTlsProtocol", "TLS1_0", "modern-tls"),
  becomes(
    types.ATLAS_CLUSTER,
    "replicationSpecs[0].regionConfigs[0].electableSpecs.nodeCount",
    1,
    "database-redundant",
    production,
  ),
  becomes(types.ATLAS_CLUSTER, "mongoDbMajorVersion", "4.4", "database-engine-supported"),
  goes(types.ATLAS_BACKUP_SCHEDULE, "database-backup-schedule"),
  becomes(types.ATLAS_BACKUP_SCHEDULE, "restoreWindowDays", undefined, "database-backup-schedule"),
  becomes(
    "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
    "cidrBlock",
    "0.0.0.0/0",
    "database-closed-to-everyone",
  ),
  arrives(
    "a key of a service account",
    "gcp:serviceaccount/key:Key",
    { serviceAccountId: "a@shop.iam.gserviceaccount.com" },
    "no-service-account-key",
  ),
  arrives(
    "a key to storage",
    "gcp:storage/hmacKey:HmacKey",
    { serviceAccountEmail: "a@shop.iam.gserviceaccount.com" },
    "no-service-account-key",
  ),
  arrives(
    "a public bucket's grant",
    "gcp:storage/bucketIAMBinding:BucketIAMBinding",
    { bucket: "b", role: "roles/storage.objectViewer", members: ["allUsers"] },
    "no-public-bucket",
  ),
  arrives(
    "a public bucket's old grant",
    "gcp:storage/bucketACL:BucketACL",
    { bucket: "b", predefinedAcl: "publicRead" },
    "no-public-bucket",
  ),
  arrives(
    "an owner",
    "gcp:projects/iAMBinding:IAMBinding",
    { project: "p", role: "roles/owner", members: ["user:a@example.com"] },
    "no-primitive-role",
  ),
  arrives(
    "a reader of every secret",
    "gcp:projects/iAMBinding:IAMBinding",
    { project: "p", role: "roles/secretmanager.admin", members: ["user:a@example.com"] },
    "no-project-wide-secret-access",
  ),
];

function invoker({ props, urn }: PolicyResource): PolicyResource {
  const { name, location, project } = props as Loose;
  const grant = { name, location, project, role: "roles/run.invoker", member: "allUsers" };
  return resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "seeded", grant, {
    stack: urn.split(":")[2] ?? "",
  });
}
