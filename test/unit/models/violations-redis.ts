import type { Violation } from "./violations.ts";

const redis = "gcp:redis/instance:Instance";

export const redisViolations: readonly Violation[] = [
  [redis, "memorySizeGb", 0, "memorySizeGb", "must be a whole number from 1 to 300 GiB; got 0"],
  [redis, "memorySizeGb", 1.5, "memorySizeGb", "must be a whole number from 1 to 300 GiB; got 1.5"],
  [
    redis,
    "tier",
    "STANDARD",
    "tier",
    'must be one of BASIC, STANDARD_HA; got "STANDARD"; did you mean `STANDARD_HA`?',
  ],
  [
    redis,
    "redisVersion",
    "7.2",
    "redisVersion",
    'must be one of REDIS_3_2, REDIS_4_0, REDIS_5_0, REDIS_6_X, REDIS_7_0, REDIS_7_2; got "7.2"',
  ],
  [
    redis,
    "name",
    "Conversations",
    "name",
    'must be 2 to 40 small letters, digits and `-` that begin with a letter and end with no `-`; got "Conversations"',
  ],
  [redis, "replicaCount", 2, "replicaCount", "must be 1 for STANDARD_HA without read replicas; got 2"],
  [
    redis,
    "persistenceConfig.rdbSnapshotPeriod",
    undefined,
    "persistenceConfig.rdbSnapshotPeriod",
    "is required when persistenceMode is RDB",
  ],
  [
    redis,
    "redisConfigs",
    { "maxmemory-policy": "noevict" },
    "redisConfigs.maxmemory-policy",
    'must be one of noeviction, allkeys-lfu, allkeys-lru, allkeys-random, volatile-lfu, volatile-lru, volatile-random, volatile-ttl; got "noevict"',
  ],
  [
    redis,
    "redisConfigs",
    { "maxmemory-gb": "6" },
    "redisConfigs.maxmemory-gb",
    'must not be more than memorySizeGb, which is 5; got "6"',
  ],
  [
    redis,
    "redisConfigs",
    { appendonly: "yes" },
    "redisConfigs.appendonly",
    'must be one of activedefrag, databases, lazyfree-lazy-eviction, lazyfree-lazy-expire, lazyfree-lazy-user-del, lazyfree-lazy-user-flush, lfu-decay-time, lfu-log-factor, maxmemory-clients, maxmemory-gb, maxmemory-policy, notify-keyspace-events, stream-node-max-bytes, stream-node-max-entries, timeout; Memorystore sets the rest itself; got "appendonly"',
  ],
  [
    redis,
    "alternativeLocationId",
    "us-east1",
    "alternativeLocationId",
    'must be a zone such as `us-east1-b`; got "us-east1"',
  ],
  [
    redis,
    "authorizedNetwork",
    "My Network",
    "authorizedNetwork",
    'must be a network, such as `projects/P/global/networks/N`; got "My Network"',
  ],
];
