import { access, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import lockfile from "proper-lockfile";
import type { Report } from "../progress.ts";
import { InterruptedError } from "./errors.ts";

/** Milliseconds without a sign of life after which a lock counts as left behind by a dead process. */
const staleAfter = 10_000;

export interface MakeOnceOptions {
  /** The folder that is there, complete, when this returns. */
  readonly folder: string;
  /** What is made, as a noun, for progress lines: "the Pulumi engine". */
  readonly what: string;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
  /**
   * Makes it. May write anything under `work`, and must leave the result in `work/result`, which becomes
   * `folder` in one rename. `signal` also fires when the lock is lost.
   */
  readonly make: (work: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Makes a folder once, however many processes ask at the same time: one makes it, the others wait and say so.
 * Whatever happens, `folder` is either absent or complete; the work folder is removed after failure and
 * interrupt, and one left by a killed process is removed by the next.
 */
export async function makeOnce(options: MakeOnceOptions): Promise<void> {
  if (await exists(options.folder)) return;
  const parent = dirname(options.folder);
  const work = join(parent, `.${basename(options.folder)}.work`);
  await mkdir(parent, { recursive: true });

  const lost = new AbortController();
  const unlock = await lockOrWait(options, lost);
  if (!unlock) return;
  const signal = options.signal ? AbortSignal.any([options.signal, lost.signal]) : lost.signal;
  try {
    if (await exists(options.folder)) return;
    await remove(work);
    await mkdir(work, { recursive: true });
    await options.make(work, signal);
    if (signal.aborted) throw interruption(options, lost);
    await rename(join(work, "result"), options.folder);
  } catch (error) {
    throw signal.aborted ? interruption(options, lost) : error;
  } finally {
    if (!lost.signal.aborted) {
      await remove(work);
      await unlock();
    }
  }
}

/** The function that gives the lock back; undefined when another process made the folder meanwhile. */
async function lockOrWait(
  options: MakeOnceOptions,
  lost: AbortController,
): Promise<(() => Promise<void>) | undefined> {
  const lockPath = join(dirname(options.folder), `.${basename(options.folder)}.lock`);
  for (let waited = 0; ; waited++) {
    if (options.signal?.aborted) throw new InterruptedError();
    try {
      return await lockfile.lock(options.folder, {
        lockfilePath: lockPath,
        realpath: false,
        stale: staleAfter,
        update: 2_000,
        onCompromised: (error) => lost.abort(error),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    if (waited % 20 === 0) {
      options.report(
        waited === 0
          ? `waiting for another process that is making ${options.what}`
          : `still waiting for another process that is making ${options.what} (${waited / 2} s)`,
      );
    }
    await sleep(500);
    if (await exists(options.folder)) return undefined;
  }
}

function interruption(options: MakeOnceOptions, lost: AbortController): Error {
  if (!lost.signal.aborted) return new InterruptedError();
  return new Error(
    `Making ${options.what} was stopped: its lock in ${dirname(options.folder)} was taken over or removed by another process (${(lost.signal.reason as Error).message}). Run the command again.`,
  );
}

/** Compilers that are just ending may still write: hence the retries. */
async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
