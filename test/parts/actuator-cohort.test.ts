import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { cohortTraffic } from "../../automation/rollout/actuators/cohort.ts";
import { bucketOf, bucketSql } from "../../components/release/cohort.ts";
import { OPERATION_NAMES } from "../../systems/phase8/release.ts";
import { cohort } from "../../systems/phase8/sql.ts";
import { doing, rolloutState } from "../support/actuator.ts";
import { describeWithPostgresql } from "../support/postgresql.ts";

vi.setConfig({ testTimeout: 60_000 });

describeWithPostgresql("a cohort's toggles in PostgreSQL", (url) => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client(url());
    await client.connect();
    await client.query("CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY)");
  });
  afterAll(() => client.end());
  beforeEach(() =>
    client.query(`
      DROP TABLE IF EXISTS feature_toggles, slipway_release, slipway_release_toggle;
      TRUNCATE auth.users;
      CREATE TABLE feature_toggles (
        user_id uuid REFERENCES auth.users (id), operation text, enabled boolean DEFAULT false,
        PRIMARY KEY (user_id, operation)
      )`),
  );

  const traffic = cohortTraffic(async () => url());
  const going = rolloutState(
    { stable: { image: "off" }, candidate: { image: "assistant" }, staged: { candidate: "assistant" } },
    { kind: "cohort", operations: OPERATION_NAMES },
  );
  const set = (weight: number, token = 1) => traffic.set(doing(going, { token }), weight);

  async function users(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await client.query("INSERT INTO auth.users SELECT unnest($1::uuid[])", [ids]);
    return ids;
  }

  /** Users who have all nine operations on; an Error where one has some of them. */
  async function on(): Promise<Set<string>> {
    const { rows } = await client.query<{ id: string; count: number }>(
      "SELECT user_id AS id, count(*)::int FROM feature_toggles WHERE enabled AND operation = ANY($1) GROUP BY 1",
      [OPERATION_NAMES],
    );
    expect(rows.filter(({ count }) => count !== 9)).toEqual([]);
    return new Set(rows.map(({ id }) => id));
  }

  const first = (ids: readonly string[], weight: number) =>
    new Set(ids.filter((id) => bucketOf(id) < weight));

  test("P8-02 a user's bucket is the same here and there, whatever the id", async () => {
    const texts = fc.array(fc.oneof(fc.uuid(), fc.string({ unit: "grapheme", minLength: 1 })), {
      minLength: 1,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (any) => {
        const ids = any.map((id) => id.replaceAll("\0", ""));
        const { rows } = await client.query<{ bucket: string }>(
          `SELECT ${bucketSql("id")} AS bucket FROM unnest($1::text[]) WITH ORDINALITY AS t(id, n) ORDER BY n`,
          [ids],
        );
        expect(rows.map(({ bucket }) => Number(bucket))).toEqual(ids.map(bucketOf));
      }),
    );
  });

  test("P8-02 who is in at 5 % is in at 25 %: a step turns on exactly the users of its buckets", async () => {
    const weights = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 300 }), weights, async (count, steps) => {
        await client.query("TRUNCATE auth.users CASCADE");
        await set(0);
        const ids = await users(count);
        let before = new Set<string>();
        for (const weight of steps.sort((one, other) => one - other)) {
          await set(weight);
          const now = await on();
          expect(now).toEqual(first(ids, weight));
          expect([...before].filter((id) => !now.has(id))).toEqual([]);
          expect(await traffic.read(going)).toBe(weight);
          before = now;
        }
        await set(0);
        expect((await on()).size).toBe(0);
        expect(await traffic.read(going)).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  test("P8-02 the runbook's line turns the same users on", async () => {
    const ids = await users(400);
    await set(100);
    await set(0);
    const [, statement = ""] = /-c "(.*)"$/s.exec(cohort(25)) ?? [];
    await client.query(statement);
    expect(await on()).toEqual(first(ids, 25));
  });

  test("P8-02 less is less for those whom a release turned on; all is off for everybody when it is taken back", async () => {
    const ids = await users(400);
    const byHand = ids.find((id) => bucketOf(id) >= 50) as string;
    await client.query(
      "INSERT INTO feature_toggles SELECT $1::uuid, unnest($2::text[]), true UNION ALL SELECT $1::uuid, 'other', true",
      [byHand, OPERATION_NAMES],
    );
    await set(25);
    await set(5);
    expect(await on()).toEqual(first(ids, 5).add(byHand));
    await set(100);
    await set(25);
    expect(await on()).toEqual(first(ids, 25).add(byHand));
    await set(0);
    await set(0);
    expect((await on()).size).toBe(0);
    const { rows } = await client.query("SELECT operation FROM feature_toggles WHERE enabled");
    expect(rows).toEqual([{ operation: "other" }]);
  });

  test("P8-02 says what is really on where somebody turned users off meanwhile", async () => {
    const ids = await users(400);
    await set(25);
    await client.query("UPDATE feature_toggles SET enabled = false WHERE operation = 'email-compose'");
    expect(await traffic.read(going)).toBeCloseTo((100 * first(ids, 25).size * 8) / (ids.length * 9), 9);
    await set(25);
    expect(await traffic.read(going)).toBe(25);
  });

  test("P8-02 a driver that was replaced is refused by the database itself, and changes nothing", async () => {
    const ids = await users(200);
    await set(5, 3);
    await set(25, 4);
    await set(25, 4);
    for (const weight of [100, 0]) {
      await expect(set(weight, 3)).rejects.toThrow(
        "a newer driver (lease 4, release r-1) turns the toggles of production/ethixai/backend by now; this one (lease 3) has been replaced, and has changed nothing",
      );
    }
    expect(await on()).toEqual(first(ids, 25));
    await Promise.all([5, 6, 7, 8].map((token) => set(10 * token, token).catch(() => {})));
    expect(await on()).toEqual(first(ids, 80));
  });

  test("P8-02 keeps nothing of a step whose driver lost its lease in the middle of it", async () => {
    await users(200);
    await set(5);
    const before = await on();
    const ended = new AbortController();
    await client.query("BEGIN; LOCK feature_toggles IN ROW EXCLUSIVE MODE; LOCK slipway_release");
    const refused = expect(traffic.set(doing(going, { signal: ended.signal }), 100)).rejects.toThrow(
      "aborted",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    ended.abort();
    await client.query("COMMIT");
    await refused;
    expect(await on()).toEqual(before);
  });

  test("names the rights and the tables that it needs, and never the password", async () => {
    await client.query("DROP TABLE feature_toggles");
    await expect(set(5)).rejects.toThrow(
      /relation "feature_toggles" does not exist\. Toggles are rows of feature_toggles \(user_id, operation, enabled\), users rows of auth\.users \(id\)$/,
    );
    await client.query("DROP ROLE IF EXISTS visitor; CREATE ROLE visitor LOGIN PASSWORD 'open-sesame'");
    const visitor = new URL(url());
    visitor.username = "visitor";
    visitor.password = "open-sesame";
    await expect(cohortTraffic(async () => visitor.href).set(doing(going), 5)).rejects.toThrow(
      /permission denied for schema public\. The role needs SELECT on auth\.users/,
    );
    visitor.password = "wrong-sesame";
    const error = await cohortTraffic(async () => visitor.href)
      .read(going)
      .catch((failure: Error) => failure);
    expect(String(error)).toContain('password authentication failed for user "visitor"');
    expect(String(error)).not.toContain("sesame");
  });
});
