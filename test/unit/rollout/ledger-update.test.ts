import fc from "fast-check";
import { expect, test } from "vitest";
import { pruneHistory, readEntry, updateEntry } from "../../../automation/rollout/ledger/update.ts";
import { EMPTY_ENTRY, EMPTY_LEDGER, type EndedRelease } from "../../../components/release/ledger.ts";
import { LedgerError } from "../../../components/release/ledger-store.ts";
import { MemoryLedger } from "../../support/ledger/memory.ts";

const KEY = "shop/api";

const release = (n: number): EndedRelease => ({
  release: `r${n}`,
  strategy: "canary",
  from: `shop/api:${n}`,
  to: `shop/api:${n + 1}`,
  began: "2026-11-21T12:00:00.000Z",
  ended: "2026-11-21T13:00:00.000Z",
  outcome: "promoted",
  reason: "healthy",
  by: "ada",
});

test("no update is lost, whatever comes between whose reads and writes", async () => {
  const writers = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), writers, async (scheduler, turns) => {
      const step = (what: string) => scheduler.schedule(Promise.resolve(), what);
      const store = new MemoryLedger(step);
      const waiting = { wait: () => step("wait"), random: () => 0.5 };
      const write = async (writer: number, turn: number) => {
        const by = `${writer}.${turn}`;
        await updateEntry(
          store,
          `shop/${turn % 2}`,
          (entry) => ({ ...entry, commands: [...entry.commands, { command: "pause", by, at: "now" }] }),
          waiting,
        );
      };
      const all = turns.map(async (count, writer) => {
        for (let turn = 0; turn < count; turn++) await write(writer, turn);
      });
      await scheduler.waitFor(Promise.all(all));
      const said = Object.values(store.ledger.services).flatMap(({ commands }) =>
        commands.map(({ by }) => by),
      );
      const expected = turns.flatMap((count, writer) =>
        Array.from({ length: count }, (_, turn) => `${writer}.${turn}`),
      );
      expect(said.toSorted()).toEqual(expected.toSorted());
      expect(store.written).toHaveLength(expected.length);
    }),
  );
});

test("it waits longer and longer, at random, and gives up with an error that names the store", async () => {
  const store = new MemoryLedger();
  const waited: number[] = [];
  const waiting = { wait: async (milliseconds: number) => void waited.push(milliseconds), random: () => 0.5 };
  const busy = updateEntry(
    store,
    KEY,
    (entry) => {
      store.written.push(EMPTY_LEDGER);
      return { ...entry, token: 1 };
    },
    waiting,
  );
  await expect(busy).rejects.toThrow(
    new LedgerError(
      "the ledger memory:test was changed by others 40 times while shop/api was to be changed: too many write to it. See what else does, or give each stack a ledger of its own.",
    ),
  );
  expect(waited.slice(0, 9)).toEqual([10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
  expect(waited).toHaveLength(40);
});

test("nothing is written where there is nothing to change, or the change throws", async () => {
  const store = new MemoryLedger();
  expect(await updateEntry(store, KEY, (entry) => entry)).toEqual(EMPTY_ENTRY);
  const refuse = () => {
    throw new Error("not now");
  };
  await expect(updateEntry(store, KEY, refuse)).rejects.toThrow("not now");
  expect(store.written).toEqual([]);
  expect(await readEntry(store, KEY)).toEqual(EMPTY_ENTRY);
});

test("other services stay as they are", async () => {
  const store = new MemoryLedger();
  await updateEntry(store, "shop/web", (entry) => ({ ...entry, stable: { image: "shop/web:1" } }));
  await updateEntry(store, KEY, (entry) => ({ ...entry, stable: { image: "shop/api:1" } }));
  expect(store.ledger.services).toEqual({
    "shop/web": { ...EMPTY_ENTRY, stable: { image: "shop/web:1" } },
    "shop/api": { ...EMPTY_ENTRY, stable: { image: "shop/api:1" } },
  });
});

test("EA-10 of a service's ended releases the last fifty are kept", async () => {
  const store = new MemoryLedger();
  const history = Array.from({ length: 50 }, (_, n) => release(n));
  await updateEntry(store, KEY, (entry) => ({ ...entry, history }));
  expect(store.ledger.services[KEY]?.history).toEqual(history);
  const entry = await updateEntry(store, KEY, (before) => ({
    ...before,
    history: [...before.history, release(50)],
  }));
  expect(entry.history.map(({ release: id }) => id)).toEqual(
    Array.from({ length: 50 }, (_, n) => `r${n + 1}`),
  );
  expect(store.ledger.services[KEY]?.history).toEqual(entry.history);
  expect(pruneHistory(entry)).toBe(entry);
});
