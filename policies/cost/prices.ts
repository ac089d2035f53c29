/** One price, with where and when it was read. */
export interface Price {
  /** What is counted. */
  readonly unit: string;
  readonly usd: number;
  /** The public page that states it. */
  readonly source: string;
  /** The day that the figure was entered, ISO 8601. */
  readonly asOf: string;
}

/** Hours that a month is billed with, the mean over a year: 8,760 h ÷ 12. */
export const HOURS_PER_MONTH = 730;

const AS_OF = "2026-11-21";
const RUN = "https://cloud.google.com/run/pricing";
const STORAGE = "https://cloud.google.com/storage/pricing";
const ARMOR = "https://cloud.google.com/armor/pricing";
const NETWORK = "https://cloud.google.com/vpc/network-pricing";
const NAT = "https://cloud.google.com/nat/pricing";
const SECRETS = "https://cloud.google.com/secret-manager/pricing";
const KMS = "https://cloud.google.com/kms/pricing";
const ATLAS = "https://www.mongodb.com/pricing";

const price = (usd: number, unit: string, source: string): Price => ({ usd, unit, source, asOf: AS_OF });

/**
 * List prices in USD, without free tiers, commitments and taxes. Google's are those of `us-east1`, which Cloud Run counts
 * to tier 1, but for buckets, whose prices name their place. **Entered by hand, not fetched:** look at a price's source
 * before a decision hangs on it, and change the figure together with its date. What is not in here is shown as missing
 * by the estimate, never as zero.
 */
export const PRICES = {
  "run.request-based.cpu": price(0.000024, "vCPU-second while a request is worked on", RUN),
  "run.request-based.memory": price(0.0000025, "GiB-second while a request is worked on", RUN),
  "run.idle.cpu": price(0.0000025, "vCPU-second of a minimum instance with nothing to do", RUN),
  "run.idle.memory": price(0.0000025, "GiB-second of a minimum instance with nothing to do", RUN),
  "run.instance-based.cpu": price(0.000018, "vCPU-second of an instance's life", RUN),
  "run.instance-based.memory": price(0.000002, "GiB-second of an instance's life", RUN),
  "run.requests": price(0.4, "million requests, request-based billing only", RUN),
  "network.forwarding-rules": price(0.025, "hour of up to five forwarding rules", NETWORK),
  "network.load-balancer-data": price(0.008, "GiB processed by a load balancer", NETWORK),
  "network.egress": price(0.12, "GiB to the internet, premium tier, first TiB", NETWORK),
  "network.address": price(0.005, "hour of an external address that NAT uses", NAT),
  "nat.instance": price(0.0014, "hour of one instance behind NAT, of 32 at most", NAT),
  "nat.gateway-ceiling": price(0.044, "hour of a NAT gateway with more than 32 instances", NAT),
  "nat.data": price(0.045, "GiB processed by NAT", NAT),
  "network.forwarding-rule-more": price(0.01, "hour of each forwarding rule after five", NETWORK),
  "armor.policy": price(5, "security policy and month", ARMOR),
  "armor.rule": price(1, "rule and month", ARMOR),
  "armor.requests": price(0.75, "million requests looked at", ARMOR),
  "secrets.version": price(0.06, "active version, location and month", SECRETS),
  "kms.software-key-version": price(0.06, "active version of a software key and month", KMS),
  "kms.hsm-key-version": price(1, "active version of a symmetric HSM key and month", KMS),
  "storage.us-east1.standard": price(0.02, "GiB and month", STORAGE),
  "storage.us-east1.nearline": price(0.01, "GiB and month", STORAGE),
  "storage.us-east1.coldline": price(0.004, "GiB and month", STORAGE),
  "storage.us-east1.archive": price(0.0012, "GiB and month", STORAGE),
  "storage.us-west2.standard": price(0.023, "GiB and month", STORAGE),
  "storage.us-west2.nearline": price(0.016, "GiB and month", STORAGE),
  "storage.us-west2.coldline": price(0.007, "GiB and month", STORAGE),
  "storage.us-west2.archive": price(0.0025, "GiB and month", STORAGE),
  "storage.us.standard": price(0.026, "GiB and month, multi-region in the US", STORAGE),
  "atlas.M10": price(0.08, "hour of a three-node replica set on Google Cloud", ATLAS),
  "atlas.M20": price(0.2, "hour of a three-node replica set on Google Cloud", ATLAS),
  "atlas.M30": price(0.54, "hour of a three-node replica set on Google Cloud", ATLAS),
  "vercel.seat": price(20, "seat of the plan Pro and month", "https://vercel.com/pricing"),
} as const satisfies Record<string, Price>;

/** A price by a name that may not be in the table. */
export function priceOf(name: string): Price | undefined {
  return Object.hasOwn(PRICES, name) ? PRICES[name as keyof typeof PRICES] : undefined;
}
