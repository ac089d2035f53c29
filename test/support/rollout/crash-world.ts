import { existsSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Actuator } from "../../../automation/rollout/actuator.ts";
import type { DriveOptions } from "../../../automation/rollout/driver/options.ts";
import { Journal } from "../../../automation/rollout/journal/journal.ts";
import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import { FileLedger } from "../../../components/release/stores/file.ts";
import { SimulatedClock } from "./clock.ts";
import { judgement } from "./release.ts";

/** Told of each moment in which a process may be killed. */
export type Moment = () => void;

/** A file of one line for each move of the traffic. */
const trafficLog = (folder: string) => join(folder, "traffic");

/** Percent that the candidate had, one after another, since the log had so many lines. */
export async function weightsOf(folder: string, since: number): Promise<number[]> {
  const moves = (await movesOf(folder)).slice(since);
  return moves.filter((weight, index) => weight !== moves[index - 1]);
}

/** Every move so far. */
export async function movesOf(folder: string): Promise<number[]> {
  const text = await readFile(trafficLog(folder), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1).map(Number);
}

function storeIn(folder: string, clock: SimulatedClock, moment: Moment): LedgerStore {
  const path = join(folder, "ledger.json");
  const store = new FileLedger("file:ledger.json", path);
  return {
    address: store.address,
    read: () => clock.outside(() => store.read()),
    write: (ledger, expected) =>
      clock.outside(async () => {
        const writing = store.write(ledger, expected);
        let isWritten = false;
        const over = () => {
          isWritten = true;
        };
        writing.then(over, over);
        // In the middle: the new file is there, and perhaps not yet whole, or not yet in the old one's place.
        while (!isWritten && !existsSync(`${path}.new`)) await setImmediate();
        moment();
        const version = await writing;
        moment();
        return version;
      }),
  };
}

function actuatorIn(folder: string, since: number, clock: SimulatedClock, moment: Moment): Actuator {
  const moved = (weight: number) =>
    clock.outside(async () => {
      await appendFile(trafficLog(folder), `${weight}\n`);
      moment();
    });
  return {
    weight: () => clock.outside(async () => (await movesOf(folder)).slice(since).at(-1) ?? 0),
    perform: async ({ effect }) => {
      if (effect.kind === "shift") await moved(effect.weight);
      if (effect.kind === "withdraw") await moved(0);
      if (effect.kind === "promote") await moved(100);
      return effect.kind === "stage"
        ? { candidate: "backend-00000002", stable: "backend-00000001" }
        : undefined;
    },
  };
}

/**
 * What a process drives with on a real disk; only its time isn't.
 * @param since moves of the traffic before this release
 * @param illAt the weight at which the candidate shows ill
 */
export function diskOptions(
  folder: string,
  since: number,
  start: string,
  illAt: number | undefined,
  moment: Moment,
): DriveOptions & { readonly clock: SimulatedClock } {
  const clock = new SimulatedClock(start);
  return {
    store: storeIn(folder, clock, moment),
    journals: folder,
    holder: `test/${process.pid}`,
    clock,
    actuator: actuatorIn(folder, since, clock, moment),
    metrics: { address: "none", look: async () => ({ readings: [] }), budgets: async () => ({}) },
    judge: ({ weight }) => judgement(weight === illAt ? "unhealthy" : "healthy"),
    report: () => {},
    pollSeconds: 15,
    openJournal: async (file, options) => {
      const journal = await clock.outside(() => Journal.open(file, { ...options, moment: killIn(moment) }));
      return {
        file,
        get records() {
          return journal.records;
        },
        get head() {
          return journal.head;
        },
        append: (event) => clock.outside(() => journal.append(event)),
        close: () => clock.outside(() => journal.close()),
      };
    },
  };
}

/** A record that is on the disk. For a killed process that is the same as one that is there for good. */
function killIn(moment: Moment): NonNullable<DriveOptions["moment"]> {
  return (at) => {
    if (at === "written") moment();
  };
}
