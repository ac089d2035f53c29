import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import { SQL_INSTANCE } from "../../types.ts";
import { RPO_TAG } from "./backups.ts";
import { isReadReplica, stated } from "./facts.ts";

const SETTINGS = z.strictObject({
  leastRetained: z.int().min(1).default(7).describe("The fewest backups, or days of them, that are kept."),
});

/** Cloud SQL takes one backup a day; restore to a point in time loses minutes. */
const DAY_MINUTES = 24 * 60;

function check(instance: Subject, context: Context): Finding[] {
  const { leastRetained } = context.settings(SETTINGS);
  const settings = instance.props.at("settings");
  const backup = settings.at("backupConfiguration");
  const enabled = backup.at("enabled");
  const isMysql = /^MYSQL/.test(instance.props.at("databaseVersion").text() ?? "");
  const pointInTime = backup.at(isMysql ? "binaryLogEnabled" : "pointInTimeRecoveryEnabled");
  return parts(
    () =>
      enabled.flag() === true
        ? undefined
        : violation(enabled, "is not true: there is nothing to restore from"),
    () => {
      const rpo = stated(instance, RPO_TAG);
      const minutes = rpo.number();
      if (minutes !== undefined && minutes <= 0)
        return violation(rpo, `is ${minutes}: no backup loses nothing; say 1 or more`);
      if (pointInTime.flag() === true) return undefined;
      // Enterprise Plus has it by itself, but for MySQL.
      if (!pointInTime.present && !isMysql && settings.at("edition").text() === "ENTERPRISE_PLUS")
        return undefined;
      if (minutes === undefined)
        return {
          ...violation(
            pointInTime,
            "is not true: up to a day of data is lost, and nothing says that it may be",
          ),
          level: "advisory" as const,
        };
      return minutes < DAY_MINUTES
        ? violation(
            pointInTime,
            `is not true: ${minutes} min of data may be lost, and a backup a day loses ${DAY_MINUTES} min`,
          )
        : undefined;
    },
    () => {
      const retained = backup.at("backupRetentionSettings", "retainedBackups");
      const count = retained.number();
      return count !== undefined && count < leastRetained
        ? violation(retained, `is ${count}, fewer than ${leastRetained}`)
        : undefined;
    },
  );
}

export const cloudSqlBackedUp: Policy = {
  id: "cloud-sql-backed-up",
  title: "A Cloud SQL instance should be backed up to a point in time; in production it must be backed up.",
  severity: "critical",
  level: "mandatory",
  why: "Cloud SQL takes no backup unless it is told to; a wrong statement at noon then loses everything, and with a backup a day the morning.",
  fix: `Set settings.backupConfiguration.enabled, and pointInTimeRecoveryEnabled (MySQL: binaryLogEnabled); state how much may be lost as the label ${RPO_TAG}.`,
  example: {
    typescript: `new gcp.sql.DatabaseInstance("orders", {
  databaseVersion: "POSTGRES_17",
  settings: {
    tier: "db-custom-2-8192",
    userLabels: { "rpo-minutes": "15" },
    backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
  },
});`,
  },
  frameworks: { "cis-gcp": ["6.7"] },
  requirements: ["EA-04"],
  settings: SETTINGS,
  types: [SQL_INSTANCE],
  check: (instance, context) =>
    isReadReplica(instance) ? [] : adviceOutsideProduction(instance, check(instance, context)),
};
