import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import { isProduction, labels, type Scope } from "../scope.ts";
import { bytes, type Memory } from "../units.ts";
import type { Fsync } from "./redis-config.ts";

const GIBIBYTE = 2 ** 30;

/** Memorystore sells whole GiB, up to 300 (the documentation's page "Redis tier capabilities", 2026-11). */
const MOST_GIBIBYTES = 300;

/** What a store asks of Memorystore. */
export interface MemorystoreFacts {
  readonly service: string;
  readonly memory: Memory;
  readonly version: "7.0" | "7.2";
  /** Whether a replica in another zone takes over by itself. */
  readonly replicated: boolean;
}

/** What Memorystore can't do of what is declared. */
export function memorystoreProblems(memory: Memory, fsync: Fsync): string[] {
  const size = gibibytes(memory);
  return [
    ...(size === undefined || (Number.isInteger(size) && size >= 1 && size <= MOST_GIBIBYTES)
      ? []
      : [`memory: "${memory}" is not sold by Memorystore: use whole GiB, from 1 to ${MOST_GIBIBYTES}`]),
    ...(fsync === "always"
      ? [
          'persistence.fsync: "always" promises that no write is lost, and Memorystore keeps no append-only file; leave it out, or use `runtime: "kubernetes"`',
        ]
      : []),
  ];
}

/** GiB; undefined where the amount can't be read. */
function gibibytes(memory: Memory): number | undefined {
  try {
    return bytes(memory) / GIBIBYTE;
  } catch {
    return undefined;
  }
}

/**
 * The instance: encrypted on the way and at rest, with a password that Google makes, and a snapshot each hour, which is
 * the most often that it offers. `maxmemory-gb` is four fifths of what is paid for, as "General best practices" wants it
 * wherever snapshots are written.
 */
export function planMemorystore(
  scope: Scope,
  { service, memory, version, replicated }: MemorystoreFacts,
  network: Input<string>,
  key: Input<string>,
): gcp.redis.InstanceArgs {
  const size = bytes(memory) / GIBIBYTE;
  return {
    project: scope.project,
    region: scope.region,
    name: `${scope.system}-${service}`,
    displayName: `${scope.system} ${service}`,
    tier: replicated ? "STANDARD_HA" : "BASIC",
    memorySizeGb: size,
    redisVersion: `REDIS_${version.replace(".", "_")}`,
    authorizedNetwork: network,
    connectMode: "DIRECT_PEERING",
    authEnabled: true,
    transitEncryptionMode: "SERVER_AUTHENTICATION",
    customerManagedKey: key,
    persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
    redisConfigs: { "maxmemory-policy": "noeviction", "maxmemory-gb": String((size * 8) / 10) },
    maintenancePolicy: {
      weeklyMaintenanceWindows: [
        { day: "SUNDAY", startTime: { hours: 4, minutes: 0, seconds: 0, nanos: 0 } },
      ],
    },
    deletionProtection: isProduction(scope),
    labels: labels(scope, service),
  };
}
