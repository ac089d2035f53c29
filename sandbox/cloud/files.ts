import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a file so that a reader, and whoever comes after a crash, finds the old or the new content and nothing
 * between: a new file beside it, flushed to disk, then renamed over it, then the folder flushed. Mode 600.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder that only its owner can enter. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Runs saves one after another; a save asked for while one waits is the same save. */
export class SerialSave {
  readonly #save: () => Promise<void>;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(save: () => Promise<void>) {
    this.#save = save;
  }

  /** Resolves when the content as it is now, or later, is on disk. */
  request(): Promise<void> {
    if (this.#next) return this.#next;
    const next = this.#running.then(() => {
      this.#next = undefined;
      return this.#save();
    });
    this.#next = next;
    this.#running = next.catch(() => {});
    return next;
  }
}

/** The names of what a cloud keeps in its folder. */
export const cloudFiles = (folder: string) => ({
  state: join(folder, "state.json"),
  processes: join(folder, "processes.json"),
  instances: join(folder, "instances"),
  logs: join(folder, "logs"),
  log: join(folder, "cloud.log"),
  endpoint: join(folder, "endpoint.json"),
  /** Where its metrics are, in the format of Prometheus' files of targets; gone when it was stopped. */
  targets: join(folder, "targets.json"),
});
