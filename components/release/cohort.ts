import { createHash } from "node:crypto";

/** Buckets that users fall into: one for each percent. */
const BUCKETS = 100;

/**
 * The bucket of a user, 0 to 99: the same at each step of a release, and of each release. Who is in at 5 % is in at 25 %.
 *
 * SHA-256 of the id's text, its first four bytes as a number, modulo 100. Not PostgreSQL's `hashtext`, which may give other
 * values in another version. Replacing it moves every user into another bucket.
 *
 * @param userId as PostgreSQL writes it: a UUID in lower case
 */
export function bucketOf(userId: string): number {
  return createHash("sha256").update(userId, "utf8").digest().readUInt32BE(0) % BUCKETS;
}

/** The same in SQL, for PostgreSQL 11 or newer. @param column that holds the user's id, such as `id`; nothing that was typed */
export function bucketSql(column: string): string {
  const digest = `encode(sha256(convert_to(${column}::text, 'UTF8')), 'hex')`;
  return `(('x' || left(${digest}, 8))::bit(32)::bigint % ${BUCKETS})`;
}
