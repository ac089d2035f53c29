/** One price, with the page to hold it against, and when it was entered. */
export interface Price {
  /** What is counted. */
  readonly unit: string;
  readonly usd: number;
  /** Where it holds: a region, `global`, or a place of Cloud Storage's. */
  readonly region: string;
  /** The public page that states the price today: look there before a decision hangs on it. */
  readonly source: string;
  /** The day that the figure was entered, ISO 8601. */
  readonly asOf: string;
}

/** Hours that a month is billed with, the mean over a year: 8,760 h ÷ 12. */
export const HOURS_PER_MONTH = 730;

/** The currency of every price. */
export const CURRENCY = "USD";

/** Regions whose prices of Compute Engine, Cloud SQL, Memorystore and GKE are those of `us-east1` in the table. */
export const HOME_REGIONS: readonly string[] = ["us-central1", "us-east1", "us-west1"];

const AS_OF = "2026-11-21";
const RUN = "https://cloud.google.com/run/pricing";
const STORAGE = "https://cloud.google.com/storage/pricing";
const ARMOR = "https://cloud.google.com/armor/pricing";
const NETWORK = "https://cloud.google.com/vpc/network-pricing";
const NAT = "https://cloud.google.com/nat/pricing";
const SECRETS = "https://cloud.google.com/secret-manager/pricing";
const KMS = "https://cloud.google.com/kms/pricing";
const COMPUTE = "https://cloud.google.com/compute/vm-instance-pricing";
const DISK = "https://cloud.google.com/compute/disks-image-pricing";
const GKE = "https://cloud.google.com/kubernetes-engine/pricing";
const SQL = "https://cloud.google.com/sql/pricing";
const OBSERVE = "https://cloud.google.com/stackdriver/pricing";
const PUBSUB = "https://cloud.google.com/pubsub/pricing";
const SCHEDULER = "https://cloud.google.com/scheduler/pricing";
const REGISTRY = "https://cloud.google.com/artifact-registry/pricing";
const ATLAS = "https://www.mongodb.com/pricing";
const VERCEL = "https://vercel.com/pricing";

const HOME = "us-east1";
const GLOBAL = "global";

const price = (usd: number, unit: string, source: string, region = HOME): Price => ({
  usd,
  unit,
  source,
  region,
  asOf: AS_OF,
});

const GIBIBYTE_MONTH = "GiB and month";
const GIBIBYTE_HOUR = "GiB and hour";
const VCPU_HOUR = "vCPU and hour";
const REPLICA_SET = "hour of a three-node replica set";

/**
 * List prices in USD, without free tiers, commitments and taxes. **Entered by hand, not fetched:** look at a price's source
 * before a decision hangs on it, and change the figure together with its date. What is not in here is shown as missing
 * by the estimate, never as zero.
 */
export const PRICES = {
  // Cloud Run
  "run.request-based.cpu": price(0.000024, "vCPU-second while a request is worked on", RUN),
  "run.request-based.memory": price(0.0000025, "GiB-second while a request is worked on", RUN),
  "run.idle.cpu": price(0.0000025, "vCPU-second of a minimum instance with nothing to do", RUN),
  "run.idle.memory": price(0.0000025, "GiB-second of a minimum instance with nothing to do", RUN),
  "run.instance-based.cpu": price(0.000018, "vCPU-second of an instance's life, or of a job's task", RUN),
  "run.instance-based.memory": price(0.000002, "GiB-second of an instance's life, or of a job's task", RUN),
  "run.requests": price(0.4, "million requests, request-based billing only", RUN),

  // Network
  "network.forwarding-rules": price(0.025, "hour of up to five forwarding rules", NETWORK),
  "network.forwarding-rule-more": price(0.01, "hour of each forwarding rule after five", NETWORK),
  "network.load-balancer-data": price(0.008, "GiB processed by a load balancer", NETWORK),
  "network.egress": price(0.12, "GiB to the internet, premium tier, first TiB", NETWORK),
  "network.address": price(0.005, "hour of an external address that NAT or an instance uses", NAT),
  "network.idle-address": price(0.01, "hour of a reserved external address that nothing uses", NETWORK),
  "nat.instance": price(0.0014, "hour of one instance behind NAT, of 32 at most", NAT),
  "nat.gateway-ceiling": price(0.044, "hour of a NAT gateway with more than 32 instances", NAT),
  "nat.data": price(0.045, "GiB processed by NAT", NAT),
  "armor.policy": price(5, "security policy and month", ARMOR, GLOBAL),
  "armor.rule": price(1, "rule and month", ARMOR, GLOBAL),
  "armor.requests": price(0.75, "million requests looked at", ARMOR, GLOBAL),

  // Secrets and keys
  "secrets.version": price(0.06, "active version, location and month", SECRETS, GLOBAL),
  "secrets.access": price(3, "million times that a version is read", SECRETS, GLOBAL),
  "secrets.rotation": price(0.05, "notice that a secret is due", SECRETS, GLOBAL),
  "kms.software-key-version": price(0.06, "active version of a software key and month", KMS, GLOBAL),
  "kms.hsm-key-version": price(1, "active version of a symmetric HSM key and month", KMS, GLOBAL),

  // Storage; a bucket in two named regions is billed in both
  "storage.us-east1.standard": price(0.02, GIBIBYTE_MONTH, STORAGE),
  "storage.us-east1.nearline": price(0.01, GIBIBYTE_MONTH, STORAGE),
  "storage.us-east1.coldline": price(0.004, GIBIBYTE_MONTH, STORAGE),
  "storage.us-east1.archive": price(0.0012, GIBIBYTE_MONTH, STORAGE),
  "storage.us-central1.standard": price(0.02, GIBIBYTE_MONTH, STORAGE, "us-central1"),
  "storage.us-central1.nearline": price(0.01, GIBIBYTE_MONTH, STORAGE, "us-central1"),
  "storage.us-central1.coldline": price(0.004, GIBIBYTE_MONTH, STORAGE, "us-central1"),
  "storage.us-central1.archive": price(0.0012, GIBIBYTE_MONTH, STORAGE, "us-central1"),
  "storage.us-west2.standard": price(0.023, GIBIBYTE_MONTH, STORAGE, "us-west2"),
  "storage.us-west2.nearline": price(0.016, GIBIBYTE_MONTH, STORAGE, "us-west2"),
  "storage.us-west2.coldline": price(0.007, GIBIBYTE_MONTH, STORAGE, "us-west2"),
  "storage.us-west2.archive": price(0.0025, GIBIBYTE_MONTH, STORAGE, "us-west2"),
  "storage.europe-west1.standard": price(0.02, GIBIBYTE_MONTH, STORAGE, "europe-west1"),
  "storage.europe-west1.nearline": price(0.01, GIBIBYTE_MONTH, STORAGE, "europe-west1"),
  "storage.europe-west1.coldline": price(0.004, GIBIBYTE_MONTH, STORAGE, "europe-west1"),
  "storage.europe-west1.archive": price(0.0012, GIBIBYTE_MONTH, STORAGE, "europe-west1"),
  "storage.us.standard": price(0.026, GIBIBYTE_MONTH, STORAGE, "us"),
  "storage.dual.us-central1.standard": price(0.022, GIBIBYTE_MONTH, STORAGE, "us-central1"),
  "registry.storage": price(0.1, GIBIBYTE_MONTH, REGISTRY),

  // Compute Engine
  "compute.e2.cpu": price(0.02181159, VCPU_HOUR, COMPUTE),
  "compute.e2.memory": price(0.00292353, GIBIBYTE_HOUR, COMPUTE),
  "compute.n1.cpu": price(0.031611, VCPU_HOUR, COMPUTE),
  "compute.n1.memory": price(0.004237, GIBIBYTE_HOUR, COMPUTE),
  "compute.n2.cpu": price(0.031611, VCPU_HOUR, COMPUTE),
  "compute.n2.memory": price(0.004237, GIBIBYTE_HOUR, COMPUTE),
  "compute.n2d.cpu": price(0.027502, VCPU_HOUR, COMPUTE),
  "compute.n2d.memory": price(0.003686, GIBIBYTE_HOUR, COMPUTE),
  "disk.pd-standard": price(0.04, GIBIBYTE_MONTH, DISK),
  "disk.pd-balanced": price(0.1, GIBIBYTE_MONTH, DISK),
  "disk.pd-ssd": price(0.17, GIBIBYTE_MONTH, DISK),

  // Kubernetes
  "gke.cluster": price(0.1, "hour of a cluster", GKE, GLOBAL),
  "gke.autopilot.cpu": price(0.0445, "vCPU that a pod requests and hour, general purpose", GKE),
  "gke.autopilot.memory": price(0.0049225, "GiB that a pod requests and hour, general purpose", GKE),

  // Databases; Memorystore, and Atlas above M30, are missing
  "sql.cpu": price(0.0413, "vCPU and hour, Enterprise, one zone", SQL),
  "sql.memory": price(0.007, "GiB and hour, Enterprise, one zone", SQL),
  "sql.db-f1-micro": price(0.0105, "hour, one zone", SQL),
  "sql.db-g1-small": price(0.035, "hour, one zone", SQL),
  "sql.pd_ssd": price(0.17, "GiB and month, one zone", SQL),
  "sql.pd_hdd": price(0.09, "GiB and month, one zone", SQL),
  "sql.backup": price(0.08, GIBIBYTE_MONTH, SQL),
  "atlas.M10": price(0.08, REPLICA_SET, ATLAS),
  "atlas.M20": price(0.2, REPLICA_SET, ATLAS),
  "atlas.M30": price(0.54, REPLICA_SET, ATLAS),

  // Messages, clocks, logs and checks
  "pubsub.throughput": price(40, "TiB that goes in, or out", PUBSUB, GLOBAL),
  "scheduler.job": price(0.1, "job and month", SCHEDULER, GLOBAL),
  "logging.ingestion": price(0.5, "GiB taken in, kept 30 days", OBSERVE, GLOBAL),
  "logging.retention": price(0.01, "GiB and month after 30 days", OBSERVE, GLOBAL),
  "monitoring.uptime-check": price(
    0.3,
    "thousand checks after the first million in a project",
    OBSERVE,
    GLOBAL,
  ),

  "vercel.seat": price(20, "seat of the plan Pro and month", VERCEL, GLOBAL),
} as const satisfies Record<string, Price>;

/** A price by a name that may not be in the table. */
export function priceOf(name: string): Price | undefined {
  return Object.hasOwn(PRICES, name) ? PRICES[name as keyof typeof PRICES] : undefined;
}
