import { adviceOutsideProduction, isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { UnknownRead } from "../../core/unknown.ts";
import { referred } from "../../references.ts";
import {
  ALLOYDB_CLUSTER,
  BUCKET,
  FIRESTORE_BACKUP_SCHEDULE,
  FIRESTORE_DATABASE,
  REDIS_INSTANCE,
} from "../../types.ts";

export const bucketRecoverable: Policy = {
  id: "bucket-recoverable",
  title: "What is deleted from a bucket, or written over, should come back; in production it must.",
  severity: "high",
  level: "mandatory",
  why: "A wrong lifecycle rule or a script with the wrong name deletes objects as fast as it can list them.",
  fix: "Set versioning.enabled, or leave softDeletePolicy at its seven days.",
  example: {
    typescript: `new gcp.storage.Bucket("objects", {
  location: "US",
  versioning: { enabled: true },
  softDeletePolicy: { retentionDurationSeconds: 604800 },
});`,
  },
  requirements: ["EA-05"],
  types: [BUCKET],
  check: (bucket) =>
    adviceOutsideProduction(
      bucket,
      parts(() => {
        const kept = bucket.props.at("softDeletePolicy", "retentionDurationSeconds");
        // Seven days where nothing is said (provider's reference, 2026-11).
        if (kept.number() !== 0 || bucket.props.at("versioning", "enabled").flag() === true) return undefined;
        return violation(kept, "is 0, and there are no versions: what is deleted is gone at once");
      }),
    ),
};

/** Databases for which a schedule of backups stands in the stack; and why one can't be told. */
function scheduled(stack: Stack): { of: ReadonlySet<Subject>; unread?: UnknownRead } {
  const of = new Set<Subject>();
  let unread: UnknownRead | undefined;
  for (const schedule of stack.ofType(FIRESTORE_BACKUP_SCHEDULE)) {
    try {
      const database = referred(stack, schedule, "database", [FIRESTORE_DATABASE], ["name"]);
      if (database !== undefined) of.add(database);
    } catch (error) {
      if (!(error instanceof UnknownRead)) throw error;
      unread = error;
    }
  }
  return unread === undefined ? { of } : { of, unread };
}

function checkFirestore(database: Subject, { of, unread }: ReturnType<typeof scheduled>): Finding[] {
  return parts(() => {
    const pointInTime = database.props.at("pointInTimeRecoveryEnablement");
    if (pointInTime.text() === "POINT_IN_TIME_RECOVERY_ENABLED" || of.has(database)) return undefined;
    if (unread !== undefined) throw unread;
    return violation(
      pointInTime,
      "is not POINT_IN_TIME_RECOVERY_ENABLED, and the stack has no BackupSchedule for it: there is nothing to restore from after an hour",
    );
  });
}

export const firestoreBackedUp: Policy = {
  id: "firestore-backed-up",
  title: "A Firestore database should be backed up; in production it must.",
  severity: "critical",
  level: "mandatory",
  why: "By itself Firestore keeps what was for an hour: a wrong write that is found the next day can't be undone.",
  fix: "Set pointInTimeRecoveryEnablement to POINT_IN_TIME_RECOVERY_ENABLED, or declare a firestore.BackupSchedule.",
  example: {
    typescript: `new gcp.firestore.Database("main", {
  locationId: "nam5",
  type: "FIRESTORE_NATIVE",
  pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
});`,
  },
  types: [FIRESTORE_DATABASE, FIRESTORE_BACKUP_SCHEDULE],
  checkStack: (stack) => {
    const known = scheduled(stack);
    return each(stack.ofType(FIRESTORE_DATABASE), (database) =>
      adviceOutsideProduction(database, checkFirestore(database, known)),
    );
  },
};

export const alloydbBackedUp: Policy = {
  id: "alloydb-backed-up",
  title: "AlloyDB's backups must not be switched off in production.",
  severity: "critical",
  level: "mandatory",
  why: "AlloyDB backs itself up for 14 days unless it is told not to: then there is nothing to restore from.",
  fix: "Leave continuousBackupConfig.enabled out, which means true.",
  example: {
    typescript: `new gcp.alloydb.Cluster("orders", {
  location: "us-east1",
  continuousBackupConfig: { enabled: true, recoveryWindowDays: 14 },
});`,
  },
  types: [ALLOYDB_CLUSTER],
  check: (cluster) => {
    const enabled = cluster.props.at("continuousBackupConfig", "enabled");
    const daily = cluster.props.at("automatedBackupPolicy", "enabled");
    if (enabled.flag() !== false) return [];
    const found = violation(enabled, "is false: no moment of the past can be restored");
    return adviceOutsideProduction(cluster, [
      daily.flag() === true ? { ...found, level: "advisory" as const } : found,
    ]);
  },
};

export const cachePersistent: Policy = {
  id: "cache-persistent",
  title: "In production a Memorystore should keep what it holds.",
  severity: "low",
  level: "advisory",
  why: "After a failure of both nodes a Redis without snapshots is empty: every session ends, and all caches fill at once.",
  fix: "Set persistenceConfig.persistenceMode to RDB; state by an exemption that it holds nothing that matters.",
  example: {
    typescript: `new gcp.redis.Instance("sessions", {
  memorySizeGb: 1,
  tier: "STANDARD_HA",
  persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
});`,
  },
  types: [REDIS_INSTANCE],
  check: (instance) => {
    const mode = instance.props.at("persistenceConfig", "persistenceMode");
    return isProduction(instance) && mode.text() !== "RDB"
      ? [violation(mode, "is not RDB: it keeps nothing")]
      : [];
  },
};
