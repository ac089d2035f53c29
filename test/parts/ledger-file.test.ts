import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { EMPTY_LEDGER } from "../../components/release/ledger.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { runModule } from "../support/ledger/child.ts";
import { asked, ledgerWith } from "../support/ledger/laws.ts";
import { until } from "../support/until.ts";

async function newLedger() {
  const folder = await mkdtemp(join(tmpdir(), "slipway-ledger-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, store: openLedger("file:ledger.json", { folder }) };
}

/** Adds commands `NAME 0`, `NAME 1`, … to one service, and prints each number once it is durable. */
const hammer = (folder: string, name: string, times: number) => `
  import { writeSync } from "node:fs";
  import { openLedger } from "slipway/components/release/stores/open.ts";
  import { updateEntry } from "slipway/automation/rollout/ledger/update.ts";
  const store = openLedger("file:ledger.json", { folder: ${JSON.stringify(folder)} });
  for (let n = 0; n < ${times}; n++) {
    const command = { command: "pause", by: "${name} " + n, at: "" };
    await updateEntry(store, "shop/api", (entry) => ({ ...entry, commands: [...entry.commands, command] }));
    writeSync(1, n + "\\n");
  }
`;

const numbers = (all: readonly string[], name: string) =>
  all.filter((by) => by.startsWith(`${name} `)).map((by) => Number(by.split(" ")[1]));
const first = (count: number) => Array.from({ length: count }, (_, n) => n);

test("EA-10 two processes that change a ledger at once lose no change", async () => {
  const { folder, store } = await newLedger();
  const children = ["ada", "ben"].map((name) => runModule(hammer(folder, name, 60)));
  expect((await Promise.all(children.map(({ ended }) => ended))).map(({ how }) => how)).toEqual([0, 0]);
  const all = await asked(store);
  expect(all).toHaveLength(120);
  for (const name of ["ada", "ben"]) expect(numbers(all, name)).toEqual(first(60));
});

test("EA-10 a process that is killed among others loses nothing that it was told is written, and keeps nobody out", async () => {
  const { folder, store } = await newLedger();
  const killed = runModule(hammer(folder, "ada", 1_000_000));
  const other = runModule(hammer(folder, "ben", 60));
  await until(
    () => asked(store),
    (all) => numbers(all, "ada").length > 10,
    10,
  );
  killed.process.kill("SIGKILL");
  const { how, said } = await killed.ended;
  expect(how).toBe("SIGKILL");
  expect((await other.ended).how).toBe(0);
  const all = await asked(store);
  expect(numbers(all, "ben")).toEqual(first(60));
  const written = numbers(all, "ada");
  expect(written).toEqual(first(written.length));
  const told = said.trim().split("\n").length;
  expect([told, told + 1]).toContain(written.length);
});

/** Writes one ledger, and is killed by the kernel at one place on the way. */
const killedAt = (folder: string, place: string, nth: number, when: string) => `
  import fs from "node:fs/promises";
  import { syncBuiltinESMExports } from "node:module";
  const die = () => process.kill(process.pid, "SIGKILL");
  let calls = 0;
  const watched = (owner, name) => {
    const real = owner[name];
    owner[name] = async function (...args) {
      const isIt = name === "${place}" && ++calls === ${nth};
      if (isIt && "${when}" === "before") die();
      if (isIt && "${when}" === "half-way through") args[0] = args[0].slice(0, args[0].length / 2);
      const result = await real.apply(this, args);
      if (isIt) die();
      if (name === "open") for (const each of ["writeFile", "sync", "close"]) watched(result, each);
      return result;
    };
  };
  for (const name of ["mkdir", "realpath", "chmod", "readFile", "open", "rename"]) watched(fs, name);
  syncBuiltinESMExports();
  const { openLedger } = await import("slipway/components/release/stores/open.ts");
  const store = openLedger("file:ledger.json", { folder: ${JSON.stringify(folder)} });
  const { ledger, version } = await store.read();
  calls = 0;
  await store.write({ ...ledger, services: { "shop/api": { token: 2, commands: [], history: [], stable: { image: "new" } } } }, version);
`;

describe("EA-10 a process that is killed while it writes leaves the old ledger or the new one, and no lock", () => {
  test.each([
    ["before", 1, "mkdir", "old"],
    ["after", 1, "chmod", "old"],
    ["before", 1, "readFile", "old"],
    ["after", 1, "open", "old"],
    ["half-way through", 1, "writeFile", "old"],
    ["before", 1, "sync", "old"],
    ["after", 1, "sync", "old"],
    ["before", 1, "rename", "old"],
    ["after", 1, "rename", "new"],
    ["before", 2, "open", "new"],
    ["after", 2, "sync", "new"],
  ])("%s call %i of %s: the %s one", async (when, nth, place, left) => {
    const { folder, store } = await newLedger();
    await store.write(ledgerWith("old"), undefined);
    expect((await runModule(killedAt(folder, place, nth, when)).ended).how).toBe("SIGKILL");
    const { ledger, version } = await store.read();
    expect(ledger.services["shop/api"]?.stable?.image).toBe(left);
    expect(await store.write(ledgerWith("newer"), version)).toEqual(expect.any(String));
    expect((await store.read()).ledger).toEqual(ledgerWith("newer"));
    expect((await readdir(folder)).toSorted()).toEqual(["ledger.json", "ledger.json.lock"]);
  });

  test("and none where there was none", async () => {
    const { folder, store } = await newLedger();
    const { ended } = runModule(killedAt(folder, "writeFile", 1, "half-way through"));
    expect((await ended).how).toBe("SIGKILL");
    expect(await store.read()).toEqual({ ledger: EMPTY_LEDGER, version: undefined });
    expect(await store.write(ledgerWith("first"), undefined)).toEqual(expect.any(String));
    expect((await store.read()).ledger).toEqual(ledgerWith("first"));
  });
});
