import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { dayAfter } from "../../core/exemptions.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ALLOYDB_CLUSTER, ATLAS_CLUSTER, SQL_INSTANCE, STATEFUL_SET } from "../../types.ts";
import { isReadReplica, RESTORE_PROOF_TAG, RESTORE_TEST_TAG, RTO_TAG, stated } from "./facts.ts";

const SETTINGS = z.strictObject({
  longestDays: z
    .number()
    .min(1)
    .default(7)
    .describe("The most days between two restores that were proven; 92 for every quarter."),
});

function checkInterval(interval: Property, longestDays: number): Finding | undefined {
  const days = interval.number();
  if (days === undefined) return undefined;
  if (!(days > 0)) return violation(interval, `is ${days}; say how many days lie between two tests`);
  return days > longestDays
    ? violation(interval, `is ${days}, more than the ${longestDays} days that a restore may go unproven`)
    : undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function checkProof(proof: Property, longestDays: number, today: string): Finding | undefined {
  const day = proof.text();
  if (day === undefined) return undefined;
  if (!DAY.test(day) || Number.isNaN(Date.parse(day)))
    return violation(proof, `is ${proof.quote()}, not a day such as 2027-01-31`);
  if (day > today) return violation(proof, `is ${day}, which is still to come`);
  return dayAfter(day, longestDays) < today
    ? violation(proof, `is ${day}, more than ${longestDays} days ago`)
    : undefined;
}

/** A store in Kubernetes is asked only where it speaks of restores itself: what else holds nothing that can't be made again, nobody can tell. */
function check(database: Subject, context: Context): Finding[] {
  if (isReadReplica(database)) return [];
  const { longestDays } = context.settings(SETTINGS);
  const [interval, proof] = [stated(database, RESTORE_TEST_TAG), stated(database, RESTORE_PROOF_TAG)];
  return parts(
    () => {
      if (interval.present || proof.present || database.type === STATEFUL_SET || !isProduction(database))
        return undefined;
      return {
        ...violation(
          interval,
          "is not set: no restore test is declared, so nobody knows whether a backup can be restored",
        ),
        level: "advisory" as const,
      };
    },
    () => checkInterval(interval, longestDays),
    () => checkProof(proof, longestDays, context.today),
  );
}

export const restoreProven: Policy = {
  id: "restore-proven",
  title: "A database's restore must have been proven lately.",
  severity: "high",
  level: "mandatory",
  why: "A backup is a hope until it was restored: a missing key, a changed version, a user that nobody kept are found out by doing it.",
  fix: `Restore the database by a job, and state how often (${RESTORE_TEST_TAG}) and the last day on which it was proven (${RESTORE_PROOF_TAG}) as tags or labels of the database.`,
  example: {
    typescript: `new mongodbatlas.AdvancedCluster("orders", {
  projectId: project.id,
  clusterType: "REPLICASET",
  backupEnabled: true,
  tags: { "restore-test-days": "7", "last-restore-proof": "2026-11-15" },
});`,
  },
  requirements: ["EA-12"],
  settings: SETTINGS,
  types: [ATLAS_CLUSTER, SQL_INSTANCE, ALLOYDB_CLUSTER, STATEFUL_SET],
  check,
};

export const recoveryTimeStated: Policy = {
  id: "recovery-time-stated",
  title: "In production a database should say how long a restore may take.",
  severity: "low",
  level: "advisory",
  why: "Without a figure nobody can say of a restore test that it took too long.",
  fix: `State the RTO in minutes as the tag or label ${RTO_TAG}.`,
  example: {
    typescript: `new gcp.sql.DatabaseInstance("orders", {
  databaseVersion: "POSTGRES_17",
  settings: { tier: "db-custom-2-8192", userLabels: { "rpo-minutes": "15", "rto-minutes": "60" } },
});`,
  },
  requirements: ["EA-04"],
  types: [ATLAS_CLUSTER, SQL_INSTANCE, ALLOYDB_CLUSTER],
  check: (database) => {
    if (isReadReplica(database)) return [];
    const time = stated(database, RTO_TAG);
    const minutes = time.number();
    if (minutes !== undefined)
      return minutes > 0 ? [] : [violation(time, `is ${minutes}: no restore takes no time`)];
    return isProduction(database) ? [violation(time, "is not set")] : [];
  },
};
