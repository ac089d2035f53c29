import { EMPTY_LEDGER, type Ledger } from "../../../components/release/ledger.ts";
import type { LedgerSnapshot, LedgerStore } from "../../../components/release/ledger-store.ts";

/** A ledger in memory. What is asked takes as long as a test wants. */
export class MemoryLedger implements LedgerStore {
  readonly address = "memory:test";
  /** Every ledger that was ever written, the newest last. */
  readonly written: Ledger[] = [];
  readonly #delay: (what: "read" | "write") => Promise<void>;

  /** @param delay awaited before each question, and again before its answer */
  constructor(delay: (what: "read" | "write") => Promise<void> = async () => {}) {
    this.#delay = delay;
  }

  get ledger(): Ledger {
    return this.written.at(-1) ?? EMPTY_LEDGER;
  }

  get #version(): string | undefined {
    return this.written.length === 0 ? undefined : String(this.written.length);
  }

  async read(): Promise<LedgerSnapshot> {
    await this.#delay("read");
    const snapshot = { ledger: structuredClone(this.ledger), version: this.#version };
    await this.#delay("read");
    return snapshot;
  }

  async write(ledger: Ledger, expected: string | undefined): Promise<string | undefined> {
    await this.#delay("write");
    if (expected !== this.#version) return undefined;
    this.written.push(structuredClone(ledger));
    const version = this.#version;
    await this.#delay("write");
    return version;
  }
}
