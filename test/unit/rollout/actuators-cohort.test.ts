import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { databaseUrl, withDatabase } from "../../../automation/rollout/actuators/database.ts";
import { bucketOf } from "../../../components/release/cohort.ts";

describe("bucketOf", () => {
  test("P8-02 never changes: a release that goes on tomorrow has the same users", () => {
    const ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002", "42"];
    expect(ids.map(bucketOf)).toEqual([48, 71, 28]);
  });

  test("P8-02 spreads users evenly: no bucket of 20,000 users is far from a hundredth", () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (let user = 0; user < 20_000; user += 1) {
      const bucket = bucketOf(`user-${user}`);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(counts).toHaveLength(100);
    // Six standard deviations of a binomial count.
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(6 * Math.sqrt(200 * 0.99));
  });
});

describe("the database's address", () => {
  const SECRET = "postgresql://app:secret@db.internal/app";
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), "slipway-url-")), "url");
    writeFileSync(path, text);
    return path;
  };

  test("P8-02 comes from a file or the environment", async () => {
    expect(await databaseUrl({ SLIPWAY_DATABASE_URL: SECRET })).toBe(SECRET);
    const both = { SLIPWAY_DATABASE_URL_FILE: file(`${SECRET}\n`), SLIPWAY_DATABASE_URL: "postgres://other" };
    expect(await databaseUrl(both)).toBe(SECRET);
  });

  test("P8-02 where it is missing or none, says so and never quotes it", async () => {
    await expect(databaseUrl({})).rejects.toThrow(
      "nothing says where the users' toggles are: set SLIPWAY_DATABASE_URL to the database's address, or SLIPWAY_DATABASE_URL_FILE to a file that holds it",
    );
    await expect(databaseUrl({ SLIPWAY_DATABASE_URL: "mysql://app:secret@db" })).rejects.toThrow(
      /^SLIPWAY_DATABASE_URL holds no address of a PostgreSQL database: it has to begin with postgresql:\/\/$/,
    );
    await expect(databaseUrl({ SLIPWAY_DATABASE_URL_FILE: "/nowhere/url" })).rejects.toThrow(
      'the file "/nowhere/url" of SLIPWAY_DATABASE_URL_FILE can\'t be read: ENOENT',
    );
  });

  test("P8-02 says that nobody answers there", async () => {
    const nobody = withDatabase("postgresql://app:secret@127.0.0.1:1/app", async () => 1);
    await expect(nobody).rejects.toThrow(
      "the users' toggles can't be reached or changed: connect ECONNREFUSED 127.0.0.1:1",
    );
  });
});
