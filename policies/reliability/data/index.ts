import type { Policy } from "../../core/policy.ts";
import { databaseBackedUp } from "./database-backed-up.ts";
import { databaseBackupSchedule } from "./database-backup-schedule.ts";
import { databaseRedundant } from "./database-redundant.ts";

/** What must not be lost. */
export const data: readonly Policy[] = [databaseBackedUp, databaseBackupSchedule, databaseRedundant];
