import { z } from "zod";
import { dayAfter } from "../../core/exemptions.ts";
import { violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ATLAS_CLUSTER, SQL_INSTANCE } from "../../types.ts";

/**
 * The last day that its makers mend a database's version. PostgreSQL: postgresql.org/support/versioning; MySQL: Oracle's
 * lifetime support policy; MongoDB: mongodb.com/legal/support-policy/lifecycles. Read 2026-11. Where only a month is said, its
 * last day.
 */
const LAST_DAYS: Readonly<Record<string, string>> = {
  POSTGRES_9_6: "2021-11-11",
  POSTGRES_10: "2022-11-10",
  POSTGRES_11: "2023-11-09",
  POSTGRES_12: "2024-11-21",
  POSTGRES_13: "2025-11-13",
  POSTGRES_14: "2026-11-12",
  POSTGRES_15: "2027-11-11",
  POSTGRES_16: "2028-11-09",
  POSTGRES_17: "2029-11-08",
  MYSQL_5_6: "2021-02-28",
  MYSQL_5_7: "2023-10-31",
  MYSQL_8_0: "2026-04-30",
  MONGODB_4_4: "2024-02-29",
  MONGODB_5_0: "2024-10-31",
  MONGODB_6_0: "2025-07-31",
};

const SETTINGS = z.strictObject({
  warnDays: z.int().min(0).default(90).describe("How many days before its end a version is spoken of."),
});

/** Where a database says its version, and the table's name of it. `MYSQL_8_0_31` is one of `MYSQL_8_0`. */
function versionOf({ type, props }: Subject): { at: Property; name: string } {
  if (type === ATLAS_CLUSTER) {
    const at = props.at("mongoDbMajorVersion");
    return { at, name: `MONGODB_${(at.text() ?? "").replace(".", "_")}` };
  }
  const at = props.at("databaseVersion");
  const text = at.text() ?? "";
  return { at, name: /^(MYSQL_\d+_\d+)_\d+$/.exec(text)?.[1] ?? text };
}

export const engineSupported: Policy = {
  id: "database-engine-supported",
  title: "A database should be of a version that its makers still mend.",
  severity: "medium",
  level: "advisory",
  why: "After its last day a version gets no mend for what is found in it, or only for money; and the provider changes it on a day of its own choice.",
  fix: "Try the next major version on a restored copy, then upgrade.",
  example: {
    typescript: `new gcp.sql.DatabaseInstance("orders", {
  databaseVersion: "POSTGRES_17",
  settings: { tier: "db-custom-2-8192" },
});`,
  },
  settings: SETTINGS,
  types: [SQL_INSTANCE, ATLAS_CLUSTER],
  check: (database, context) => {
    const { at, name } = versionOf(database);
    const last = Object.hasOwn(LAST_DAYS, name) ? LAST_DAYS[name] : undefined;
    if (last === undefined) return [];
    if (last < context.today) return [violation(at, `is ${at.quote()}, which nobody mends since ${last}`)];
    const { warnDays } = context.settings(SETTINGS);
    return last <= dayAfter(context.today, warnDays)
      ? [violation(at, `is ${at.quote()}, which nobody mends after ${last}`)]
      : [];
  },
};
