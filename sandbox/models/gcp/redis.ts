import type { OutputContext, ResourceModel, Rule } from "../model.ts";
import { integer, labels, length, pattern, projectId, timestamp } from "../rules.ts";
import { isObject, type Properties, UNKNOWN, valueAt } from "../values.ts";
import { labelOutputs, refuseProtected, uuid } from "./common.ts";
import { location } from "./locations.ts";

const GIBIBYTES = { least: 1, leastWithReadReplicas: 5, most: 300 } as const;

/** Policies and parameters: the documentation's page "Supported Redis configurations", 2026-11. */
const EVICTION = [
  "noeviction",
  "allkeys-lfu",
  "allkeys-lru",
  "allkeys-random",
  "volatile-lfu",
  "volatile-lru",
  "volatile-random",
  "volatile-ttl",
];
const PARAMETERS = [
  "activedefrag",
  "databases",
  "lazyfree-lazy-eviction",
  "lazyfree-lazy-expire",
  "lazyfree-lazy-user-del",
  "lazyfree-lazy-user-flush",
  "lfu-decay-time",
  "lfu-log-factor",
  "maxmemory-clients",
  "maxmemory-gb",
  "maxmemory-policy",
  "notify-keyspace-events",
  "stream-node-max-bytes",
  "stream-node-max-entries",
  "timeout",
];

const configurations: Rule = (value, report) => {
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    if (!PARAMETERS.includes(name)) {
      report(`must be one of ${PARAMETERS.join(", ")}; Memorystore sets the rest itself`, {
        got: name,
        at: [name],
      });
    }
  }
  const policy = value["maxmemory-policy"];
  if (typeof policy === "string" && policy !== UNKNOWN && !EVICTION.includes(policy))
    report(`must be one of ${EVICTION.join(", ")}`, { got: policy, at: ["maxmemory-policy"] });
};

const zone = pattern(/^[a-z]+-[a-z]+\d+-[a-z]$/, "a zone such as `us-east1-b`");

/** What belongs together: tier, replicas, size, persistence. */
function together(inputs: Properties, report: Parameters<NonNullable<ResourceModel["check"]>>[1]): void {
  const { tier = "BASIC", memorySizeGb, replicaCount, readReplicasMode } = inputs;
  const readReplicas = readReplicasMode === "READ_REPLICAS_ENABLED";
  const replicas = typeof replicaCount === "number" ? replicaCount : undefined;
  if (readReplicas && tier === "BASIC")
    report("read replicas are only for STANDARD_HA", { at: ["readReplicasMode"] });
  if (readReplicas && typeof memorySizeGb === "number" && memorySizeGb < GIBIBYTES.leastWithReadReplicas)
    report(`must be ${GIBIBYTES.leastWithReadReplicas} GiB or more with read replicas`, {
      got: memorySizeGb,
      at: ["memorySizeGb"],
    });
  if (replicas !== undefined && tier === "BASIC" && replicas !== 0)
    report("must be 0 for BASIC", { got: replicas, at: ["replicaCount"] });
  if (replicas !== undefined && tier === "STANDARD_HA") {
    const most = readReplicas ? 5 : 1;
    if (replicas < 1 || replicas > most)
      report(
        `must be ${most === 1 ? "1" : "1 to 5"} for STANDARD_HA ${readReplicas ? "with" : "without"} read replicas`,
        {
          got: replicas,
          at: ["replicaCount"],
        },
      );
  }
  if (inputs.alternativeLocationId !== undefined) {
    if (tier === "BASIC") report("is only for STANDARD_HA", { at: ["alternativeLocationId"] });
    else if (inputs.alternativeLocationId === inputs.locationId && inputs.locationId !== UNKNOWN)
      report("must be another zone than locationId", {
        got: inputs.alternativeLocationId,
        at: ["alternativeLocationId"],
      });
  }
  const persistence = inputs.persistenceConfig;
  if (
    isObject(persistence) &&
    persistence.persistenceMode === "RDB" &&
    persistence.rdbSnapshotPeriod === undefined
  )
    report("is required when persistenceMode is RDB", { at: ["persistenceConfig", "rdbSnapshotPeriod"] });
  const most = valueAt(inputs, "redisConfigs", "maxmemory-gb");
  if (typeof memorySizeGb === "number" && typeof most === "string" && Number(most) > memorySizeGb)
    report(`must not be more than memorySizeGb, which is ${memorySizeGb}`, {
      got: most,
      at: ["redisConfigs", "maxmemory-gb"],
    });
}

/** A private address that Google would draw from the peered range. */
function address({ hex }: OutputContext): string {
  const byte = (purpose: string) => Number.parseInt(hex(purpose, 2), 16);
  return `10.${byte("host a")}.${byte("host b")}.${4 + 8 * (byte("host c") % 31)}`;
}

const instance: ResourceModel = {
  token: "gcp:redis/instance:Instance",
  values: {
    tier: ["BASIC", "STANDARD_HA"],
    redisVersion: ["REDIS_3_2", "REDIS_4_0", "REDIS_5_0", "REDIS_6_X", "REDIS_7_0", "REDIS_7_2"],
    connectMode: ["DIRECT_PEERING", "PRIVATE_SERVICE_ACCESS"],
    transitEncryptionMode: ["SERVER_AUTHENTICATION", "DISABLED"],
    readReplicasMode: ["READ_REPLICAS_DISABLED", "READ_REPLICAS_ENABLED"],
    deletionPolicy: ["DELETE", "PREVENT", "ABANDON"],
    "persistenceConfig.persistenceMode": ["DISABLED", "RDB"],
    "persistenceConfig.rdbSnapshotPeriod": ["ONE_HOUR", "SIX_HOURS", "TWELVE_HOURS", "TWENTY_FOUR_HOURS"],
  },
  rules: {
    name: pattern(
      /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
      "2 to 40 small letters, digits and `-` that begin with a letter and end with no `-`",
    ),
    project: projectId,
    region: location,
    locationId: zone,
    alternativeLocationId: zone,
    labels,
    memorySizeGb: integer(GIBIBYTES.least, GIBIBYTES.most, "GiB"),
    authorizedNetwork: pattern(
      /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?(projects\/[^/]+\/global\/networks\/)?[a-z][-a-z0-9]*$/,
      "a network, such as `projects/P/global/networks/N`",
    ),
    customerManagedKey: pattern(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
    ),
    redisConfigs: configurations,
    "persistenceConfig.rdbSnapshotStartTime": timestamp,
    "maintenancePolicy.description": length(0, 512),
    "maintenancePolicy.weeklyMaintenanceWindows": length(1, 1),
    "maintenancePolicy.weeklyMaintenanceWindows[].startTime.hours": integer(0, 23),
    "maintenancePolicy.weeklyMaintenanceWindows[].startTime.minutes": integer(0, 59),
  },
  check: together,
  replaceOn: [
    "name",
    "project",
    "region",
    "tier",
    "locationId",
    "alternativeLocationId",
    "authorizedNetwork",
    "connectMode",
    "customerManagedKey",
    "reservedIpRange",
    "readReplicasMode",
    "transitEncryptionMode",
  ],
  autoname: { property: "name", max: 40 },
  defaults: {
    authEnabled: false,
    connectMode: "DIRECT_PEERING",
    deletionProtection: true,
    tier: "BASIC",
    transitEncryptionMode: "DISABLED",
  },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("region") || UNKNOWN}/instances/${text("name")}`,
  outputs: (context) => {
    const { inputs, keep, now, digits, hex } = context;
    const encrypted = inputs.transitEncryptionMode === "SERVER_AUTHENTICATION";
    return {
      ...labelOutputs(context),
      host: keep("host", () => address(context)),
      port: keep("port", () => (encrypted ? 6378 : 6379)),
      // Google makes it, and shows it to whoever may read it.
      authString:
        inputs.authEnabled === true
          ? keep("authString", () => uuid(hex("auth", 32)))
          : inputs.authEnabled === UNKNOWN
            ? UNKNOWN
            : "",
      serverCaCerts: encrypted
        ? keep("serverCaCerts", () => [
            {
              cert: `-----BEGIN CERTIFICATE-----\n${hex("certificate", 64)}\n-----END CERTIFICATE-----`,
              createTime: now(),
              serialNumber: digits("certificate", 1),
              sha1Fingerprint: hex("fingerprint", 40),
            },
          ])
        : [],
      createTime: keep("createTime", now),
      redisVersion: inputs.redisVersion ?? "REDIS_7_2",
      replicaCount: inputs.replicaCount ?? (inputs.tier === "STANDARD_HA" ? 1 : 0),
      readReplicasMode: inputs.readReplicasMode ?? "READ_REPLICAS_DISABLED",
      persistenceConfig: inputs.persistenceConfig ?? { persistenceMode: "DISABLED" },
    };
  },
  secrets: ["authString"],
  refuseDelete: refuseProtected("redis instance"),
};

export const redis: readonly ResourceModel[] = [instance];
