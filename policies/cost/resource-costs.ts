import type { Subject } from "../core/policy.ts";
import { ATLAS_CLUSTER, BUCKET, DEPLOYMENT, STATEFUL_SET } from "../types.ts";
import { type CostLine, mapRange, priced } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import type { Range, Usage } from "./usage.ts";

/** What is known of the whole stack when one resource is priced. */
interface Surroundings {
  readonly usage: Usage;
  /** Millions of requests that come in through load balancers in a month. */
  readonly edgeRequests: Range;
  /** Instances whose traffic may leave through NAT. */
  readonly instances: Range;
}

type Pricing = (resource: Subject, surroundings: Surroundings) => CostLine;

/** Nodes that a tier's price in the table stands for. */
const NODES_PER_PRICE = 3;

const atlas: Pricing = ({ urn, name, props }) => {
  const regions = props
    .at("replicationSpecs")
    .items()
    .flatMap((shard) => shard.at("regionConfigs").items());
  const hours: Record<string, number> = {};
  for (const region of regions) {
    const specs = region.at("electableSpecs");
    const tier = `atlas.${specs.at("instanceSize").text() ?? "unstated"}`;
    const nodes = specs.at("nodeCount").number() ?? 0;
    hours[tier] = (hours[tier] ?? 0) + (HOURS_PER_MONTH * nodes) / NODES_PER_PRICE;
  }
  return priced(urn, `Atlas ${name}, without backup storage and traffic`, hours);
};

/** The price by place and class; a bucket in two named regions has another than one in all of a continent. */
function storagePrice({ props }: Subject): string {
  const location = (props.at("location").text() ?? "").toLowerCase();
  const place = props.at("customPlacementConfig").present ? "dual-region" : location;
  return `storage.${place}.${(props.at("storageClass").text() ?? "STANDARD").toLowerCase()}`;
}

const bucket: Pricing = (resource, { usage }) => {
  const { low, high } = usage.bucketGibibytes;
  return priced(resource.urn, `bucket ${resource.name}, ${low} to ${high} GiB`, {
    [storagePrice(resource)]: usage.bucketGibibytes,
  });
};

const secretVersion: Pricing = ({ urn, name }) =>
  priced(urn, `secret version ${name}`, { "secrets.version": 1 });

/** Software or HSM; each rotation leaves a version that is billed until it is destroyed, and here one is counted. */
const cryptoKey: Pricing = ({ urn, name, props }) => {
  const level = (props.at("versionTemplate", "protectionLevel").text() ?? "SOFTWARE").toLowerCase();
  return priced(urn, `KMS key ${name}`, { [`kms.${level}-key-version`]: 1 });
};

const securityPolicy: Pricing = ({ urn, name, props }, { edgeRequests }) =>
  priced(urn, `Cloud Armor ${name}`, {
    "armor.policy": 1,
    "armor.rule": props.at("rules").items().length,
    "armor.requests": edgeRequests,
  });

/** Above this many instances a gateway has one price (Cloud NAT's pricing page). */
const NAT_CEILING = 32;

const nat: Pricing = ({ urn, name }, { usage, instances }) => {
  const beyond = instances.high > NAT_CEILING;
  return priced(urn, `NAT ${name}`, {
    ...(beyond
      ? { "nat.gateway-ceiling": HOURS_PER_MONTH }
      : { "nat.instance": mapRange(instances, (count) => count * HOURS_PER_MONTH) }),
    "nat.data": usage.natGibibytes,
    "network.address": HOURS_PER_MONTH,
  });
};

const vercel: Pricing = ({ urn, name }, { usage }) =>
  priced(urn, `Vercel ${name}, plan Pro`, { "vercel.seat": usage.vercelSeats });

/** Pods cost what their nodes cost, and those are the cluster's, which is no resource of the stack. */
const pods: Pricing = ({ urn, name, props }) =>
  priced(urn, `pods of ${props.at("metadata", "name").text() ?? name}`, {
    "kubernetes.pod": HOURS_PER_MONTH,
  });

/** How each type of resource is priced; what is not here is free or costs by use that nothing states. */
export const PRICINGS: Readonly<Record<string, Pricing>> = {
  [ATLAS_CLUSTER]: atlas,
  [BUCKET]: bucket,
  [DEPLOYMENT]: pods,
  [STATEFUL_SET]: pods,
  "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
  "gcp:kms/cryptoKey:CryptoKey": cryptoKey,
  "gcp:compute/securityPolicy:SecurityPolicy": securityPolicy,
  "gcp:compute/routerNat:RouterNat": nat,
  "vercel:index/project:Project": vercel,
};
