import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { databaseBackedUp } from "../../../policies/reliability/data/database-backed-up.ts";
import { databaseBackupSchedule } from "../../../policies/reliability/data/database-backup-schedule.ts";
import { databaseRedundant } from "../../../policies/reliability/data/database-redundant.ts";
import { ATLAS_BACKUP_SCHEDULE, ATLAS_CLUSTER } from "../../../policies/types.ts";
import { CLUSTER, changed, resource, SCHEDULE, says } from "./support.ts";

const cluster = (props: unknown, stack = "production") => resource(ATLAS_CLUSTER, "shop", props, { stack });
const schedule = (props: unknown, propertyDependencies?: Record<string, string[]>) =>
  resource(ATLAS_BACKUP_SCHEDULE, "schedule", props, propertyDependencies ? { propertyDependencies } : {});
const RPO = 'tags["rpo-minutes"]';
const STAGING = changed(CLUSTER, "tags.environment", "staging");

test.each([
  ["15", true, []],
  [
    "15",
    false,
    ["shop: pitEnabled is not true: 15 min of data may be lost, and snapshots alone lose 60 min or more"],
  ],
  [
    "59",
    undefined,
    ["shop: pitEnabled is not true: 59 min of data may be lost, and snapshots alone lose 60 min or more"],
  ],
  ["60", false, []],
  ["0", true, ["shop: tags.rpo-minutes is 0: no backup loses nothing; say 1 or more"]],
  ["15", unknownValue, ["?shop: pitEnabled is not known before deployment"]],
  ["soon", true, ["shop: tags.rpo-minutes is not a number"]],
  [undefined, true, ["shop: tags.rpo-minutes is not set: nobody has said how much data may be lost"]],
  [unknownValue, true, ["?shop: tags.rpo-minutes is not known before deployment"]],
])("EA-04 an RPO of %s min with pitEnabled %s", (rpo, pitEnabled, expected) => {
  expect(
    says(databaseBackedUp, cluster(changed(changed(CLUSTER, RPO, rpo), "pitEnabled", pitEnabled))),
  ).toEqual(expected);
});

test("EA-04 backups are on where an RPO is stated, and in production", () => {
  const violated = ["shop: backupEnabled is not true: there is nothing to restore from"];
  expect(says(databaseBackedUp, cluster(changed(CLUSTER, "backupEnabled", false)))).toEqual(violated);
  expect(says(databaseBackedUp, cluster(changed(STAGING, "backupEnabled", undefined), "staging"))).toEqual(
    violated,
  );
  const noPromise = changed(changed(STAGING, RPO, undefined), "backupEnabled", false);
  expect(says(databaseBackedUp, cluster(noPromise, "staging"))).toEqual([]);
});

test.each([
  [SCHEDULE, []],
  [changed(SCHEDULE, "restoreWindowDays", 1), []],
  [changed(SCHEDULE, "restoreWindowDays", 0), ['schedule: restoreWindowDays is "0"; it must be 1 or more']],
  [
    changed(SCHEDULE, "restoreWindowDays", undefined),
    ["schedule: restoreWindowDays is not set: how far back a point in time can be restored is not stated"],
  ],
  [
    changed(SCHEDULE, "restoreWindowDays", unknownValue),
    ["?schedule: restoreWindowDays is not known before deployment"],
  ],
  [
    changed(SCHEDULE, "policyItemHourly", undefined),
    ["schedule: policyItemHourly is not set, nor any other: no snapshot is ever taken"],
  ],
  [
    changed(SCHEDULE, "clusterName", "other"),
    [
      "shop: there is no backup schedule for this cluster in the stack: when snapshots are taken is not stated",
    ],
  ],
  [changed(SCHEDULE, "clusterName", unknownValue), ["?schedule: clusterName is not known before deployment"]],
])("EA-04 a schedule %o", (props, expected) => {
  expect(says(databaseBackupSchedule, cluster(CLUSTER), schedule(props))).toEqual(expected);
});

test("EA-04 a schedule whose cluster has no name yet is found by what it was made from", () => {
  const own = cluster(changed(CLUSTER, "name", unknownValue));
  const made = schedule({ ...SCHEDULE, clusterName: unknownValue }, { clusterName: [own.urn] });
  expect(says(databaseBackupSchedule, own, made)).toEqual([]);
});

test.each([
  [{ policyItemHourly: { frequencyInterval: 6 } }, "360", []],
  [
    { policyItemHourly: { frequencyInterval: 6 } },
    "359",
    ["shop: pitEnabled is not true: snapshots come every 360 min, and only 359 min of data may be lost"],
  ],
  [{ policyItemDaily: { frequencyInterval: 1 } }, "1440", []],
  [
    { policyItemWeeklies: [{ frequencyInterval: 1 }] },
    "1440",
    ["shop: pitEnabled is not true: snapshots come every 10080 min, and only 1440 min of data may be lost"],
  ],
])("EA-04 without restore to a point in time, %o must keep an RPO of %s min", (items, rpo, expected) => {
  const own = cluster(changed(changed(CLUSTER, RPO, rpo), "pitEnabled", false));
  expect(says(databaseBackupSchedule, own, schedule({ clusterName: "shop", ...items }))).toEqual(expected);
});

test("EA-04 a cluster outside production that promises nothing needs no schedule", () => {
  expect(says(databaseBackupSchedule, cluster(changed(STAGING, RPO, undefined), "staging"))).toEqual([]);
});

const SPECS = "replicationSpecs[0].regionConfigs[0].electableSpecs";
test.each([
  ["instanceSize", "M10", []],
  ["instanceSize", "R40", []],
  ["instanceSize", "M5", [`shop: ${SPECS}.instanceSize is "M5"; production needs M10 or larger`]],
  ["instanceSize", "FLEX", [`shop: ${SPECS}.instanceSize is "FLEX"; production needs M10 or larger`]],
  ["instanceSize", unknownValue, [`?shop: ${SPECS}.instanceSize is not known before deployment`]],
  ["nodeCount", 3, []],
  [
    "nodeCount",
    2,
    ["shop: replicationSpecs[0].regionConfigs has 2 electable nodes; production needs 3 or more"],
  ],
  [
    "nodeCount",
    undefined,
    ["shop: replicationSpecs[0].regionConfigs has 0 electable nodes; production needs 3 or more"],
  ],
  ["nodeCount", unknownValue, [`?shop: ${SPECS}.nodeCount is not known before deployment`]],
])("EA-04 production's %s %s", (field, value, expected) => {
  expect(says(databaseRedundant, cluster(changed(CLUSTER, `${SPECS}.${field}`, value)))).toEqual(expected);
});

test("EA-04 a region for reading only has no electable tier to look at, and no electable node to count", () => {
  const reading = { readOnlySpecs: { instanceSize: "M10", nodeCount: 2 } };
  const electable = (nodeCount: number) => ({ electableSpecs: { instanceSize: "M10", nodeCount } });
  const spread = (nodeCount: number) =>
    changed(CLUSTER, "replicationSpecs", [{ regionConfigs: [electable(nodeCount), reading] }]);
  expect(says(databaseRedundant, cluster(spread(3)))).toEqual([]);
  expect(says(databaseRedundant, cluster(spread(1)))).toEqual([
    "shop: replicationSpecs[0].regionConfigs has 1 electable nodes; production needs 3 or more",
  ]);
});

test("EA-04 nodes of several regions count together; no shard is no node; staging may be small", () => {
  const region = (nodeCount: number) => ({ electableSpecs: { instanceSize: "M10", nodeCount } });
  const spread = changed(CLUSTER, "replicationSpecs", [{ regionConfigs: [region(2), region(1)] }]);
  expect(says(databaseRedundant, cluster(spread))).toEqual([]);
  expect(says(databaseRedundant, cluster(changed(CLUSTER, "replicationSpecs", [])))).toEqual([
    "shop: replicationSpecs has none: no node is declared",
  ]);
  expect(says(databaseRedundant, cluster(changed(STAGING, `${SPECS}.nodeCount`, 1), "staging"))).toEqual([]);
});
