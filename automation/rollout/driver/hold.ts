import { type Lease, type LedgerEntry, ledgerKey } from "../../../components/release/ledger.ts";
import { LedgerError } from "../../../components/release/ledger-store.ts";
import { isLive, LeaseLost, releaseLease, renewLease, takeLease, underLease } from "../ledger/lease.ts";
import { readEntry, type Waiting } from "../ledger/update.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { type Clock, SYSTEM_CLOCK, within } from "./clock.ts";
import type { DriveOptions } from "./options.ts";

const LEASE_SECONDS = 60;

/** How long a store has for an answer. */
const PATIENCE_MILLISECONDS = 15_000;

/** The lease of one service's release, and its entry in the ledger, as the one driver that has it sees them. */
export class Hold {
  readonly key: string;
  readonly #options: DriveOptions;
  readonly #clock: Clock;
  readonly #waiting: Waiting;
  readonly #seconds: number;
  #lease: Lease;

  private constructor(key: string, options: DriveOptions, lease: Lease) {
    this.key = key;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#waiting = waitingBy(this.#clock);
    this.#seconds = options.leaseSeconds ?? LEASE_SECONDS;
    this.#lease = lease;
  }

  /** @throws LeaseHeld where someone else drives; LedgerError where the ledger can't be used */
  static async take(options: DriveOptions, { system, service }: RolloutTarget): Promise<Hold> {
    const { store, holder, clock = SYSTEM_CLOCK, leaseSeconds: seconds = LEASE_SECONDS } = options;
    const key = ledgerKey(system, service);
    const terms = { holder, seconds, now: () => clock.now() };
    const taking = takeLease(store, key, terms, waitingBy(clock));
    return new Hold(key, options, await answered(options, taking));
  }

  /** A service's entry, without its lease. @throws LedgerError where the ledger can't be used */
  static async peek(options: DriveOptions, { system, service }: RolloutTarget): Promise<LedgerEntry> {
    return await answered(options, readEntry(options.store, ledgerKey(system, service)));
  }

  /** What effects are done under. */
  get token(): number {
    return this.#lease.token;
  }

  /** Until when this process may act by its own clock, in milliseconds. */
  get until(): number {
    return Date.parse(this.#lease.until);
  }

  /** Whether this process may act by its own clock. */
  get isLive(): boolean {
    return isLive(this.#lease, this.#clock.now());
  }

  /**
   * Reads the entry, and makes the lease last longer once a third of it is over.
   * @throws LeaseLost where someone else has it; LedgerError where the ledger can't be used
   */
  async hear(): Promise<LedgerEntry> {
    const { store } = this.#options;
    const entry = await this.#answered(readEntry(store, this.key));
    const { lease } = entry;
    if (lease?.token !== this.#lease.token || lease.holder !== this.#lease.holder) {
      throw new LeaseLost(this.key, this.#lease, lease);
    }
    if (this.#left > (this.#seconds * 1000 * 2) / 3) return entry;
    const terms = { seconds: this.#seconds, now: () => this.#clock.now() };
    this.#lease = await this.#answered(renewLease(store, this.key, this.#lease, terms, this.#waiting));
    return entry;
  }

  /** @throws LeaseLost where someone else has the lease; LedgerError where the ledger can't be used */
  async write(change: (entry: LedgerEntry) => LedgerEntry): Promise<void> {
    await this.#answered(underLease(this.#options.store, this.key, this.#lease, change, this.#waiting));
  }

  /** Gives the lease back, so that nobody waits for its end; where that fails it ends by itself. */
  async giveBack(): Promise<void> {
    const { store, report } = this.#options;
    await this.#answered(releaseLease(store, this.key, this.#lease, this.#waiting)).catch((error: unknown) =>
      report(
        `the lease of ${this.key} was not given back and ends by itself, ${this.#lease.until}: ${error}`,
      ),
    );
  }

  get #left(): number {
    return this.until - this.#clock.now().getTime();
  }

  /** The end of the lease isn't slept through over a store that doesn't answer. */
  async #answered<T>(work: Promise<T>): Promise<T> {
    return await answered(this.#options, work, this.#left > 0 ? this.#left : PATIENCE_MILLISECONDS);
  }
}

/** A store that doesn't answer is one that can't be used. */
async function answered<T>(
  { store, clock = SYSTEM_CLOCK }: DriveOptions,
  work: Promise<T>,
  most = PATIENCE_MILLISECONDS,
): Promise<T> {
  const patience = Math.min(PATIENCE_MILLISECONDS, most);
  const answer = await within(clock, patience, work);
  if (answer !== undefined) return answer.value;
  throw new LedgerError(`the ledger ${store.address} gave no answer in ${Math.ceil(patience / 1000)} s`);
}

function waitingBy(clock: Clock): Waiting {
  return { wait: (milliseconds) => clock.sleep(milliseconds), random: Math.random };
}
