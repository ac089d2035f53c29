import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CLOCK_SKEW_SECONDS,
  isLive,
  LeaseHeld,
  LeaseLost,
  releaseLease,
  renewLease,
  takeLease,
  underLease,
} from "../../../automation/rollout/ledger/lease.ts";
import type { Lease, LedgerEntry } from "../../../components/release/ledger.ts";
import { MemoryLedger } from "../../support/ledger/memory.ts";

const KEY = "shop/api";
const SECONDS = 10;

/** What a driver does next. */
const action = fc.constantFrom("take" as const, "renew" as const, "write" as const, "release" as const);

/** Each driver's clock, and what it does; the clocks are never further apart than the lease allows for. */
const driver = fc.record({
  ahead: fc.integer({ min: 0, max: CLOCK_SKEW_SECONDS * 1000 }),
  actions: fc.array(action, { minLength: 3, maxLength: 9 }),
});

/** Time that passes somewhere in between, in seconds. */
const ticks = fc.array(fc.integer({ min: 1, max: 2 * SECONDS }), { maxLength: 8 });

/** Drivers over one ledger, in an order that a scheduler chooses; what they did, and what they believed while they did it. */
class Race {
  time = Date.parse("2026-11-21T12:00:00.000Z");
  /** Lease that each driver believes to have. */
  readonly believed = new Map<string, Lease>();
  /** Writes that each driver was told of. */
  readonly told: string[] = [];
  /** Leases that were refused, or lost. */
  readonly refused: unknown[] = [];
  readonly store: MemoryLedger;
  readonly #step: (what: string) => Promise<void>;
  #writes = 0;

  constructor(step: (what: string) => Promise<void>) {
    this.#step = step;
    this.store = new MemoryLedger(step);
  }

  async drive(holder: string, { ahead, actions }: { ahead: number; actions: readonly string[] }) {
    const now = () => new Date(this.time + ahead);
    const terms = { holder, seconds: SECONDS, now };
    const waiting = { wait: () => this.#step("wait"), random: () => 0.5 };
    const { store } = this;
    for (const each of actions) {
      const lease = this.believed.get(holder);
      try {
        if (each === "take") this.believed.set(holder, await takeLease(store, KEY, terms, waiting));
        else if (lease === undefined) await this.#step("idle");
        else if (each === "renew") {
          this.believed.set(holder, await renewLease(store, KEY, lease, terms, waiting));
        } else if (each === "release") {
          this.believed.delete(holder);
          await releaseLease(store, KEY, lease, waiting);
        } else await this.#write(lease, waiting);
      } catch (error) {
        if (error instanceof LeaseLost) this.believed.delete(holder);
        this.refused.push(error);
      }
      this.#checkBeliefs();
    }
  }

  async #write(lease: Lease, waiting: Parameters<typeof underLease>[4]) {
    const by = `${lease.token}#${++this.#writes}`;
    const note = { command: "pause" as const, by, at: "" };
    const change = (entry: LedgerEntry) => ({ ...entry, commands: [...entry.commands, note] });
    await underLease(this.store, KEY, lease, change, waiting);
    this.told.push(by);
  }

  async pass(seconds: number) {
    await this.#step("tick");
    this.time += seconds * 1000;
    this.#checkBeliefs();
  }

  /** Whoever may still act, by any clock that is right enough, is who the ledger names. */
  #checkBeliefs() {
    const named = this.store.ledger.services[KEY]?.lease;
    for (const [holder, lease] of this.believed) {
      if (isLive(lease, new Date(this.time))) expect(named).toMatchObject({ holder });
    }
  }
}

test("EA-10 drivers race for a release: never two hold it, tokens rise, and who was replaced writes nothing", async () => {
  const seen = { taken: 0, held: 0, lost: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(driver, { minLength: 2, maxLength: 3 }),
      ticks,
      async (scheduler, drivers, passing) => {
        const race = new Race((what) => scheduler.schedule(Promise.resolve(), what));
        const clock = async () => {
          for (const seconds of passing) await race.pass(seconds);
        };
        const all = drivers.map((each, index) => race.drive(`driver-${index}`, each));
        await scheduler.waitFor(Promise.all([clock(), ...all]));

        const entries = race.store.written.map(({ services }) => services[KEY] as LedgerEntry);
        let before: LedgerEntry | undefined;
        for (const entry of entries) {
          expect(entry.token).toBeGreaterThanOrEqual(before?.token ?? 0);
          const [was, is] = [before?.lease, entry.lease];
          if (is !== undefined && (is.holder !== was?.holder || is.token !== was.token)) {
            // A new lease: under a token that nobody had.
            expect(is.token).toBe((before?.token ?? 0) + 1);
            expect(entry.token).toBe(is.token);
            seen.taken += 1;
          }
          if (entry.commands.length !== (before?.commands.length ?? 0)) {
            // A write: of nobody but who has the lease.
            expect(entry.commands.length).toBe((before?.commands.length ?? 0) + 1);
            expect(entry.commands.at(-1)?.by.split("#")[0]).toBe(String(is?.token));
          }
          before = entry;
        }
        // What drivers were told is written is all that is written, each once.
        expect((before?.commands ?? []).map(({ by }) => by).toSorted()).toEqual(race.told.toSorted());
        for (const error of race.refused) {
          if (error instanceof LeaseHeld) seen.held += 1;
          else if (error instanceof LeaseLost) seen.lost += 1;
          else throw error;
        }
      },
    ),
    { numRuns: 300 },
  );
  // The races were races.
  expect(Math.min(seen.taken, seen.held, seen.lost)).toBeGreaterThan(20);
});
