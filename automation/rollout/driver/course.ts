import { LedgerError } from "../../../components/release/ledger-store.ts";
import { CommandFailure } from "../../exit.ts";
import type { RolloutEvent } from "../machine/event.ts";
import { reduce } from "../machine/reduce.ts";
import type { RolloutState } from "../machine/state.ts";
import { type Clock, SYSTEM_CLOCK, within } from "./clock.ts";
import { entryAt, type Progress } from "./entry.ts";
import type { Hold } from "./hold.ts";
import type { DriveOptions, Pen } from "./options.ts";

/** How long the ledger has before traffic is taken back without it. */
const WITHDRAW_PATIENCE_MILLISECONDS = 5_000;

const RETRY_MILLISECONDS = 3_000;

/**
 * The course of one release: each event is in the journal for good, then in the ledger, and only then is it acted upon. One
 * exception: traffic is taken back first where the ledger can't be reached, and the ledger told afterwards.
 */
export class Course {
  readonly hold: Hold;
  readonly #journal: Pen;
  readonly #options: DriveOptions;
  readonly #clock: Clock;
  #state: RolloutState | undefined;
  #heard: readonly Progress["heard"][number][];
  #isBehind = false;

  /** @param heard commands that are in the journal already, and perhaps in the ledger still */
  constructor(
    options: DriveOptions,
    hold: Hold,
    journal: Pen,
    state?: RolloutState,
    heard: Progress["heard"] = [],
  ) {
    this.hold = hold;
    this.#journal = journal;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#state = state;
    this.#heard = [...heard];
  }

  /** @throws RangeError before its beginning */
  get state(): RolloutState {
    if (this.#state === undefined) throw new RangeError("the release has not begun");
    return this.#state;
  }

  /** Commands that the ledger may hold still. */
  get heard(): Progress["heard"] {
    return this.#heard;
  }

  /** The time, as events have it. */
  get now(): string {
    return this.#clock.now().toISOString();
  }

  /**
   * Writes an event down; on return what it makes of the release may be done.
   * @throws JournalError where the journal can't be written; LeaseLost where someone else drives; CommandFailure where the ledger
   * can't be used until the lease is over
   */
  async tell(event: RolloutEvent): Promise<void> {
    if (!this.hold.isLive) await this.reach(() => this.hold.hear());
    const before = this.#state;
    const record = await this.#journal.append(event);
    const after = reduce(before, record.event);
    this.#state = after;
    if (record.event.kind === "asked") this.#heard = [...this.#heard, record.event];
    this.#options.observe?.(before, record.event, after);
    if (after.effect?.kind === "withdraw") await this.#publishSoon();
    else await this.reach(() => this.#publish());
  }

  /** Tells the ledger what it could not be told before, if anything. @throws LedgerError, LeaseLost */
  async catchUp(): Promise<void> {
    if (this.#isBehind) await this.#publish();
  }

  /** Does something with the ledger, again and again as long as the lease lasts. */
  async reach<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        this.mustBeLive(error);
        if (tries === 1) this.#options.report(`waiting for the ledger: ${error.message}`);
        await this.#clock.sleep(RETRY_MILLISECONDS);
      }
    }
  }

  /** @throws CommandFailure where the lease may be someone else's by now, and the ledger doesn't say */
  mustBeLive(error: LedgerError): void {
    if (this.hold.isLive) return;
    const { weight } = this.state;
    throw new CommandFailure(
      `${this.hold.key}: the ledger could not be reached until this process's lease was over; it stops, since another may drive the release by now. The candidate has ${weight} % of the traffic, as far as is known here. Once the ledger is there: \`slipway release status\`, then \`resume\` or \`abort\`. ${error.message}`,
    );
  }

  /** Tells the ledger that the candidate is to have nothing, where no more can be told; whether or not it hears. */
  async sayWithdrawn(): Promise<void> {
    const saying = this.hold.write(({ candidate, ...entry }) =>
      candidate === undefined ? entry : { ...entry, candidate: { ...candidate, percent: 0 } },
    );
    await within(this.#clock, WITHDRAW_PATIENCE_MILLISECONDS, saying).catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
    });
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  async #publish(): Promise<void> {
    const progress = { state: this.state, ...this.#journal.head, heard: this.#heard };
    await this.hold.write((entry) => entryAt(entry, progress));
    this.#heard = this.#heard.slice(progress.heard.length);
    this.#isBehind = false;
  }

  /** Tells the ledger, unless that takes longer than the way back may wait for it. */
  async #publishSoon(): Promise<void> {
    this.#isBehind = true;
    try {
      if ((await within(this.#clock, WITHDRAW_PATIENCE_MILLISECONDS, this.#publish())) !== undefined) return;
      this.#options.report("the ledger doesn't answer: the traffic is taken back first");
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.report(`the traffic is taken back first, the ledger is told later: ${error.message}`);
    }
  }
}
