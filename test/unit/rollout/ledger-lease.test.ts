import { hostname } from "node:os";
import { expect, test } from "vitest";
import {
  isLive,
  LeaseHeld,
  LeaseLost,
  leaseHolder,
  releaseLease,
  renewLease,
  takeLease,
  underLease,
} from "../../../automation/rollout/ledger/lease.ts";
import { updateEntry } from "../../../automation/rollout/ledger/update.ts";
import { MemoryLedger } from "../../support/ledger/memory.ts";

const KEY = "shop/api";
const NOON = Date.parse("2026-11-21T12:00:00.000Z");
/** So many seconds after noon. */
const at = (seconds: number) => () => new Date(NOON + seconds * 1000);
const terms = (holder: string, seconds: number) => ({ holder, seconds: 60, now: at(seconds) });

test("a lease says who has it, since when and until when, under the first token", async () => {
  const store = new MemoryLedger();
  const lease = await takeLease(store, KEY, terms("build-7/12/ab", 0));
  expect(lease).toEqual({
    holder: "build-7/12/ab",
    token: 1,
    since: "2026-11-21T12:00:00.000Z",
    until: "2026-11-21T12:01:00.000Z",
  });
  expect(store.ledger.services[KEY]).toMatchObject({ lease, token: 1 });
});

test("EA-10 a second driver is refused, and told who drives and what can be done", async () => {
  const store = new MemoryLedger();
  const lease = await takeLease(store, KEY, terms("build-7/12/ab", 0));
  const refused = takeLease(store, KEY, terms("laptop/99/cd", 64.999));
  await expect(refused).rejects.toThrow(new LeaseHeld(KEY, lease));
  await expect(refused).rejects.toThrow(
    "shop/api: build-7/12/ab drives its release since 2026-11-21T12:00:00.000Z; its lease runs until 2026-11-21T12:01:00.000Z and is renewed as long as it lives. Wait for it to end, watch it with `slipway release status`, or have it taken back with `slipway release abort`. If it has died, anyone may go on 5 s after 2026-11-21T12:01:00.000Z.",
  );
  expect(store.written).toHaveLength(1);
});

test("another service's lease is another one", async () => {
  const store = new MemoryLedger();
  await takeLease(store, KEY, terms("a", 0));
  expect(await takeLease(store, "shop/web", terms("b", 0))).toMatchObject({ holder: "b", token: 1 });
});

test("a lease that lapsed is taken over five seconds later, when its holder has long stopped by its own clock", async () => {
  const store = new MemoryLedger();
  const first = await takeLease(store, KEY, terms("a", 0));
  expect(isLive(first, at(59.999)())).toBe(true);
  expect(isLive(first, at(60)())).toBe(false);
  const second = await takeLease(store, KEY, terms("b", 65));
  expect(second).toMatchObject({ holder: "b", token: 2, until: at(125)().toISOString() });
});

test("a driver that was replaced can neither write, nor renew, nor give back what isn't its own", async () => {
  const store = new MemoryLedger();
  const first = await takeLease(store, KEY, terms("a", 0));
  const second = await takeLease(store, KEY, terms("b", 65));
  const before = store.ledger;
  const lost = new LeaseLost(KEY, first, second);
  expect(lost.message).toBe(
    "shop/api: this process lost its lease (1) and stops; b goes on with the release under a newer one (2). Nothing was written. `slipway release status` shows what goes on.",
  );
  const write = underLease(store, KEY, first, (entry) => ({ ...entry, stable: { image: "shop/api:2" } }));
  await expect(write).rejects.toThrow(lost);
  await expect(renewLease(store, KEY, first, terms("a", 66))).rejects.toThrow(lost);
  await releaseLease(store, KEY, first);
  expect(store.ledger).toBe(before);
});

test("the token outlives its lease: the next one is higher", async () => {
  const store = new MemoryLedger();
  const first = await takeLease(store, KEY, terms("a", 0));
  await releaseLease(store, KEY, first);
  expect(store.ledger.services[KEY]).not.toHaveProperty("lease");
  await expect(underLease(store, KEY, first, (entry) => ({ ...entry, commands: [] }))).rejects.toThrow(
    "shop/api: this process lost its lease (1) and stops; nobody has one now.",
  );
  expect(await takeLease(store, KEY, terms("b", 1))).toMatchObject({ token: 2 });
});

test("who takes it again, not knowing that it has it, gets a higher token at once", async () => {
  const store = new MemoryLedger();
  const first = await takeLease(store, KEY, terms("a", 0));
  expect(await takeLease(store, KEY, terms("a", 1))).toMatchObject({ holder: "a", token: 2 });
  await expect(renewLease(store, KEY, first, terms("a", 2))).rejects.toBeInstanceOf(LeaseLost);
});

test("a renewal lengthens a lease, never shortens it, and holds for one that lapsed unnoticed", async () => {
  const store = new MemoryLedger();
  const lease = await takeLease(store, KEY, terms("a", 0));
  const renewed = await renewLease(store, KEY, lease, terms("a", 20));
  expect(renewed).toEqual({ ...lease, until: at(80)().toISOString() });
  expect(await renewLease(store, KEY, lease, terms("a", 10))).toEqual(renewed);
  expect(await renewLease(store, KEY, lease, terms("a", 300))).toMatchObject({
    token: 1,
    until: at(360)().toISOString(),
  });
});

test("what is written under a lease leaves the lease as it is, renewed meanwhile or not", async () => {
  const store = new MemoryLedger();
  const lease = await takeLease(store, KEY, terms("a", 0));
  const renewed = await renewLease(store, KEY, lease, terms("a", 30));
  const entry = await underLease(store, KEY, lease, () => ({
    token: 7,
    commands: [],
    history: [],
    stable: { image: "shop/api:2" },
    lease: { holder: "x", token: 7, until: "2030-01-01T00:00:00.000Z" },
  }));
  expect(entry).toEqual({
    token: 1,
    commands: [],
    history: [],
    stable: { image: "shop/api:2" },
    lease: renewed,
  });
  const writes = store.written.length;
  expect(await underLease(store, KEY, lease, (same) => same)).toEqual(entry);
  expect(store.written).toHaveLength(writes);
});

test("a person's command gets in between without a lease, and is kept", async () => {
  const store = new MemoryLedger();
  const lease = await takeLease(store, KEY, terms("a", 0));
  const command = { command: "abort", by: "ada", at: "2026-11-21T12:00:10.000Z" } as const;
  await updateEntry(store, KEY, (entry) => ({ ...entry, commands: [...entry.commands, command] }));
  const entry = await underLease(store, KEY, lease, (there) => ({ ...there, stable: { image: "x" } }));
  expect(entry.commands).toEqual([command]);
});

test("two holders on one machine have different names", () => {
  expect(leaseHolder()).not.toBe(leaseHolder());
  expect(leaseHolder()).toMatch(/^[^/]+\/\d+\/[0-9a-f]{8}$/);
  expect(leaseHolder().startsWith(`${hostname()}/${process.pid}/`)).toBe(true);
});
