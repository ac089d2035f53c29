import {
  EMPTY_LEDGER,
  type Ledger,
  type LedgerEntry,
  ledgerSchema,
} from "../../../components/release/ledger.ts";
import { LedgerError, type LedgerStore } from "../../../components/release/ledger-store.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedProcess } from "./process.ts";

/** How often a store's answers go wrong, as shares of all. */
export interface LedgerFaults {
  /** It can't be reached. */
  readonly unreachable: number;
  /** What was written is there, and the answer is lost. */
  readonly lost: number;
  /** Someone else was quicker. */
  readonly conflict: number;
  /** No answer ever comes. */
  readonly silent: number;
}

/** A ledger in a simulated world. */
export class SimulatedLedger {
  ledger: Ledger = EMPTY_LEDGER;
  /** Until then nobody reaches it. */
  awayUntil = 0;
  readonly #chance: Chance;
  readonly #faults: LedgerFaults;
  #version = 0;

  constructor(chance: Chance, faults: LedgerFaults) {
    this.#chance = chance;
    this.#faults = faults;
  }

  /** Changes an entry at once, as someone whose writes always come through. */
  change(key: string, entry: LedgerEntry): void {
    this.ledger = { ...this.ledger, services: { ...this.ledger.services, [key]: entry } };
    this.#version += 1;
  }

  /** The store as a process sees it. */
  seenBy(process: SimulatedProcess): LedgerStore {
    const { unreachable, lost, conflict, silent } = this.#faults;
    const address = "memory:ledger";
    const version = () => (this.#version === 0 ? undefined : String(this.#version));
    const request = async <T>(happen: () => T): Promise<T> => {
      if (process.now().getTime() < this.awayUntil || this.#chance.happens(unreachable)) {
        await process.act(100, () => {});
        throw new LedgerError(`${address} can't be reached`);
      }
      if (this.#chance.happens(silent)) return await new Promise<never>(() => {});
      return await process.act(this.#chance.between(5, 300), happen);
    };
    return {
      address,
      read: () => request(() => ({ ledger: this.ledger, version: version() })),
      write: async (ledger, expected) => {
        const written = await request(() => {
          if (expected !== version() || this.#chance.happens(conflict)) return undefined;
          this.ledger = ledgerSchema.parse(JSON.parse(JSON.stringify(ledger)));
          this.#version += 1;
          return String(this.#version);
        });
        if (this.#chance.happens(lost)) throw new LedgerError(`${address}: the connection was lost`);
        return written;
      },
    };
  }
}
