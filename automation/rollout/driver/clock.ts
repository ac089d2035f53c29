import { setTimeout } from "node:timers/promises";

/** Whose time a release goes by; tests bring their own. */
export interface Clock {
  now(): Date;
  /** Resolves after so long, or as soon as the signal is aborted; never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Node's timers take no more: about 24 days. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/** This machine's clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    const length = Math.min(Math.max(0, milliseconds), LONGEST_SLEEP);
    await setTimeout(length, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};

/** What work gives, or undefined where it takes longer than so long; its failure is thrown. It goes on by itself. */
export async function within<T>(
  clock: Clock,
  milliseconds: number,
  work: Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  const early = new AbortController();
  // What nobody waits for any more may fail.
  work.catch(() => {});
  try {
    return await Promise.race([
      work.then((value) => ({ value })),
      clock.sleep(milliseconds, early.signal).then(() => undefined),
    ]);
  } finally {
    early.abort();
  }
}
