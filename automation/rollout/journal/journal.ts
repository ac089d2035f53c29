import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RolloutEvent, RolloutTarget } from "../machine/event.ts";
import { BEGINNING, type Chain, chain, lineOf, readChain } from "./chain.ts";
import { makeFolder, syncFolder } from "./folder.ts";
import type { JournalRecord } from "./record.ts";

/** A journal that can't be trusted, read or written: names the file, and the line where there is one. */
export class JournalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JournalError";
  }
}

/** Where a record is on its way to the disk: not there, there for other processes, there for good. */
export type WriteMoment = "writing" | "written" | "synced";

/** How a journal is opened. */
export interface JournalOptions {
  /** What an empty one goes on after: a release's state in the ledger, whose journal is elsewhere. Default: the beginning. */
  readonly after?: { readonly records: number; readonly head: string };
  /** Told of each record on its way. */
  readonly moment?: (moment: WriteMoment) => void;
}

/** A part of a path that is one, whatever it is made from. */
const part = (text: string) =>
  encodeURIComponent(text).replace(/^\.+$/, (dots) => dots.replaceAll(".", "%2E"));

/** Where a release's journal lies. @param folder that of all journals */
export function journalPath(
  folder: string,
  { stack, system, service }: RolloutTarget,
  release: string,
): string {
  return join(folder, part(stack), part(`${system}-${service}`), `${part(release)}.jsonl`);
}

function check(file: string, content: Buffer): Chain {
  const read = readChain(content);
  if ("records" in read) return read;
  throw new JournalError(
    `${file}, line ${read.line}: ${read.problem}. Nothing was changed. Put the file back as it was; or, where nobody has it any more, move it away: \`slipway release resume\` then goes on from the ledger.`,
  );
}

const why = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * What a release's journal holds, checked from its first line on; what a write left unfinished is not part of it.
 * @throws JournalError where the file can't be read, or was changed by anyone else
 */
export async function readJournal(file: string): Promise<readonly JournalRecord[]> {
  const content = await readFile(file).catch((error: unknown) => {
    throw new JournalError(`${file}: can't be read: ${why(error)}`);
  });
  return check(file, content).records;
}

/**
 * A release's events on this machine's disk, one to a line, each with the hash of the one before; for its owner only. One process
 * at a time writes: the one with the lease.
 */
export class Journal {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #moment: (moment: WriteMoment) => void;
  readonly #records: JournalRecord[];
  readonly #after: { readonly records: number; readonly head: string };
  #bytes: number;
  #broken: string | undefined;

  private constructor(file: string, handle: FileHandle, { records, bytes }: Chain, options: JournalOptions) {
    this.file = file;
    this.#handle = handle;
    this.#records = [...records];
    this.#bytes = bytes;
    this.#after = options.after ?? { records: 0, head: BEGINNING };
    this.#moment = options.moment ?? (() => {});
  }

  /**
   * Opens a journal, or begins one. Checks all of it; cuts off what a write left unfinished when its process was killed.
   * @throws JournalError where it can't be opened, or was changed by anyone else
   */
  static async open(file: string, options: JournalOptions = {}): Promise<Journal> {
    const folder = dirname(file);
    let handle: FileHandle | undefined;
    try {
      await makeFolder(folder);
      handle = await open(file, "a+", 0o600);
      const content = await handle.readFile();
      const chain = check(file, content);
      if (chain.bytes < content.length) {
        await handle.truncate(chain.bytes);
        await handle.sync();
      }
      await syncFolder(folder);
      return new Journal(file, handle, chain, options);
    } catch (error) {
      await handle?.close();
      throw error instanceof JournalError
        ? error
        : new JournalError(
            `${file}: can't be opened: ${why(error)}. A release is not begun without a journal.`,
          );
    }
  }

  /** In order; the first has the number 1, or follows what is in the ledger. */
  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  /** Number and hash of the last record. */
  get head(): { readonly records: number; readonly head: string } {
    const last = this.#records.at(-1);
    return last === undefined ? this.#after : { records: last.n, head: last.hash };
  }

  /**
   * Adds an event; on return it is on the disk for good. After a failure nothing more is added: nobody knows what is there.
   * @throws JournalError where it can't be written, or another process wrote to it
   */
  async append(event: RolloutEvent): Promise<JournalRecord> {
    if (this.#broken !== undefined) throw new JournalError(this.#broken);
    const { records, head } = this.head;
    const record = chain(records + 1, event, head);
    const line = `${lineOf(record)}\n`;
    try {
      await this.#mustBeOurs();
      this.#moment("writing");
      await this.#handle.appendFile(line);
      this.#moment("written");
      await this.#handle.sync();
      this.#moment("synced");
    } catch (error) {
      this.#broken = `${this.file}: can't be written: ${why(error)}`;
      throw new JournalError(this.#broken);
    }
    this.#bytes += Buffer.byteLength(line);
    this.#records.push(record);
    return record;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** A driver that was replaced without noticing must not write between the lines of the one that goes on. */
  async #mustBeOurs(): Promise<void> {
    const [there, ours] = await Promise.all([stat(this.file), this.#handle.stat()]);
    if (there.ino !== ours.ino || there.size !== this.#bytes) {
      throw new Error("another process wrote to it or replaced it");
    }
  }
}
