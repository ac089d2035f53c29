import * as types from "../types.ts";
import { cloudRunCost, cloudRunJobCost } from "./cloud-run-cost.ts";
import { cluster, disk, instance, nodePool } from "./compute-costs.ts";
import { atlas, bucket, redis, sql } from "./data-costs.ts";
import { mapRange, priced } from "./line.ts";
import { POD_PRICINGS, volumeClaim } from "./pods-cost.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { secondsIn } from "./quantities.ts";
import type { Pricing } from "./surroundings.ts";

const MILLION = 1e6;

const secretVersion: Pricing = ({ urn, name, props }, { usage, secretPlaces }) => {
  const secret = props.at("secret");
  const id = secret.known ? (secret.text() ?? "") : "";
  return priced(urn, `secret version ${name}`, {
    "secrets.version": secretPlaces.get(id.slice(id.lastIndexOf("/") + 1)) ?? 1,
    "secrets.access": mapRange(usage.secretReads, (reads) => reads / MILLION),
  });
};

/** A secret by itself costs nothing; each notice that it is due does. */
const secret: Pricing = ({ urn, name, props }) => {
  const period = secondsIn(props.at("rotation", "rotationPeriod").text() ?? "");
  if (!period) return undefined;
  return priced(urn, `rotation of ${name}`, { "secrets.rotation": (HOURS_PER_MONTH * 3600) / period });
};

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

const GIBIBYTES_PER_TEBIBYTE = 1024;

/** What goes in, and what one subscription takes out again. */
const topic: Pricing = ({ urn, name }, { usage }) =>
  priced(urn, `topic ${name}`, {
    "pubsub.throughput": mapRange(usage.topicGibibytes, (amount) => (2 * amount) / GIBIBYTES_PER_TEBIBYTE),
  });

const schedulerJob: Pricing = ({ urn, name }) => priced(urn, `clock of ${name}`, { "scheduler.job": 1 });

const registry: Pricing = ({ urn, name }, { usage }) =>
  priced(urn, `images in ${name}`, { "registry.storage": usage.registryGibibytes });

/** Days that logs are kept for no extra price, which is how long they are kept by default. */
const FREE_LOG_DAYS = 30;
const DAYS_PER_MONTH = 365 / 12;

const logBucket: Pricing = ({ urn, name, props }, { usage }) => {
  const days = props.at("retentionDays").number() ?? FREE_LOG_DAYS;
  const months = Math.max(0, days - FREE_LOG_DAYS) / DAYS_PER_MONTH;
  return priced(urn, `logs in ${name}, ${days} days`, {
    "logging.ingestion": usage.logGibibytes,
    "logging.retention": mapRange(usage.logGibibytes, (amount) => amount * months),
  });
};

const vercel: Pricing = ({ urn, name }, { usage }) =>
  priced(urn, `Vercel ${name}, plan Pro`, { "vercel.seat": usage.vercelSeats });

/** How each type of resource is priced; what is not here is free or costs by use that nothing states. */
export const PRICINGS: Readonly<Record<string, Pricing>> = {
  ...POD_PRICINGS,
  [types.CLOUD_RUN_SERVICE]: (service, { usage }) => cloudRunCost(service, usage),
  [types.CLOUD_RUN_JOB]: (job, { usage, runs }) =>
    cloudRunJobCost(job, usage, runs.get(job.props.at("name").text() ?? job.name)),
  [types.ATLAS_CLUSTER]: atlas,
  [types.BUCKET]: bucket,
  [types.SQL_INSTANCE]: sql,
  [types.REDIS_INSTANCE]: redis,
  [types.MACHINE]: instance,
  [types.DISK]: disk,
  [types.REGION_DISK]: disk,
  [types.GKE_CLUSTER]: cluster,
  [types.NODE_POOL]: nodePool,
  [types.PERSISTENT_VOLUME_CLAIM]: volumeClaim,
  [types.SECRET]: secret,
  [types.SECRET_VERSION]: secretVersion,
  [types.CRYPTO_KEY]: cryptoKey,
  [types.SECURITY_POLICY]: securityPolicy,
  [types.ROUTER_NAT]: nat,
  [types.TOPIC]: topic,
  [types.CLOUD_SCHEDULER_JOB]: schedulerJob,
  [types.ARTIFACT_REPOSITORY]: registry,
  [types.LOG_BUCKET]: logBucket,
  [types.VERCEL_PROJECT]: vercel,
};
