import type { DriveOptions, Pen } from "../../../automation/rollout/driver/options.ts";
import { BEGINNING, chain } from "../../../automation/rollout/journal/chain.ts";
import { JournalError } from "../../../automation/rollout/journal/journal.ts";
import type { JournalRecord } from "../../../automation/rollout/journal/record.ts";
import type { SimulatedProcess } from "./process.ts";

/** A simulated machine's disk: what is on it outlasts its processes. */
export class SimulatedDisk {
  readonly files = new Map<string, JournalRecord[]>();
  /** Whether nothing more can be written. */
  isFull = false;

  /** Opens journals as a process of this machine does. */
  opener(process: SimulatedProcess): NonNullable<DriveOptions["openJournal"]> {
    return async (file, { after = { records: 0, head: BEGINNING } }): Promise<Pen> => {
      const there = this.files.get(file) ?? [];
      this.files.set(file, there);
      const own = [...there];
      const headOf = () => {
        const last = own.at(-1);
        return last === undefined ? after : { records: last.n, head: last.hash };
      };
      return {
        file,
        records: own,
        get head() {
          return headOf();
        },
        append: async (event) => {
          const { records, head } = headOf();
          const record = chain(records + 1, event, head);
          await process.act(4, () => {
            if (this.isFull) throw new JournalError(`${file}: can't be written: the disk is full`);
            if (there.length !== own.length) throw new JournalError(`${file}: another process wrote to it`);
            there.push(record);
          });
          own.push(record);
          return record;
        },
        close: async () => {},
      };
    };
  }
}
