import type { Properties } from "../../../sandbox/models/values.ts";
import { deployExamples } from "./examples-deploy.ts";
import { jobExamples } from "./examples-jobs.ts";
import { monitoringExamples } from "./examples-monitoring.ts";

const key = "projects/acme-prod/locations/us-east1/keyRings/main/cryptoKeys/data";
const member = "serviceAccount:api-service@acme-prod.iam.gserviceaccount.com";
const atlasProject = "5d0f1f73cf09a29120e173cf";
const atlasRole = "68b5c9be2fc5f0455fbcb7e0";
const network = "projects/acme-prod/global/networks/main";

/** One resource of each type as a program would declare it: right in every respect. */
export const goodResources: Readonly<Record<string, Properties>> = {
  ...deployExamples,
  ...jobExamples,
  ...monitoringExamples,
  "gcp:artifactregistry/repository:Repository": {
    repositoryId: "images",
    location: "us-east1",
    format: "DOCKER",
    labels: { system: "acme" },
  },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": {
    repository: "images",
    location: "us-east1",
    role: "roles/artifactregistry.reader",
    member,
  },
  "gcp:cloudrunv2/service:Service": {
    name: "api",
    location: "us-east1",
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    labels: { "managed-by": "slipway" },
    deletionProtection: false,
    template: {
      serviceAccount: "api-service@acme-prod.iam.gserviceaccount.com",
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      timeout: "60s",
      maxInstanceRequestConcurrency: 80,
      scaling: { minInstanceCount: 2, maxInstanceCount: 10 },
      containers: [
        {
          image: "us-docker.pkg.dev/acme/api@sha256:abc",
          ports: { containerPort: 8080 },
          envs: [{ name: "MODE", value: "production" }],
          resources: { limits: { cpu: "2", memory: "4Gi" }, cpuIdle: false },
          startupProbe: {
            httpGet: { path: "/ready" },
            periodSeconds: 10,
            failureThreshold: 24,
            timeoutSeconds: 5,
          },
          livenessProbe: { httpGet: { path: "/live" }, periodSeconds: 30 },
          readinessProbe: { httpGet: { path: "/ready" }, successThreshold: 2 },
          volumeMounts: [{ name: "token", mountPath: "/secrets/token" }],
        },
      ],
      volumes: [{ name: "token", secret: { secret: "token", items: [{ path: "value", version: "3" }] } }],
    },
    traffics: [
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "api-00001-abc", percent: 90 },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 10, tag: "canary" },
    ],
  },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": {
    name: "api",
    location: "us-east1",
    role: "roles/run.invoker",
    member,
  },
  "gcp:compute/address:Address": { region: "us-east1" },
  "gcp:compute/backendService:BackendService": {
    protocol: "HTTPS",
    loadBalancingScheme: "EXTERNAL_MANAGED",
    backends: [{ group: "projects/acme-prod/regions/us-east1/networkEndpointGroups/api" }],
    logConfig: { enable: true, sampleRate: 1 },
  },
  "gcp:compute/globalAddress:GlobalAddress": { labels: { system: "acme" } },
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
    target: "projects/acme-prod/global/targetHttpsProxies/edge",
    portRange: "443",
  },
  "gcp:compute/managedSslCertificate:ManagedSslCertificate": { managed: { domains: ["api.example.com"] } },
  "gcp:compute/network:Network": { autoCreateSubnetworks: false },
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": {
    region: "us-east1",
    cloudRun: { service: "api" },
  },
  "gcp:compute/router:Router": { region: "us-east1", network },
  "gcp:compute/routerNat:RouterNat": {
    region: "us-east1",
    router: "main",
    natIpAllocateOption: "AUTO_ONLY",
    sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
  },
  "gcp:compute/sSLPolicy:SSLPolicy": { profile: "RESTRICTED", minTlsVersion: "TLS_1_2" },
  "gcp:compute/securityPolicy:SecurityPolicy": {
    rules: [
      {
        action: "deny(403)",
        priority: 1000,
        match: { expr: { expression: "evaluatePreconfiguredWaf('sqli-v33-stable')" } },
      },
      {
        action: "throttle",
        priority: 2000,
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        rateLimitOptions: {
          conformAction: "allow",
          exceedAction: "deny(429)",
          enforceOnKey: "IP",
          rateLimitThreshold: { count: 600, intervalSec: 60 },
        },
      },
      {
        action: "allow",
        priority: 2_147_483_647,
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
      },
    ],
  },
  "gcp:compute/subnetwork:Subnetwork": { region: "us-east1", network, ipCidrRange: "10.0.0.0/24" },
  "gcp:compute/targetHttpProxy:TargetHttpProxy": { urlMap: "projects/acme-prod/global/urlMaps/redirect" },
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": {
    urlMap: "projects/acme-prod/global/urlMaps/edge",
    sslCertificates: ["cert"],
  },
  "gcp:compute/uRLMap:URLMap": { defaultService: "projects/acme-prod/global/backendServices/api" },
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": { workloadIdentityPoolId: "github" },
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    workloadIdentityPoolId: "github",
    workloadIdentityPoolProviderId: "actions",
    attributeMapping: { "google.subject": "assertion.sub" },
    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
  },
  "gcp:kms/cryptoKey:CryptoKey": {
    keyRing: "projects/acme-prod/locations/us-east1/keyRings/main",
    rotationPeriod: "7776000s",
  },
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": {
    cryptoKeyId: key,
    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    member,
  },
  "gcp:kms/keyRing:KeyRing": { location: "us-east1" },
  "gcp:kms/secretCiphertext:SecretCiphertext": { cryptoKey: key, plaintext: "open sesame" },
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
    project: "acme-prod",
    service: "allServices",
    auditLogConfigs: [{ logType: "DATA_READ" }],
  },
  "gcp:projects/iAMMember:IAMMember": { project: "acme-prod", role: "roles/logging.logWriter", member },
  "gcp:projects/service:Service": { service: "run.googleapis.com" },
  "gcp:projects/serviceIdentity:ServiceIdentity": { service: "secretmanager.googleapis.com" },
  "gcp:pubsub/topic:Topic": { labels: { system: "acme" } },
  "gcp:pubsub/topicIAMMember:TopicIAMMember": { topic: "rotation", role: "roles/pubsub.publisher", member },
  "gcp:redis/instance:Instance": {
    name: "conversations",
    region: "us-east1",
    tier: "STANDARD_HA",
    memorySizeGb: 5,
    redisVersion: "REDIS_7_2",
    authorizedNetwork: network,
    authEnabled: true,
    transitEncryptionMode: "SERVER_AUTHENTICATION",
    customerManagedKey: key,
    persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
    redisConfigs: { "maxmemory-policy": "noeviction", "maxmemory-gb": "4" },
    maintenancePolicy: { weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime: { hours: 4 } }] },
    deletionProtection: false,
    labels: { system: "acme" },
  },
  "gcp:secretmanager/secret:Secret": {
    secretId: "token",
    replication: { auto: {} },
    rotation: { rotationPeriod: "2592000s", nextRotationTime: "2030-01-01T00:00:00Z" },
    topics: [{ name: "projects/acme-prod/topics/rotation" }],
  },
  "gcp:secretmanager/secretIamMember:SecretIamMember": {
    secretId: "token",
    role: "roles/secretmanager.secretAccessor",
    member,
  },
  "gcp:secretmanager/secretVersion:SecretVersion": {
    secret: "projects/acme-prod/secrets/token",
    secretData: "open sesame",
  },
  "gcp:serviceaccount/account:Account": { accountId: "api-service", displayName: "The API" },
  "gcp:serviceaccount/iAMMember:IAMMember": {
    serviceAccountId: "projects/acme-prod/serviceAccounts/api-service@acme-prod.iam.gserviceaccount.com",
    role: "roles/iam.workloadIdentityUser",
    member,
  },
  "gcp:serviceaccount/key:Key": {
    serviceAccountId: "projects/acme-prod/serviceAccounts/api-service@acme-prod.iam.gserviceaccount.com",
  },
  "gcp:storage/bucket:Bucket": {
    location: "EUR4",
    versioning: { enabled: true },
    lifecycleRules: [{ action: { type: "Delete" }, condition: { numNewerVersions: 3 } }],
  },
  "gcp:storage/bucketIAMMember:BucketIAMMember": {
    bucket: "acme-objects",
    role: "roles/storage.objectViewer",
    member,
  },
  "gcp:storage/bucketObject:BucketObject": { bucket: "acme-objects", content: "hello" },
  "mongodbatlas:index/advancedCluster:AdvancedCluster": {
    projectId: atlasProject,
    clusterType: "REPLICASET",
    backupEnabled: true,
    pitEnabled: true,
    replicationSpecs: [
      {
        regionConfigs: [
          {
            priority: 7,
            providerName: "GCP",
            regionName: "EASTERN_US",
            electableSpecs: { instanceSize: "M10", nodeCount: 3 },
          },
        ],
      },
    ],
    tags: { "rpo-minutes": "60" },
  },
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": {
    projectId: atlasProject,
    clusterName: "main",
    restoreWindowDays: 7,
    policyItemHourly: { frequencyInterval: 6, retentionUnit: "days", retentionValue: 7 },
    policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 7 },
    policyItemWeeklies: [{ frequencyInterval: 6, retentionUnit: "weeks", retentionValue: 4 }],
    policyItemMonthlies: [{ frequencyInterval: 40, retentionUnit: "months", retentionValue: 12 }],
  },
  "mongodbatlas:index/cloudProviderAccessAuthorization:CloudProviderAccessAuthorization": {
    projectId: atlasProject,
    roleId: atlasRole,
  },
  "mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup": {
    projectId: atlasProject,
    providerName: "GCP",
  },
  "mongodbatlas:index/databaseUser:DatabaseUser": {
    projectId: atlasProject,
    username: "api",
    authDatabaseName: "admin",
    password: "open sesame",
    roles: [{ roleName: "readWrite", databaseName: "api" }],
  },
  "mongodbatlas:index/encryptionAtRest:EncryptionAtRest": {
    projectId: atlasProject,
    googleCloudKmsConfig: {
      enabled: true,
      keyVersionResourceId: `${key}/cryptoKeyVersions/1`,
      roleId: atlasRole,
    },
  },
  "mongodbatlas:index/project:Project": { orgId: "5d0f1f73cf09a29120e173ca" },
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": {
    projectId: atlasProject,
    cidrBlock: "10.0.0.0/24",
  },
  "random:index/randomBytes:RandomBytes": { length: 32 },
  "random:index/randomId:RandomId": { byteLength: 4 },
  "random:index/randomPassword:RandomPassword": { length: 32, special: false, minUpper: 2 },
  "time:index/offset:Offset": { baseRfc3339: "2030-01-31T00:00:00Z", offsetDays: 30 },
  "time:index/rotating:Rotating": { rotationDays: 30 },
  "time:index/sleep:Sleep": { createDuration: "30s" },
  "time:index/static:Static": {},
  "tls:index/privateKey:PrivateKey": { algorithm: "ED25519" },
  "vercel:index/project:Project": { name: "frontend", framework: "nextjs" },
  "vercel:index/projectDomain:ProjectDomain": { projectId: "prj_abc", domain: "app.example.com" },
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": {
    projectId: "prj_abc",
    key: "API_URL",
    value: "https://api.example.com",
    sensitive: false,
    targets: ["production"],
  },
};

/** A good resource's inputs, to be looked up without a check at each place. */
export function good(token: string): Properties {
  const inputs = goodResources[token];
  if (inputs === undefined) throw new Error(`no example of ${token}`);
  return inputs;
}

/** A copy with one value put at a path such as `template.containers[0].image`; undefined takes the field away. */
export function changed(inputs: Properties, path: string, value: unknown): Properties {
  const copy = structuredClone(inputs);
  const steps = path.match(/[^.[\]]+/g) ?? [];
  let holder: Record<string, unknown> = copy;
  for (const step of steps.slice(0, -1)) {
    holder[step] ??= {};
    holder = holder[step] as Record<string, unknown>;
  }
  const last = steps.at(-1) ?? "";
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}
