import { LedgerError } from "../../../components/release/ledger-store.ts";
import { JournalError } from "../journal/journal.ts";
import { LeaseLost } from "../ledger/lease.ts";
import type { RolloutEvent } from "../machine/event.ts";
import { waitBefore } from "../machine/failed.ts";
import { isOver, nextLookAt } from "../machine/look.ts";
import { reduce } from "../machine/reduce.ts";
import type { RolloutState } from "../machine/state.ts";
import { releaseCommand } from "../show/commands.ts";
import { type Clock, SYSTEM_CLOCK, within } from "./clock.ts";
import type { Course } from "./course.ts";
import { EffectRun, GRACE_MILLISECONDS } from "./effect-run.ts";
import { unheard } from "./entry.ts";
import { LookRun } from "./look-run.ts";
import type { DriveOptions } from "./options.ts";

const POLL_SECONDS = 3;

/** How a drive ended. */
export interface DriveEnd {
  readonly state: RolloutState;
  /** Whether a person ended this process first: the release is as `state` says, and can be gone on with. */
  readonly interrupted: boolean;
}

/** Drives one release: does what its state wants, looks at its gates, and listens to people. */
export class Driver {
  readonly #options: DriveOptions;
  readonly #clock: Clock;
  readonly #course: Course;
  #effect: EffectRun | undefined;
  #look: LookRun | undefined;
  #listenAt = 0;
  /** When which effect is tried again. */
  #retry = { n: 0, at: 0 };
  #isLedgerAway = false;

  constructor(options: DriveOptions, course: Course) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#course = course;
  }

  get #state(): RolloutState {
    return this.#course.state;
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  /** When the effect that is due may begin. */
  get #notBefore(): number {
    return this.#retry.n === this.#state.effect?.n ? this.#retry.at : 0;
  }

  /** @throws LeaseLost, JournalError, CommandFailure; nothing of it goes on then */
  async run(): Promise<DriveEnd> {
    const { signal } = this.#options;
    try {
      while (!isOver(this.#state) && signal?.aborted !== true) {
        await this.#begin();
        await this.#rest();
        await this.#collect();
        await this.#listen();
      }
      const interrupted = !isOver(this.#state);
      if (interrupted) await this.#leave();
      await this.#giveBack();
      return { state: this.#state, interrupted };
    } catch (error) {
      await this.#effect?.end();
      if (!(error instanceof LeaseLost)) await this.#giveBack();
      throw error;
    } finally {
      await this.#course.close();
    }
  }

  /** Begins what is to be done, once nothing else goes on, and a look that is due. */
  async #begin(): Promise<void> {
    const { effect, heldSince } = this.#state;
    if (this.#effect !== undefined && this.#effect.effect.n !== effect?.n) {
      const { kind } = this.#effect.effect;
      if (!(await this.#effect.end())) this.#options.report(`"${kind}" was told to end and doesn't`);
      this.#effect = undefined;
    }
    const { hold } = this.#course;
    if (this.#effect === undefined && effect !== undefined && this.#now >= this.#notBefore && hold.isLive) {
      this.#effect = new EffectRun(this.#options, this.#clock, this.#state, effect, hold.token);
    }
    if (this.#look?.heldSince !== heldSince) this.#look = undefined;
    const next = nextLookAt(this.#state);
    if (this.#look === undefined && heldSince !== undefined && next !== undefined && this.#now >= +next) {
      this.#look = new LookRun(this.#options, this.#clock, this.#state, heldSince);
    }
  }

  /** Waits for whatever comes first. */
  async #rest(): Promise<void> {
    const { signal } = this.#options;
    const next = this.#look === undefined ? nextLookAt(this.#state) : undefined;
    const until = Math.min(
      this.#listenAt,
      // Without a lease nothing may go on: it is renewed, or everything stops.
      Math.max(this.#now, this.#course.hold.until),
      ...(this.#notBefore > this.#now ? [this.#notBefore] : []),
      ...(next === undefined ? [] : [+next]),
    );
    const early = new AbortController();
    const signals = signal === undefined ? [early.signal] : [early.signal, signal];
    await Promise.race([
      this.#clock.sleep(until - this.#now, AbortSignal.any(signals)),
      ...[this.#effect, this.#look].flatMap((run) => run?.over ?? []),
    ]);
    early.abort();
  }

  /** Writes down what became of what was done, and what was seen. */
  async #collect(): Promise<void> {
    const run = this.#effect;
    if (run?.outcome !== undefined) {
      this.#effect = undefined;
      await this.#tell({ at: this.#course.now, effect: run.effect.n, ...run.outcome });
      this.#retry = { n: run.effect.n, at: this.#now + waitBefore(this.#state) * 1000 };
    }
    const found = this.#look?.found;
    if (found === undefined) return;
    const isAboutThis = this.#look?.heldSince === this.#state.heldSince;
    this.#look = undefined;
    if (isAboutThis) await this.#tell({ kind: "judged", at: this.#course.now, ...found });
  }

  /** Hears what people asked, and keeps the lease. */
  async #listen(): Promise<void> {
    if (this.#now < this.#listenAt && this.#course.hold.isLive) return;
    this.#listenAt = this.#now + (this.#options.pollSeconds ?? POLL_SECONDS) * 1000;
    try {
      await this.#course.catchUp();
      const { commands } = await this.#course.hold.hear();
      this.#isLedgerAway = false;
      for (const { command, by, reason } of unheard(commands, this.#course.heard)) {
        const why = reason === undefined ? {} : { reason };
        await this.#tell({ kind: "asked", at: this.#course.now, command, by, ...why });
      }
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#course.mustBeLive(error);
      if (!this.#isLedgerAway) this.#options.report(`going on without the ledger: ${error.message}`);
      this.#isLedgerAway = true;
    }
  }

  async #tell(event: RolloutEvent): Promise<void> {
    const before = this.#state;
    try {
      await this.#course.tell(event);
    } catch (error) {
      if (error instanceof JournalError) await this.#takeBackUnwritten(before, event);
      throw error;
    }
  }

  /**
   * What can't be written down isn't done, but for one thing: traffic that has to be taken back is. Whoever goes on finds it
   * changed, and ends the release.
   */
  async #takeBackUnwritten(before: RolloutState, event: RolloutEvent): Promise<void> {
    const state = reduce(before, event);
    const { effect } = state;
    if (effect?.kind !== "withdraw" || before.effect?.kind === "withdraw" || !this.#course.hold.isLive)
      return;
    this.#options.report("the journal can't be written: the traffic is taken back, then this process ends");
    await this.#effect?.end();
    await this.#course.sayWithdrawn();
    this.#effect = new EffectRun(this.#options, this.#clock, state, effect, this.#course.hold.token);
    await this.#effect.over;
  }

  /** Ends what goes on and leaves the release as it is. Traffic that is being taken back is: nothing is quicker. */
  async #leave(): Promise<void> {
    const run = this.#effect;
    if (run !== undefined && (run.effect.kind === "withdraw" || (await run.end()))) await run.over;
    if (run?.outcome?.kind === "done") await this.#collect();
    const { state } = this.#course;
    this.#options.report(
      `stopped; release ${state.release} is ${state.phase}, its candidate has ${state.weight} % of the traffic. To go on: ${releaseCommand("resume", state.target)}`,
    );
  }

  async #giveBack(): Promise<void> {
    const settled = this.#options.actuator.settled?.();
    if (settled !== undefined) await within(this.#clock, GRACE_MILLISECONDS, settled);
    await this.#course.hold.giveBack();
  }
}
