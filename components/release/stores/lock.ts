import { chmod } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../ledger-store.ts";
import { wordsOf } from "./text.ts";

/** SQLITE_BUSY: someone else has it. */
const BUSY = 5;

/** Longest wait. A write takes milliseconds, so whoever has the lock for longer is suspended. */
const PATIENCE_MILLISECONDS = 30_000;

/**
 * Does the work while no other process does any under the same file. The lock is the kernel's, by way of SQLite: it ends with
 * the process however that ends, so none is ever taken over, and two can't both believe that they have taken over a third's.
 * The file stays, empty.
 * @throws LedgerError where another process keeps it, or where there are no locks on that file system
 */
export async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { DatabaseSync } = await import("node:sqlite");
  const began = performance.now();
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    await chmod(file, 0o600);
    // Else a journal appears beside it.
    database.exec("PRAGMA journal_mode = MEMORY");
    while (!isTaken(database)) {
      if (performance.now() - began > PATIENCE_MILLISECONDS) {
        throw new LedgerError(
          `another process has had the lock ${file} for ${PATIENCE_MILLISECONDS / 1000} s. End it, or let it go on if it is suspended; \`fuser ${file}\` names it. The lock ends with it.`,
        );
      }
      await sleep(2 + Math.random() * 18);
    }
  } catch (error) {
    database?.close();
    if (error instanceof LedgerError) throw error;
    throw new LedgerError(
      `${file} can't be locked: ${wordsOf(error)}. A ledger in a file needs a folder that can be written to, on a file system with locks.`,
    );
  }
  try {
    return await work();
  } finally {
    database.close();
  }
}

function isTaken(database: { exec(sql: string): void }): boolean {
  try {
    database.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw error;
  }
}
