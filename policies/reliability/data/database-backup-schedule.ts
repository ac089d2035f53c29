import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { UnknownRead } from "../../core/unknown.ts";
import { referred } from "../../references.ts";
import { ATLAS_BACKUP_SCHEDULE, ATLAS_CLUSTER } from "../../types.ts";
import { snapshotIntervalMinutes, statedRpo } from "./backups.ts";

/** Schedules by the cluster that they are for; and, where one does not say yet whose it is, why. */
function schedules(stack: Stack): { of: ReadonlyMap<Subject, Subject>; unread?: UnknownRead } {
  const of = new Map<Subject, Subject>();
  let unread: UnknownRead | undefined;
  for (const schedule of stack.ofType(ATLAS_BACKUP_SCHEDULE)) {
    try {
      const cluster = referred(stack, schedule, "clusterName", [ATLAS_CLUSTER], ["name"]);
      if (cluster !== undefined) of.set(cluster, schedule);
    } catch (error) {
      if (!(error instanceof UnknownRead)) throw error;
      unread = error;
    }
  }
  return unread === undefined ? { of } : { of, unread };
}

function checkSchedule(cluster: Subject, schedule: Subject): Finding[] {
  return parts(
    () => {
      const rpo = statedRpo(cluster).number();
      const interval = snapshotIntervalMinutes(schedule);
      if (interval === undefined)
        return violation(
          schedule.props.at("policyItemHourly"),
          "is not set, nor any other: no snapshot is ever taken",
        );
      if (rpo === undefined || interval <= rpo || cluster.props.at("pitEnabled").flag() === true)
        return undefined;
      return violation(
        cluster.props.at("pitEnabled"),
        `is not true: snapshots come every ${interval} min, and only ${rpo} min of data may be lost`,
      );
    },
    () => {
      const window = schedule.props.at("restoreWindowDays");
      if (cluster.props.at("pitEnabled").flag() !== true) return undefined;
      if (!window.present)
        return violation(window, "is not set: how far back a point in time can be restored is not stated");
      return (window.number() as number) >= 1
        ? undefined
        : violation(window, `is ${window.quote()}; it must be 1 or more`);
    },
  );
}

function checkCluster(cluster: Subject, { of, unread }: ReturnType<typeof schedules>): readonly Finding[] {
  if (!statedRpo(cluster).present && !isProduction(cluster)) return [];
  const schedule = of.get(cluster);
  if (schedule !== undefined) return checkSchedule(cluster, schedule);
  if (unread !== undefined) throw unread;
  return [
    {
      message:
        "there is no backup schedule for this cluster in the stack: when snapshots are taken is not stated",
      urn: cluster.urn,
    },
  ];
}

export const databaseBackupSchedule: Policy = {
  id: "database-backup-schedule",
  title: "A database's snapshots must be scheduled to meet its RPO.",
  severity: "high",
  level: "mandatory",
  why: "Atlas's own schedule fits nobody's RPO, and may be changed by hand without anyone seeing it.",
  fix: "Declare a mongodbatlas.CloudBackupSchedule for the cluster, with an interval no longer than the RPO or restore to a point in time, and restoreWindowDays.",
  example: {
    typescript: `new mongodbatlas.CloudBackupSchedule("orders", {
  projectId: project.id,
  clusterName: cluster.name,
  restoreWindowDays: 7,
  policyItemHourly: { frequencyInterval: 12, retentionUnit: "days", retentionValue: 30 },
});`,
  },
  requirements: ["EA-04"],
  types: [ATLAS_CLUSTER, ATLAS_BACKUP_SCHEDULE],
  checkStack: (stack) => {
    const known = schedules(stack);
    return each(stack.ofType(ATLAS_CLUSTER), (cluster) => checkCluster(cluster, known));
  },
};
