import { expect, test } from "vitest";
import { updateEntry } from "../../../automation/rollout/ledger/update.ts";
import { EMPTY_ENTRY, EMPTY_LEDGER, type Ledger } from "../../../components/release/ledger.ts";
import type { LedgerStore } from "../../../components/release/ledger-store.ts";

/** A ledger in which one service has a stable version. */
export function ledgerWith(image: string): Ledger {
  return { schemaVersion: 1, services: { "shop/api": { ...EMPTY_ENTRY, stable: { image } } } };
}

/** Adds one command, which names who asked, to `shop/api`. */
export async function ask(store: LedgerStore, by: string): Promise<void> {
  await updateEntry(store, "shop/api", (entry) => ({
    ...entry,
    commands: [...entry.commands, { command: "pause", by, at: "2026-11-21T12:00:00.000Z" }],
  }));
}

/** Who asked of `shop/api`, in the order in which the ledger has it. */
export async function asked(store: LedgerStore): Promise<string[]> {
  const { ledger } = await store.read();
  return (ledger.services["shop/api"]?.commands ?? []).map(({ by }) => by);
}

/**
 * What every store of ledgers has to do, as tests.
 * @param fresh for a store in which nothing is: gives several ways to it, as several processes have them
 */
export function testLedgerLaws(fresh: () => Promise<() => LedgerStore>): void {
  test("reads an empty ledger where there is none, and makes nothing by that", async () => {
    const open = await fresh();
    expect(await open().read()).toEqual({ ledger: EMPTY_LEDGER, version: undefined });
    expect(await open().read()).toEqual({ ledger: EMPTY_LEDGER, version: undefined });
  });

  test("gives back what was written, under the version that the write told", async () => {
    const open = await fresh();
    const first = await open().write(ledgerWith("shop/api:1 \u{1F6A2}"), undefined);
    expect(first).toEqual(expect.any(String));
    expect(await open().read()).toEqual({ ledger: ledgerWith("shop/api:1 \u{1F6A2}"), version: first });
    const second = await open().write(ledgerWith("shop/api:2"), first);
    expect(second).not.toBe(first);
    expect(await open().read()).toEqual({ ledger: ledgerWith("shop/api:2"), version: second });
  });

  test("refuses a write over what was not read", async () => {
    const open = await fresh();
    const store = open();
    const first = await store.write(ledgerWith("shop/api:1"), undefined);
    expect(await open().write(ledgerWith("shop/api:other"), undefined)).toBeUndefined();
    await store.write(ledgerWith("shop/api:2"), first);
    expect(await open().write(ledgerWith("shop/api:other"), first)).toBeUndefined();
    expect((await open().read()).ledger).toEqual(ledgerWith("shop/api:2"));
  });

  test("refuses a write over what was never there", async () => {
    const open = await fresh();
    expect(await open().write(ledgerWith("shop/api:1"), "12345")).toBeUndefined();
    expect(await open().read()).toEqual({ ledger: EMPTY_LEDGER, version: undefined });
  });

  test("loses no change where several change it at once", async () => {
    const open = await fresh();
    const people = ["ada", "ben", "cleo", "dan"];
    const turns = [1, 2, 3, 4];
    await Promise.all(
      people.map(async (name) => {
        const store = open();
        for (const turn of turns) await ask(store, `${name} ${turn}`);
      }),
    );
    const all = await asked(open());
    expect(all.toSorted()).toEqual(people.flatMap((name) => turns.map((turn) => `${name} ${turn}`)));
    for (const name of people) {
      const own = all.filter((by) => by.startsWith(name));
      expect(own).toEqual(turns.map((turn) => `${name} ${turn}`));
    }
  });
}
