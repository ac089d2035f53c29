import type { Ledger } from "./ledger.ts";

/** A ledger as it was read: what `write` has to be told, so that nobody else's change is lost. */
export interface LedgerSnapshot {
  readonly ledger: Ledger;
  /** The store's own word for what was read: a content hash, a generation, a resourceVersion. Undefined: there was none. */
  readonly version: string | undefined;
}

/** Where a stack's ledger is kept. Reading what isn't there gives an empty ledger. */
export interface LedgerStore {
  /** As the stack file writes it: `gs://bucket/path.json`. Holds no secret. */
  readonly address: string;
  /** @throws LedgerError where the store can't be reached, or holds something that is no ledger */
  read(): Promise<LedgerSnapshot>;
  /**
   * Writes a ledger if the store still holds what was read; on return it is durable.
   * @returns the new version, or undefined where someone else was quicker: read again, decide again
   * @throws LedgerError where the store can't be reached or refuses
   */
  write(ledger: Ledger, expected: string | undefined): Promise<string | undefined>;
}

/** A ledger that can't be read or written: names the store, and the ways out. */
export class LedgerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LedgerError";
  }
}
