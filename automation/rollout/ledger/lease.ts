import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Lease, LedgerEntry } from "../../../components/release/ledger.ts";
import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import { updateEntry, type Waiting } from "./update.ts";

/**
 * How far two machines' clocks may be apart for a lease to lapse on both alike: whoever takes over waits that much longer.
 * Machines that follow a time server differ by less than a tenth of a second; five cover one that has lost its server for
 * weeks (quartz drifts about a second in twelve days). Clocks further apart do no harm to the ledger: the token sees to that.
 */
export const CLOCK_SKEW_SECONDS = 5;

/** Who takes a lease, and for how long. */
export interface LeaseTerms {
  /** From `leaseHolder`. */
  readonly holder: string;
  /** From now on; whoever has it renews it well before. */
  readonly seconds: number;
  readonly now: () => Date;
}

/** Someone else drives the release. */
export class LeaseHeld extends Error {
  readonly key: string;
  readonly lease: Lease;

  constructor(key: string, lease: Lease) {
    const since = lease.since === undefined ? "" : ` since ${lease.since}`;
    super(
      `${key}: ${lease.holder} drives its release${since}; its lease runs until ${lease.until} and is renewed as long as it lives. Wait for it to end, watch it with \`slipway release status\`, or have it taken back with \`slipway release abort\`. If it has died, anyone may go on ${CLOCK_SKEW_SECONDS} s after ${lease.until}.`,
    );
    this.name = "LeaseHeld";
    this.key = key;
    this.lease = lease;
  }
}

/** The lease went to someone else: whoever meets this must do nothing more to the service. */
export class LeaseLost extends Error {
  readonly key: string;

  constructor(key: string, lease: Lease, there: Lease | undefined) {
    super(
      `${key}: this process lost its lease (${lease.token}) and stops; ${there === undefined ? "nobody has one now" : `${there.holder} goes on with the release under a newer one (${there.token})`}. Nothing was written. \`slipway release status\` shows what goes on.`,
    );
    this.name = "LeaseLost";
    this.key = key;
  }
}

/** A name for this process that no other has: host, process, and a random part. */
export function leaseHolder(): string {
  return `${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`;
}

/** Whether whoever has a lease may still act by its own clock. */
export function isLive(lease: Lease, now: Date): boolean {
  return now.getTime() < Date.parse(lease.until);
}

/** Whether someone else may take over. */
function hasLapsed(lease: Lease, now: Date): boolean {
  return now.getTime() >= Date.parse(lease.until) + CLOCK_SKEW_SECONDS * 1000;
}

const isSame = (lease: Lease, other: Lease | undefined) =>
  other !== undefined && lease.token === other.token && lease.holder === other.holder;

const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

/**
 * Takes the lease of a service, with a token higher than any before.
 * @throws LeaseHeld where someone else has it; LedgerError where the store can't be used
 */
export async function takeLease(
  store: LedgerStore,
  key: string,
  { holder, seconds, now }: LeaseTerms,
  waiting?: Waiting,
): Promise<Lease> {
  const change = (entry: LedgerEntry): LedgerEntry => {
    const time = now();
    const { lease } = entry;
    // One's own is there already where the answer to the write that made it was lost.
    if (lease !== undefined && lease.holder !== holder && !hasLapsed(lease, time)) {
      throw new LeaseHeld(key, lease);
    }
    const token = Math.max(entry.token, lease?.token ?? 0) + 1;
    const taken = { holder, token, since: time.toISOString(), until: after(time, seconds) };
    return { ...entry, token, lease: taken };
  };
  return (await updateEntry(store, key, change, waiting)).lease as Lease;
}

/**
 * Makes a lease last longer, also one that has lapsed if nobody took it.
 * @returns the lease as it is now
 * @throws LeaseLost where it is someone else's; LedgerError where the store can't be used
 */
export async function renewLease(
  store: LedgerStore,
  key: string,
  lease: Lease,
  { seconds, now }: Pick<LeaseTerms, "seconds" | "now">,
  waiting?: Waiting,
): Promise<Lease> {
  const renew = (entry: LedgerEntry): LedgerEntry => {
    const current = held(key, entry, lease);
    const until = after(now(), seconds);
    // A clock that was put back doesn't shorten it.
    return until <= current.until ? entry : { ...entry, lease: { ...current, until } };
  };
  return (await updateEntry(store, key, renew, waiting)).lease as Lease;
}

/** Gives a lease back, so that nobody has to wait for its end. Nothing happens where it is someone else's by now. */
export async function releaseLease(
  store: LedgerStore,
  key: string,
  lease: Lease,
  waiting?: Waiting,
): Promise<void> {
  const release = (entry: LedgerEntry): LedgerEntry => {
    if (!isSame(lease, entry.lease)) return entry;
    const { lease: _released, ...rest } = entry;
    return rest;
  };
  await updateEntry(store, key, release, waiting);
}

/**
 * Changes an entry as the one who drives its release: one that was replaced can't write. The lease itself stays as it is.
 * @returns the entry as it was written
 * @throws LeaseLost where the lease is someone else's; LedgerError where the store can't be used
 */
export async function underLease(
  store: LedgerStore,
  key: string,
  lease: Lease,
  change: (entry: LedgerEntry) => LedgerEntry,
  waiting?: Waiting,
): Promise<LedgerEntry> {
  const fenced = (entry: LedgerEntry): LedgerEntry => {
    const current = held(key, entry, lease);
    const changed = change(entry);
    return changed === entry ? entry : { ...changed, token: entry.token, lease: current };
  };
  return await updateEntry(store, key, fenced, waiting);
}

function held(key: string, entry: LedgerEntry, lease: Lease): Lease {
  if (entry.lease === undefined || !isSame(lease, entry.lease)) throw new LeaseLost(key, lease, entry.lease);
  return entry.lease;
}
