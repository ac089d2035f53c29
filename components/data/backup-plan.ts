import { DAY, type Duration, seconds } from "../units.ts";

/** What may be lost, how long a restore may take, and the snapshots that hold it up. */
export interface BackupPlan {
  /** Recovery point objective: the most recent work that may be lost. */
  readonly rpo: Duration;
  /** Recovery time objective: how long until the database serves again. */
  readonly rto: Duration;
  /** Time between snapshots. Atlas takes 1, 2, 4, 6, 8 or 12 h. */
  readonly snapshotEvery: Duration;
  /** How long snapshots are kept. Whole days. */
  readonly keep: Duration;
  /** How far back any moment can be restored. Whole days; at most `keep`. Default `"7 days"`. */
  readonly restoreWindow?: Duration;
}

/** A backup plan in the numbers that Atlas takes. */
export interface NormalizedBackupPlan {
  rpoMinutes: number;
  rtoMinutes: number;
  snapshotHours: number;
  keepDays: number;
  restoreWindowDays: number;
  /** Whether snapshots alone can't hold the RPO, so that the oplog must be kept too. */
  continuous: boolean;
}

/** Intervals that Atlas takes for hourly snapshots. */
const SNAPSHOT_HOURS = [1, 2, 4, 6, 8, 12];

/** Fills in defaults and resolves units. */
export function normalizeBackupPlan(plan: BackupPlan): NormalizedBackupPlan {
  const snapshotHours = seconds(plan.snapshotEvery) / 3600;
  const rpoMinutes = seconds(plan.rpo) / 60;
  return {
    rpoMinutes,
    rtoMinutes: seconds(plan.rto) / 60,
    snapshotHours,
    keepDays: seconds(plan.keep) / DAY,
    restoreWindowDays: seconds(plan.restoreWindow ?? "7 days") / DAY,
    continuous: rpoMinutes < snapshotHours * 60,
  };
}

/** Problems of a backup plan, each with its value and what would do. */
export function backupPlanProblems(plan: NormalizedBackupPlan): string[] {
  const problems: string[] = [];
  if (!SNAPSHOT_HOURS.includes(plan.snapshotHours)) {
    problems.push(`backup.snapshotEvery: ${plan.snapshotHours} h must be ${SNAPSHOT_HOURS.join(", ")} h`);
  }
  if (!Number.isInteger(plan.keepDays) || plan.keepDays < 1) {
    problems.push(`backup.keep: ${plan.keepDays} days must be a whole number of days from 1`);
  }
  if (!Number.isInteger(plan.restoreWindowDays) || plan.restoreWindowDays < 1) {
    problems.push(
      `backup.restoreWindow: ${plan.restoreWindowDays} days must be a whole number of days from 1`,
    );
  }
  if (plan.restoreWindowDays > plan.keepDays) {
    problems.push(
      `backup.restoreWindow: ${plan.restoreWindowDays} days reach further back than snapshots are kept (${plan.keepDays} days)`,
    );
  }
  if (plan.rpoMinutes <= 0) problems.push(`backup.rpo: ${plan.rpoMinutes} min must be more than 0`);
  if (plan.rtoMinutes <= 0) problems.push(`backup.rto: ${plan.rtoMinutes} min must be more than 0`);
  return problems;
}
