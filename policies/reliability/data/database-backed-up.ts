import { isProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { ATLAS_CLUSTER } from "../../types.ts";
import { RPO_TAG, SHORTEST_SNAPSHOT_INTERVAL_MINUTES, statedRpo } from "./backups.ts";

/** Only what can be said of the cluster alone; `database-backup-schedule` looks at cluster and schedule together. */
function check(cluster: Subject): Finding[] {
  const stated = statedRpo(cluster);
  const backup = cluster.props.at("backupEnabled");
  const pointInTime = cluster.props.at("pitEnabled");
  return parts(
    () =>
      stated.present || !isProduction(cluster)
        ? undefined
        : violation(stated, "is not set: nobody has said how much data may be lost"),
    () =>
      (stated.present || isProduction(cluster)) && backup.flag() !== true
        ? violation(backup, "is not true: there is nothing to restore from")
        : undefined,
    () => {
      const minutes = stated.number();
      if (minutes === undefined) return undefined;
      if (minutes <= 0) return violation(stated, `is ${minutes}: no backup loses nothing; say 1 or more`);
      return minutes < SHORTEST_SNAPSHOT_INTERVAL_MINUTES && pointInTime.flag() !== true
        ? violation(
            pointInTime,
            `is not true: ${minutes} min of data may be lost, and snapshots alone lose ${SHORTEST_SNAPSHOT_INTERVAL_MINUTES} min or more`,
          )
        : undefined;
    },
  );
}

export const databaseBackedUp: Policy = {
  id: "database-backed-up",
  title: "A database must say how much data it may lose, and its backups must lose no more.",
  severity: "critical",
  level: "mandatory",
  why: "A database that can't be restored to where its owners believe it can is found out on the worst day.",
  fix: `State the RPO in minutes as the tag ${RPO_TAG}; set backupEnabled, and pitEnabled where it is less than an hour.`,
  example: {
    typescript: `new mongodbatlas.AdvancedCluster("orders", {
  projectId: project.id,
  clusterType: "REPLICASET",
  backupEnabled: true,
  pitEnabled: true,
  tags: { "rpo-minutes": "15", "rto-minutes": "60" },
});`,
  },
  requirements: ["EA-04"],
  types: [ATLAS_CLUSTER],
  check,
};
