import { bucketSql } from "../../../components/release/cohort.ts";

/** One writer at a time, whatever it releases: the number is this program's own. */
export const LOCK = "SELECT pg_advisory_xact_lock(7150216)";

/** Whether the tables are there: to make what is there already needs a right that a release need not have. */
export const HAS_TABLES =
  "SELECT to_regclass('slipway_release') IS NOT NULL AND to_regclass('slipway_release_toggle') IS NOT NULL AS there";

/**
 * Who released last, under which lease; and what was turned on by releases, so that nothing else is turned off again. Users' ids
 * have the type that they have anyway: a cast would keep indexes from being used.
 */
export const MAKE_TABLES = `
  CREATE TABLE IF NOT EXISTS slipway_release (
    service text PRIMARY KEY,
    token bigint NOT NULL,
    release text NOT NULL,
    weight integer NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
  );
  DROP TABLE IF EXISTS slipway_release_toggle;
  CREATE TABLE slipway_release_toggle AS
    SELECT ''::text AS service, id AS user_id, ''::text AS operation FROM auth.users WITH NO DATA;
  ALTER TABLE slipway_release_toggle ADD PRIMARY KEY (service, user_id, operation)`;

/** $1 service, $2 token, $3 release, $4 weight. Gives no row where a newer driver has written. */
export const TAKE = `
  INSERT INTO slipway_release AS known (service, token, release, weight) VALUES ($1, $2, $3, $4)
  ON CONFLICT (service) DO UPDATE
    SET token = excluded.token, release = excluded.release, weight = excluded.weight, changed_at = now()
    WHERE known.token <= excluded.token
  RETURNING token`;

/** $1 service: who has written. */
export const TAKEN = "SELECT token, release FROM slipway_release WHERE service = $1";

/** $1 service, $2 operations, $3 weight: on for the users in the first so many buckets; rows that are missing are made. */
export const TURN_ON = `
  WITH wanted AS (
    SELECT u.id, o.operation FROM auth.users u CROSS JOIN unnest($2::text[]) AS o(operation)
    WHERE ${bucketSql("u.id")} < $3
  ), turned AS (
    UPDATE feature_toggles t SET enabled = true FROM wanted w
    WHERE t.user_id = w.id AND t.operation = w.operation AND t.enabled IS NOT TRUE
    RETURNING t.user_id, t.operation
  ), made AS (
    INSERT INTO feature_toggles (user_id, operation, enabled)
    SELECT w.id, w.operation, true FROM wanted w
    WHERE NOT EXISTS (SELECT FROM feature_toggles t WHERE t.user_id = w.id AND t.operation = w.operation)
    ON CONFLICT DO NOTHING
    RETURNING user_id, operation
  )
  INSERT INTO slipway_release_toggle (service, user_id, operation)
  SELECT $1, either_.user_id, either_.operation
  FROM (SELECT * FROM turned UNION SELECT * FROM made) AS either_
  ON CONFLICT DO NOTHING`;

/** $1 service, $2 operations, $3 weight: off for the other users, where a release turned it on. */
export const TURN_BACK = `
  WITH gone AS (
    DELETE FROM slipway_release_toggle s
    WHERE s.service = $1 AND s.operation = ANY($2::text[]) AND ${bucketSql("s.user_id")} >= $3
    RETURNING s.user_id, s.operation
  )
  UPDATE feature_toggles t SET enabled = false FROM gone
  WHERE t.user_id = gone.user_id AND t.operation = gone.operation AND t.enabled`;

/** $1 operations: off for everybody, whoever turned them on. */
export const ALL_OFF =
  "UPDATE feature_toggles SET enabled = false WHERE operation = ANY($1::text[]) AND enabled";

/** $1 service. */
export const FORGET = "DELETE FROM slipway_release_toggle WHERE service = $1";

/** $1 operations: percent of all users' operations that are on. */
export const SHARE = `
  SELECT coalesce(100.0 * (
    SELECT count(DISTINCT (t.user_id, t.operation)) FROM feature_toggles t JOIN auth.users u ON u.id = t.user_id
    WHERE t.operation = ANY($1::text[]) AND t.enabled
  ) / nullif((SELECT count(*) FROM auth.users) * cardinality($1::text[]), 0), 0)::float8 AS percent`;

/** $1 service: the weight that was written last, while each toggle that a release turned on is still on. */
export const INTACT = `
  SELECT weight FROM slipway_release WHERE service = $1 AND NOT EXISTS (
    SELECT FROM slipway_release_toggle s
    LEFT JOIN feature_toggles t ON t.user_id = s.user_id AND t.operation = s.operation AND t.enabled
    WHERE s.service = $1 AND t.operation IS NULL
  )`;
