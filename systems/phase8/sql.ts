import { bucketSql } from "../../components/release/cohort.ts";
import { OPERATION_NAMES } from "./release.ts";

/** One statement as it is typed. `DATABASE_URL` is in the environment of whoever is on duty: never in a command. */
export function sql(statement: string): string {
  return `psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -c "${statement}"`;
}

/** Every operation, off for everybody: those that are named, and those that come to be. */
export const ALL_OFF = sql(
  "UPDATE feature_toggles SET enabled = false WHERE operation LIKE 'email-%' OR operation LIKE 'calendar-%' OR operation LIKE 'task-%' OR operation LIKE 'analytics-%'",
);

/** How many users have each operation on. */
export const TOGGLES = sql(
  "SELECT operation, count(*) FILTER (WHERE enabled) AS enabled, count(*) AS users FROM feature_toggles GROUP BY operation ORDER BY operation",
);

/** Turns the operations on for the users in the first so many of a hundred buckets, which are those of a release. */
export function cohort(percent: number): string {
  const operations = OPERATION_NAMES.map((operation) => `'${operation}'`).join(", ");
  return sql(
    `UPDATE feature_toggles SET enabled = true WHERE operation IN (${operations}) AND user_id IN (SELECT id FROM auth.users WHERE ${bucketSql("id")} < ${percent})`,
  );
}

/** Share of operations that failed in the last minutes, from the log itself. */
export const ERROR_RATE = sql(
  "SELECT round(100.0 * count(*) FILTER (WHERE status = 'failed') / nullif(count(*), 0), 2) AS percent_failed, count(*) AS operations FROM ai_operation_log WHERE created_at > now() - interval '5 minutes'",
);

/** Says whether errors fell under 1 % within five minutes, by those of each minute. */
export const FELL = `fell=no; for minute in 1 2 3 4 5; do sleep 60; test "$(psql "$DATABASE_URL" -At -c "SELECT coalesce(avg((status = 'failed')::int), 0) < 0.01 FROM ai_operation_log WHERE created_at > now() - interval '1 minute'")" = t && fell=yes && break; done; echo "errors fell: $fell"`;

/** Operations that fail most. */
export const WORST = sql(
  "SELECT operation, count(*) AS failed FROM ai_operation_log WHERE created_at > now() - interval '30 minutes' AND status = 'failed' GROUP BY operation ORDER BY failed DESC LIMIT 10",
);

/** Share of operations that failed, in PromQL. */
export const FAILING =
  "sum (rate(assistant_operations_failed_total{{labels}}[5m])) / sum (rate(assistant_operations_total{{labels}}[5m]))";
