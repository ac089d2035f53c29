import { z } from "zod";

/*
 * The release ledger: which version of each service is stable, which is a candidate, and how much of the traffic it has. The
 * program reads it, the rollout writes it; so a deployment in the middle of a release changes no weight.
 */

/** One version of a service. */
const versionSchema = z.strictObject({
  /** Container image, as the stack file writes it; or, for a cohort, the name of what is turned on. */
  image: z.string(),
  /** Name of the revision that it runs as, once it is there: `backend-1a2b3c4d`. */
  revision: z.string().optional(),
  /** When it got all the traffic, ISO 8601. */
  since: z.string().optional(),
  /** Release that brought it. */
  release: z.string().optional(),
});

const candidateSchema = z.strictObject({
  image: z.string(),
  revision: z.string().optional(),
  /** Percent of the traffic that it is to have. */
  percent: z.int().min(0).max(100),
  /** Gives it an address of its own: `canary-1a2b3c4`. */
  tag: z.string(),
  /** Whether it stands there at the size of the stable version, whatever its share. */
  fullSize: z.boolean().optional(),
  /** Requests with this header always reach it. */
  header: z.strictObject({ name: z.string(), value: z.string() }).optional(),
});

const leaseSchema = z.strictObject({
  /** Who drives: host, process, and a random part. */
  holder: z.string(),
  /** Rises with each lease of the service. Who acts under a lower one than the ledger's has been replaced. */
  token: z.int().positive(),
  /** When it was taken, ISO 8601. */
  since: z.string().optional(),
  /** After it anyone may take over, ISO 8601. */
  until: z.string(),
});

const commandSchema = z.strictObject({
  command: z.enum(["pause", "resume", "promote", "abort"]),
  by: z.string(),
  at: z.string(),
  reason: z.string().optional(),
});

const endedSchema = z.strictObject({
  release: z.string(),
  strategy: z.string(),
  from: z.string(),
  to: z.string(),
  began: z.string(),
  ended: z.string(),
  outcome: z.enum(["promoted", "rolled-back", "failed"]),
  reason: z.string(),
  by: z.string(),
});

const entrySchema = z.strictObject({
  stable: versionSchema.optional(),
  /** What was stable before: the way back after a promotion. */
  previous: versionSchema.optional(),
  candidate: candidateSchema.optional(),
  /** The release under way: its state and the head of its journal, from which any machine can go on. */
  release: z.strictObject({ id: z.string(), records: z.int(), head: z.string(), state: z.json() }).optional(),
  lease: leaseSchema.optional(),
  /** Highest token ever given out. */
  token: z.int().nonnegative().default(0),
  /** What people asked of the release under way, and nobody has heard yet. */
  commands: z.array(commandSchema).default([]),
  /** The last fifty, the newest last. */
  history: z.array(endedSchema).default([]),
});

/** Schema of a whole ledger: one for each stack. */
export const ledgerSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** By `system/service`. */
  services: z.record(z.string(), entrySchema),
});

/** A version of a service that is or was stable. */
export type Version = z.infer<typeof versionSchema>;
/** A version beside the stable one. */
export type LedgerCandidate = z.infer<typeof candidateSchema>;
/** The right to drive one service's release, for a while. */
export type Lease = z.infer<typeof leaseSchema>;
/** What a person asked of a release. */
export type ReleaseCommand = z.infer<typeof commandSchema>;
/** A release that is over. */
export type EndedRelease = z.infer<typeof endedSchema>;
/** All that is known of one service's versions. */
export type LedgerEntry = z.infer<typeof entrySchema>;
/** All that is known of a stack's versions. */
export type Ledger = z.infer<typeof ledgerSchema>;

/** A ledger in which nothing was released yet. */
export const EMPTY_LEDGER: Ledger = { schemaVersion: 1, services: {} };

/** An entry in which nothing was released yet. */
export const EMPTY_ENTRY: LedgerEntry = { token: 0, commands: [], history: [] };

/** The key of a service: `ethixai/backend`. */
export function ledgerKey(system: string, service: string): string {
  return `${system}/${service}`;
}
