import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { cloudSqlBackedUp } from "../../../../policies/reliability/data/cloud-sql-backed-up.ts";
import { dataNotDeletable } from "../../../../policies/reliability/data/data-not-deletable.ts";
import {
  alloydbBackedUp,
  bucketRecoverable,
  cachePersistent,
  firestoreBackedUp,
} from "../../../../policies/reliability/data/recoverable.ts";
import { recoveryTimeStated, restoreProven } from "../../../../policies/reliability/data/restore-proven.ts";
import { volumesBackedUp } from "../../../../policies/reliability/data/volumes-backed-up.ts";
import { volumeReclaimed, volumesRetained } from "../../../../policies/reliability/data/volumes-retained.ts";
import * as types from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { saysWith } from "./support.ts";

const db = (type: string, props: unknown, stack = "production") => resource(type, "db", props, { stack });

describe("data-not-deletable", () => {
  const end = ", and the resource is not protected: one mistake deletes what it holds";
  test.each([
    [types.SQL_INSTANCE, {}, []],
    [types.SQL_INSTANCE, { deletionProtection: false }, [`db: deletionProtection is "false"${end}`]],
    [types.SQL_INSTANCE, { deletionProtection: false, deletionPolicy: "PREVENT" }, []],
    [
      types.SQL_INSTANCE,
      { deletionProtection: unknownValue },
      ["?db: deletionProtection is not known before deployment"],
    ],
    [types.BUCKET, {}, []],
    [types.BUCKET, { forceDestroy: true }, [`db: forceDestroy is "true"${end}`]],
    [types.FIRESTORE_DATABASE, {}, []],
    [types.FIRESTORE_DATABASE, { deletionPolicy: "DELETE" }, [`db: deletionPolicy is "DELETE"${end}`]],
    [
      types.FIRESTORE_DATABASE,
      { deletionPolicy: "DELETE", deleteProtectionState: "DELETE_PROTECTION_ENABLED" },
      [],
    ],
    [types.CRYPTO_KEY, {}, [`db: deletionPolicy is not set${end}`]],
    [types.SECRET, {}, [`db: deletionProtection is not set${end}`]],
    [types.SECRET, { deletionProtection: true }, []],
    [types.ATLAS_CLUSTER, {}, [`db: terminationProtectionEnabled is not set${end}`]],
    [types.ATLAS_CLUSTER, { terminationProtectionEnabled: true }, []],
    [
      types.REDIS_CLUSTER,
      { deletionProtectionEnabled: false },
      [`db: deletionProtectionEnabled is "false"${end}`],
    ],
  ])("EA-04 EA-05 EA-06 %s %j", (type, props, expected) => {
    expect(says(dataNotDeletable, db(type, props))).toEqual(expected);
    expect(says(dataNotDeletable, { ...db(type, props), opts: { protect: true } })).toEqual([]);
    expect(says(dataNotDeletable, db(type, props, "staging"))).toEqual([]);
  });
});

describe("restore-proven", () => {
  const UNDECLARED =
    "~db: tags.restore-test-days is not set: no restore test is declared, so nobody knows whether a backup can be restored";
  test.each([
    [{}, [UNDECLARED]],
    [{ "restore-test-days": "7" }, []],
    [
      { "restore-test-days": "8" },
      ["db: tags.restore-test-days is 8, more than the 7 days that a restore may go unproven"],
    ],
    [
      { "restore-test-days": "0" },
      ["db: tags.restore-test-days is 0; say how many days lie between two tests"],
    ],
    [{ "last-restore-proof": "2026-11-14" }, []],
    [
      { "last-restore-proof": "2026-11-13" },
      ["db: tags.last-restore-proof is 2026-11-13, more than 7 days ago"],
    ],
    [
      { "last-restore-proof": "2026-11-22" },
      ["db: tags.last-restore-proof is 2026-11-22, which is still to come"],
    ],
    [
      { "last-restore-proof": "last week" },
      ['db: tags.last-restore-proof is "last week", not a day such as 2027-01-31'],
    ],
    [
      { "last-restore-proof": "2026-13-01" },
      ['db: tags.last-restore-proof is "2026-13-01", not a day such as 2027-01-31'],
    ],
    [{ "last-restore-proof": unknownValue }, ["?db: tags.last-restore-proof is not known before deployment"]],
  ])("EA-12 %j", (tags, expected) => {
    const given = db(types.ATLAS_CLUSTER, { tags });
    expect(saysWith(restoreProven, { today: "2026-11-21" }, given)).toEqual(expected);
  });

  test("EA-12 a quarter may be agreed upon, and only production is asked for a test", () => {
    const proven = db(types.ATLAS_CLUSTER, { tags: { "last-restore-proof": "2026-08-21" } });
    const agreed = { settings: { longestDays: 92 }, today: "2026-11-21" };
    expect(saysWith(restoreProven, agreed, proven)).toEqual([]);
    expect(saysWith(restoreProven, { ...agreed, today: "2026-11-22" }, proven)).toHaveLength(1);
    expect(says(restoreProven, db(types.ATLAS_CLUSTER, {}, "staging"))).toEqual([]);
    expect(says(restoreProven, db(types.SQL_INSTANCE, { masterInstanceName: "orders" }))).toEqual([]);
    expect(says(restoreProven, db(types.STATEFUL_SET, {}))).toEqual([]);
    expect(
      says(
        restoreProven,
        db(types.SQL_INSTANCE, { settings: { userLabels: { "restore-test-days": "90" } } }),
      ),
    ).toEqual([
      "db: settings.userLabels.restore-test-days is 90, more than the 7 days that a restore may go unproven",
    ]);
    const set = { metadata: { annotations: { "slipway.dev/last-restore-proof": "2020-01-01" } } };
    expect(saysWith(restoreProven, { today: "2026-11-21" }, db(types.STATEFUL_SET, set))).toEqual([
      "db: metadata.annotations.slipway.dev/last-restore-proof is 2020-01-01, more than 7 days ago",
    ]);
  });
});

test.each([
  [{ "rto-minutes": "60" }, []],
  [{ "rto-minutes": "0" }, ["~db: tags.rto-minutes is 0: no restore takes no time"]],
  [{}, ["~db: tags.rto-minutes is not set"]],
  [{ "rto-minutes": "soon" }, ["~db: tags.rto-minutes is not a number"]],
])("EA-04 the time of a restore is said: %j", (tags, expected) => {
  expect(says(recoveryTimeStated, db(types.ATLAS_CLUSTER, { tags }))).toEqual(expected);
});

describe("cloud-sql-backed-up", () => {
  const at = "settings.backupConfiguration";
  const sql = (
    backupConfiguration: unknown,
    more: object = {},
    version = "POSTGRES_17",
    stack = "production",
  ) =>
    says(
      cloudSqlBackedUp,
      db(types.SQL_INSTANCE, { databaseVersion: version, settings: { backupConfiguration, ...more } }, stack),
    );
  const NOTHING = `${at}.enabled is not true: there is nothing to restore from`;
  const LOST = `~db: ${at}.pointInTimeRecoveryEnabled is not true: up to a day of data is lost, and nothing says that it may be`;
  const rpo = (minutes: string) => ({ userLabels: { "rpo-minutes": minutes } });

  test("EA-04 every instance has backups and restores to a point in time", () => {
    expect(sql({ enabled: true, pointInTimeRecoveryEnabled: true })).toEqual([]);
    expect(sql({ enabled: true, binaryLogEnabled: true }, {}, "MYSQL_8_4")).toEqual([]);
    expect(sql({ enabled: true }, { edition: "ENTERPRISE_PLUS" })).toEqual([]);
    expect(sql({ enabled: true })).toEqual([LOST]);
    expect(sql({})).toEqual([`db: ${NOTHING}`, LOST]);
    expect(sql({}, rpo("1440"), "POSTGRES_17", "staging")).toEqual([`~db: ${NOTHING}`]);
    expect(sql(unknownValue)).toEqual([`?db: ${at} is not known before deployment`]);
  });

  test("EA-04 backups lose no more than may be lost", () => {
    expect(sql({ enabled: true }, rpo("1440"))).toEqual([]);
    expect(sql({ enabled: true }, rpo("1439"))).toEqual([
      `db: ${at}.pointInTimeRecoveryEnabled is not true: 1439 min of data may be lost, and a backup a day loses 1440 min`,
    ]);
    expect(sql({ enabled: true }, rpo("0"))).toEqual([
      "db: settings.userLabels.rpo-minutes is 0: no backup loses nothing; say 1 or more",
    ]);
    const kept = (retainedBackups: number) =>
      sql({ enabled: true, pointInTimeRecoveryEnabled: true, backupRetentionSettings: { retainedBackups } });
    expect(kept(7)).toEqual([]);
    expect(kept(6)).toEqual([`db: ${at}.backupRetentionSettings.retainedBackups is 6, fewer than 7`]);
  });

  test("a copy for reading has the backups of what it copies", () => {
    expect(says(cloudSqlBackedUp, db(types.SQL_INSTANCE, { masterInstanceName: "orders" }))).toEqual([]);
  });
});

test("EA-05 what is deleted from a bucket comes back", () => {
  const bucket = (props: unknown, stack?: string) => says(bucketRecoverable, db(types.BUCKET, props, stack));
  const off = { softDeletePolicy: { retentionDurationSeconds: 0 } };
  const lost =
    "db: softDeletePolicy.retentionDurationSeconds is 0, and there are no versions: what is deleted is gone at once";
  expect(bucket({})).toEqual([]);
  expect(bucket(off)).toEqual([lost]);
  expect(bucket(off, "staging")).toEqual([`~${lost}`]);
  expect(bucket({ ...off, versioning: { enabled: true } })).toEqual([]);
  expect(bucket({ softDeletePolicy: unknownValue })).toEqual([
    "?db: softDeletePolicy is not known before deployment",
  ]);
});

test("a Firestore database restores to a point in time, or has a schedule", () => {
  const bare = db(types.FIRESTORE_DATABASE, { name: "main" });
  const schedule = (database: unknown, propertyDependencies = {}) =>
    resource(types.FIRESTORE_BACKUP_SCHEDULE, "s", { database }, { propertyDependencies });
  const nothing =
    "db: pointInTimeRecoveryEnablement is not POINT_IN_TIME_RECOVERY_ENABLED, and the stack has no BackupSchedule for it: there is nothing to restore from after an hour";
  const pointInTime = { pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED" };
  expect(says(firestoreBackedUp, bare)).toEqual([nothing]);
  expect(says(firestoreBackedUp, db(types.FIRESTORE_DATABASE, pointInTime))).toEqual([]);
  expect(says(firestoreBackedUp, bare, schedule("main"))).toEqual([]);
  expect(says(firestoreBackedUp, bare, schedule("other"))).toEqual([nothing]);
  expect(says(firestoreBackedUp, bare, schedule(unknownValue, { database: [bare.urn] }))).toEqual([]);
  expect(says(firestoreBackedUp, bare, schedule(unknownValue))).toEqual([
    "?s: database is not known before deployment",
  ]);
});

test("AlloyDB's backups are not switched off, and a Redis keeps what it holds", () => {
  const off = { continuousBackupConfig: { enabled: false } };
  const found = "db: continuousBackupConfig.enabled is false: no moment of the past can be restored";
  expect(says(alloydbBackedUp, db(types.ALLOYDB_CLUSTER, {}))).toEqual([]);
  expect(says(alloydbBackedUp, db(types.ALLOYDB_CLUSTER, off))).toEqual([found]);
  const daily = { ...off, automatedBackupPolicy: { enabled: true } };
  expect(says(alloydbBackedUp, db(types.ALLOYDB_CLUSTER, daily))).toEqual([`~${found}`]);
  const redis = (persistenceMode: string, stack?: string) =>
    says(cachePersistent, db(types.REDIS_INSTANCE, { persistenceConfig: { persistenceMode } }, stack));
  expect(redis("RDB")).toEqual([]);
  expect(redis("DISABLED")).toEqual(["~db: persistenceConfig.persistenceMode is not RDB: it keeps nothing"]);
  expect(redis("DISABLED", "staging")).toEqual([]);
});

test("OS-01 volumes outlive what uses them", () => {
  const set = (policy: unknown, stack?: string) =>
    says(
      volumesRetained,
      db(types.STATEFUL_SET, { spec: { persistentVolumeClaimRetentionPolicy: policy } }, stack),
    );
  const at = "spec.persistentVolumeClaimRetentionPolicy";
  expect(set(undefined)).toEqual([]);
  expect(set({ whenDeleted: "Delete", whenScaled: "Delete" })).toEqual([
    `db: ${at}.whenDeleted is "Delete": its data ends with it`,
    `~db: ${at}.whenScaled is "Delete": a member that comes back comes back empty`,
  ]);
  expect(set({ whenDeleted: "Delete" }, "staging")).toEqual([]);
  const kept = (type: string, props: unknown) => says(volumeReclaimed, db(type, props));
  expect(kept(types.STORAGE_CLASS, {})).toEqual(["~db: reclaimPolicy is not set, which means Delete"]);
  expect(kept(types.STORAGE_CLASS, { reclaimPolicy: "Retain" })).toEqual([]);
  expect(kept(types.PERSISTENT_VOLUME, {})).toEqual([]);
  expect(kept(types.PERSISTENT_VOLUME, { spec: { persistentVolumeReclaimPolicy: "Recycle" } })).toEqual([
    '~db: spec.persistentVolumeReclaimPolicy is "Recycle"',
  ]);
});

describe("volumes-backed-up", () => {
  const set = (annotations: object = {}) =>
    db(types.STATEFUL_SET, {
      metadata: { namespace: "shop", annotations },
      spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] },
    });
  const rpo = { "slipway.dev/rpo-minutes": "60" };
  const velero = (template: object) =>
    resource("kubernetes:velero.io/v1:Schedule", "v", { spec: { template } });
  const plan = (backupConfig: object) =>
    resource("gcp:gkebackup/backupPlan:BackupPlan", "p", { backupConfig });
  const found = [
    '~db: metadata.annotations.slipway.dev/rpo-minutes is "60", and nothing in the stack backs up volumes of "shop": neither a Schedule of Velero nor a BackupPlan of GKE',
  ];
  test.each([
    [velero({ includedNamespaces: ["shop"] }), []],
    [velero({}), []],
    [velero({ includedNamespaces: ["other"] }), found],
    [velero({ excludedNamespaces: ["shop"] }), found],
    [velero({ snapshotVolumes: false }), found],
    [plan({ includeVolumeData: true, allNamespaces: true }), []],
    [plan({ allNamespaces: true }), found],
    [plan({ includeVolumeData: true, selectedNamespaces: { namespaces: ["shop"] } }), []],
    [plan({ includeVolumeData: true, selectedNamespaces: { namespaces: ["other"] } }), found],
    [plan(unknownValue as unknown as object), ["?p: backupConfig is not known before deployment"]],
  ])("volumes that state an RPO are in a backup %#", (backup, expected) => {
    expect(says(volumesBackedUp, set(rpo), backup)).toEqual(expected);
  });

  test("others only where a team wants it so", () => {
    expect(says(volumesBackedUp, set())).toEqual([]);
    expect(saysWith(volumesBackedUp, { settings: { all: true } }, set())).toEqual([
      '~db: spec.volumeClaimTemplates are in no backup of the stack: neither a Schedule of Velero nor a BackupPlan of GKE takes "shop"',
    ]);
  });
});
