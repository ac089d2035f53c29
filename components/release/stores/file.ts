import { createHash } from "node:crypto";
import { mkdir, open, readFile, realpath, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EMPTY_LEDGER, type Ledger } from "../ledger.ts";
import { LedgerError, type LedgerSnapshot, type LedgerStore } from "../ledger-store.ts";
import { underLock } from "./lock.ts";
import { ledgerFromText, ledgerToText, wordsOf } from "./text.ts";

/**
 * A ledger in a file: for one machine, such as the sandbox's. A reader finds the old or the new one whole, and so does whoever
 * comes after a crash. Beside it lie `<file>.lock`, always empty, and after a crash perhaps `<file>.new`, which the next write
 * replaces. The file is its owner's alone (mode 600), as is a folder that has to be made for it (700).
 */
export class FileLedger implements LedgerStore {
  readonly address: string;
  readonly #path: string;

  /** @param path absolute */
  constructor(address: string, path: string) {
    this.address = address;
    this.#path = path;
  }

  get #where(): string {
    return `the ledger ${this.address} (${this.#path})`;
  }

  async read(): Promise<LedgerSnapshot> {
    const text = await this.#tried("read", () => contentOf(this.#path));
    if (text === undefined) return { ledger: EMPTY_LEDGER, version: undefined };
    return { ledger: ledgerFromText(text, this.#where), version: versionOf(text) };
  }

  async write(ledger: Ledger, expected: string | undefined): Promise<string | undefined> {
    const text = ledgerToText(ledger, this.#where, 2);
    return await this.#tried("written", async () => {
      await makeFolder(dirname(this.#path));
      const path = await realPathOf(this.#path);
      return await underLock(`${path}.lock`, async () => {
        const there = await contentOf(path);
        if ((there === undefined ? undefined : versionOf(there)) !== expected) return undefined;
        await replace(path, text);
        return versionOf(text);
      });
    });
  }

  async #tried<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LedgerError) throw new LedgerError(`${this.#where}: ${error.message}`);
      throw new LedgerError(
        `${this.#where} can't be ${what}: ${wordsOf(error)}. It has to be a file that this user may read and write, in a folder that this user may write to.`,
      );
    }
  }
}

const versionOf = (text: string) => createHash("sha256").update(text).digest("hex");

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** One name for one file, whichever way led to it: two locks would be none. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return join(await realpath(dirname(path)), basename(path));
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  // Each new folder is an entry in the one above.
  for (let made = folder; made.length >= first.length; made = dirname(made)) await flush(dirname(made));
}

/** Only under the lock: the new file has one name for all. */
async function replace(path: string, text: string): Promise<void> {
  const next = `${path}.new`;
  const file = await open(next, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await flush(dirname(path));
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
