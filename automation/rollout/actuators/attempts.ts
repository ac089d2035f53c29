import { setTimeout } from "node:timers/promises";

/** Other people's changes that one of ours may come second to. */
const MOST_ATTEMPTS = 10;

/**
 * Reads, decides and writes until nobody else came between.
 * @param attempt gives false where someone else was quicker
 * @throws Error after ten times, naming what is changed; whatever `signal` was aborted with
 */
export async function untilWritten(
  what: string,
  signal: AbortSignal,
  attempt: () => Promise<boolean>,
): Promise<void> {
  for (let tried = 1; tried <= MOST_ATTEMPTS; tried += 1) {
    signal.throwIfAborted();
    if (await attempt()) return;
    // Not all of those who came second again at the same moment.
    await setTimeout(Math.random() * 50 * tried, undefined, { signal });
  }
  throw new Error(
    `${what} was changed by others ${MOST_ATTEMPTS} times while its traffic was to be moved; it is as they left it. See who else deploys, and try again`,
  );
}
