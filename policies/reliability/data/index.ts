import type { Policy } from "../../core/policy.ts";
import { cloudSqlBackedUp } from "./cloud-sql-backed-up.ts";
import { dataNotDeletable } from "./data-not-deletable.ts";
import { databaseBackedUp } from "./database-backed-up.ts";
import { databaseBackupSchedule } from "./database-backup-schedule.ts";
import { databaseRedundant } from "./database-redundant.ts";
import { alloydbBackedUp, bucketRecoverable, cachePersistent, firestoreBackedUp } from "./recoverable.ts";
import { recoveryTimeStated, restoreProven } from "./restore-proven.ts";
import { volumesBackedUp } from "./volumes-backed-up.ts";
import { volumeReclaimed, volumesRetained } from "./volumes-retained.ts";

/** What must not be lost. */
export const data: readonly Policy[] = [
  databaseBackedUp,
  databaseBackupSchedule,
  databaseRedundant,
  cloudSqlBackedUp,
  firestoreBackedUp,
  alloydbBackedUp,
  bucketRecoverable,
  cachePersistent,
  volumesBackedUp,
  volumesRetained,
  volumeReclaimed,
  recoveryTimeStated,
  restoreProven,
  dataNotDeletable,
];
