import { setTimeout as sleep } from "node:timers/promises";
import { EMPTY_ENTRY, type LedgerEntry } from "../../../components/release/ledger.ts";
import { LedgerError, type LedgerStore } from "../../../components/release/ledger-store.ts";

/** Ended releases that a ledger keeps of each service. */
const HISTORY = 50;

/** How often a change is tried against others' before it is given up. With the waits below: about a minute. */
const TRIES = 40;
const FIRST_WAIT_MILLISECONDS = 20;
const LONGEST_WAIT_MILLISECONDS = 2_000;

/** How waiting is done; given by tests. */
export interface Waiting {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const REAL: Waiting = { wait: async (milliseconds) => void (await sleep(milliseconds)), random: Math.random };

/** A service's entry as a store has it now; an empty one where nothing was released yet. */
export async function readEntry(store: LedgerStore, key: string): Promise<LedgerEntry> {
  return (await store.read()).ledger.services[key] ?? EMPTY_ENTRY;
}

/**
 * Changes one service's entry so that no change of anybody else is lost: reads it, changes it, writes it if it is still what was
 * read, and else begins again. On return the change is durable.
 * @param change pure: it may be asked several times. Gives back what it got where there is nothing to change; what it throws
 * ends the update, with nothing written
 * @returns the entry as it was written
 * @throws LedgerError where the store can't be used, or others are quicker each time
 */
export async function updateEntry(
  store: LedgerStore,
  key: string,
  change: (entry: LedgerEntry) => LedgerEntry,
  { wait, random }: Waiting = REAL,
): Promise<LedgerEntry> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { ledger, version } = await store.read();
    const before = ledger.services[key] ?? EMPTY_ENTRY;
    const changed = change(before);
    if (changed === before) return before;
    const after = pruneHistory(changed);
    const services = { ...ledger.services, [key]: after };
    if ((await store.write({ ...ledger, services }, version)) !== undefined) return after;
    const longest = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** tries);
    await wait(longest * random());
  }
  throw new LedgerError(
    `the ledger ${store.address} was changed by others ${TRIES} times while ${key} was to be changed: too many write to it. See what else does, or give each stack a ledger of its own.`,
  );
}

/** An entry with its last fifty ended releases. */
export function pruneHistory(entry: LedgerEntry): LedgerEntry {
  return entry.history.length <= HISTORY ? entry : { ...entry, history: entry.history.slice(-HISTORY) };
}
