import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { chain, lineOf, readChain } from "../../../automation/rollout/journal/chain.ts";
import {
  Journal,
  JournalError,
  journalPath,
  readJournal,
} from "../../../automation/rollout/journal/journal.ts";
import type { JournalRecord } from "../../../automation/rollout/journal/record.ts";
import type { RolloutEvent } from "../../../automation/rollout/machine/event.ts";
import { at, begun, judgement, TARGET } from "../../support/rollout/release.ts";

const root = await mkdtemp(join(tmpdir(), "slipway-journal-"));
afterAll(() => rm(root, { recursive: true }));

let files = 0;
const newFile = () => journalPath(root, TARGET, `release-${++files}`);

const EVENTS: readonly RolloutEvent[] = [
  begun(),
  { kind: "done", at: at(1), effect: 1, staged: { candidate: "backend-00000002" } },
  { kind: "done", at: at(2), effect: 2 },
  { kind: "judged", at: at(17), judgement: judgement("healthy", { kind: "events", total: 9.5, bad: 0 }) },
  { kind: "asked", at: at(18), command: "abort", by: "Ada", reason: "ü \u2028 �" },
];

/** A journal of some events, closed. */
async function written(events = EVENTS, options: Parameters<typeof Journal.open>[1] = {}): Promise<string> {
  const file = newFile();
  const journal = await Journal.open(file, options);
  for (const event of events) await journal.append(event);
  await journal.close();
  return file;
}

const eventsOf = async (file: string) => (await readJournal(file)).map(({ event }) => event);

describe("what is written", () => {
  test("is there again, in order and in one chain, for its owner only", async () => {
    const file = await written();
    expect(file).toBe(join(root, "production/shop-backend/release-1.jsonl"));
    const records = await readJournal(file);
    expect(records.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(records.map(({ event }) => event)).toEqual(EVENTS);
    expect(records.map(({ before }) => before)).toEqual([
      "0".repeat(64),
      ...records.slice(0, -1).map(({ hash }) => hash),
    ]);
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect([await mode(file), await mode(dirname(file)), await mode(join(root, "production"))]).toEqual([
      "600",
      "700",
      "700",
    ]);
  });

  test("goes on in another process, and knows its head", async () => {
    const file = await written(EVENTS.slice(0, 2));
    const journal = await Journal.open(file);
    expect(journal.head).toEqual({ records: 2, head: journal.records[1]?.hash });
    await journal.append(EVENTS[2] as RolloutEvent);
    await journal.close();
    expect(await eventsOf(file)).toEqual(EVENTS.slice(0, 3));
  });

  test("is on the disk before anything else is done", async () => {
    const moments: string[] = [];
    const file = newFile();
    const journal = await Journal.open(file, { moment: (moment) => moments.push(moment) });
    await journal.append(begun());
    expect(moments).toEqual(["writing", "written", "synced"]);
    expect(await readFile(file, "utf8")).toBe(`${lineOf(journal.records[0] as never)}\n`);
    await journal.close();
  });

  test("reads as it was judged: what JSON can't say is left out of the record too", async () => {
    const odd = { ...judgement("unknown"), reason: undefined } as never;
    const journal = await Journal.open(newFile());
    await journal.append(begun());
    const { event } = await journal.append({ kind: "judged", at: at(1), judgement: odd });
    expect(event).not.toHaveProperty("judgement.reason");
    await journal.close();
    expect((await readJournal(journal.file))[1]?.event).toEqual(event);
  });

  test.each([
    ["../../etc", "..%2F..%2Fetc"],
    ["..", "%2E%2E"],
    ["org/shop/dev", "org%2Fshop%2Fdev"],
  ])("stays in its folder for a stack %s", (stack, folder) => {
    expect(journalPath("/shop", { ...TARGET, stack }, "r")).toBe(`/shop/${folder}/shop-backend/r.jsonl`);
  });
});

describe("a release whose journal is elsewhere", () => {
  const takenOver = {
    kind: "taken-over",
    at: at(30),
    holder: "host/2/cd",
    token: 2,
    from: "ledger",
  } as const;
  const after = { records: 7, head: "a".repeat(64) };

  test("goes on after what the ledger knows, and says so", async () => {
    const [first] = await readJournal(await written([takenOver], { after }));
    expect(first).toMatchObject({ n: 8, before: after.head, event: takenOver });
  });

  test("is refused where its first record doesn't say so", async () => {
    const file = await written([{ ...takenOver, from: "journal" }], { after });
    await expect(readJournal(file)).rejects.toThrow("line 1: it is record 8: those before it were removed");
  });
});

describe("a kill in the middle of a write", () => {
  test("leaves a torn line, which is cut off; every record before it stays", async () => {
    const whole = await readFile(await written(EVENTS.slice(0, 3)));
    const second = whole.indexOf(10, whole.indexOf(10) + 1) + 1;
    for (let length = second; length < whole.length; length += 7) {
      const file = await written([]);
      await writeFile(file, whole.subarray(0, length));
      expect(await eventsOf(file)).toEqual(EVENTS.slice(0, 2));
      const journal = await Journal.open(file);
      expect((await stat(file)).size).toBe(second);
      await journal.append(EVENTS[2] as RolloutEvent);
      await journal.close();
      expect(await readFile(file)).toEqual(whole);
    }
  });

  test("of the first write leaves a journal that begins anew", async () => {
    const file = await written([begun()]);
    await truncate(file, 20);
    const journal = await Journal.open(file);
    expect(journal.head).toEqual({ records: 0, head: "0".repeat(64) });
    await journal.close();
  });
});

describe("a journal that was changed", () => {
  const records: JournalRecord[] = [];
  for (const event of EVENTS) {
    records.push(chain(records.length + 1, event, records.at(-1)?.hash ?? "0".repeat(64)));
  }
  const content = Buffer.from(records.map((record) => `${lineOf(record)}\n`).join(""));
  const lines = content.toString().split("\n").slice(0, -1);
  const broken = (changed: readonly string[]) => readChain(Buffer.from(`${changed.join("\n")}\n`));

  test("P8-07 any one byte that is not what it was is found, on its line", () => {
    fc.assert(
      fc.property(fc.nat(content.length - 2), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const edited = Buffer.from(content);
        edited[place] = (edited[place] as number) ^ change;
        const line = content.subarray(0, place).toString("latin1").split("\n").length;
        expect(readChain(edited)).toMatchObject({ line });
      }),
      { numRuns: 2_000 },
    );
  });

  test("P8-07 a removed line, swapped lines and a line written twice are found where they are", () => {
    expect(broken(lines.toSpliced(2, 1))).toEqual({
      line: 3,
      problem: "it is record 4, and record 3 is due: a line was removed, moved or added",
    });
    expect(broken(lines.slice(1))).toEqual({
      line: 1,
      problem: "it is record 2: those before it were removed",
    });
    const [first, second, third, ...others] = lines as [string, string, string, ...string[]];
    expect(broken([first, third, second, ...others])).toMatchObject({ line: 2 });
    expect(broken([first, second, second, ...others])).toMatchObject({ line: 3 });
  });

  test("P8-07 a record that was made anew with a hash of its own doesn't fit what follows", () => {
    const forged = chain(2, { kind: "done", at: at(1), effect: 1 }, records[0]?.hash ?? "");
    expect(broken(lines.with(1, lineOf(forged)))).toEqual({
      line: 3,
      problem: "it doesn't follow record 2 as that stands here: the journal was edited",
    });
  });

  test("is refused by name, and left as it is", async () => {
    const file = await written();
    const edited = (await readFile(file, "utf8")).replace("9.5", "9.6");
    await writeFile(file, edited);
    const message = `${file}, line 4: its hash is not that of its content: the journal was edited. Nothing was changed. Put the file back as it was; or, where nobody has it any more, move it away: \`slipway release resume\` then goes on from the ledger.`;
    await expect(Journal.open(file)).rejects.toThrow(new JournalError(message));
    await expect(readJournal(file)).rejects.toThrow(new JournalError(message));
    expect(await readFile(file, "utf8")).toBe(edited);
  });
});

test("a process that was replaced writes nothing more, however late it notices", async () => {
  const file = await written(EVENTS.slice(0, 1));
  const replaced = await Journal.open(file);
  const other = await Journal.open(file);
  await other.append(EVENTS[1] as RolloutEvent);
  const late = replaced.append(EVENTS[2] as RolloutEvent);
  await expect(late).rejects.toThrow(`${file}: can't be written: another process wrote to it or replaced it`);
  await expect(replaced.append(EVENTS[2] as RolloutEvent)).rejects.toThrow(JournalError);
  expect(await eventsOf(file)).toEqual(EVENTS.slice(0, 2));
  await Promise.all([replaced.close(), other.close()]);
});
