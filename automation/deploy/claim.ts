import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { check, lock } from "proper-lockfile";
import type { Report } from "../../sandbox/progress.ts";
import { CommandFailure } from "../exit.ts";

/** After so long without a sign of life a run's claim lapses. */
const CLAIM_MILLISECONDS = 10_000;

const lockfileOf = (folder: string, stack: string) => join(folder, `${stack}.lock`);

/**
 * Takes a stack of the sandbox for this process alone; waits a little longer than a killed run's claim lasts.
 * @param folder where claims lie
 * @param lost called once, where the claim is gone although nobody gave it back: its folder was deleted, or another run
 * took it over while this one was suspended
 * @returns what gives it back
 * @throws CommandFailure where another run has it and goes on having it
 */
export async function claimStack(
  folder: string,
  stack: string,
  { report, lost }: { readonly report: Report; readonly lost: () => void },
): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let isLost = false;
  const options = {
    lockfilePath: lockfileOf(folder, stack),
    stale: CLAIM_MILLISECONDS,
    update: 1_000,
    // By default it throws where nobody can catch it.
    onCompromised: () => {
      isLost = true;
      lost();
    },
  };
  const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === "ELOCKED";
  try {
    const release = await lock(folder, options).catch(async (error: unknown) => {
      if (!isTaken(error)) throw error;
      report("waiting for another run on this stack to end");
      const second = 1_000;
      const retries = { retries: CLAIM_MILLISECONDS / second + 3, minTimeout: second, maxTimeout: second };
      return await lock(folder, { ...options, retries });
    });
    return async () => {
      if (!isLost) await release();
    };
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new CommandFailure(
      `another run works on the stack "${stack}" in this sandbox; wait for it to end.`,
    );
  }
}

/** Stacks of the sandbox that a run works on now, or did until a few seconds ago, when it was killed. */
export async function claimedStacks(folder: string): Promise<string[]> {
  const stacks = (await readdir(folder).catch(() => [])).flatMap(
    (name) => /^(.+)\.lock$/.exec(name)?.[1] ?? [],
  );
  const isClaimed = (stack: string) =>
    check(folder, { lockfilePath: lockfileOf(folder, stack), stale: CLAIM_MILLISECONDS });
  const claimed = await Promise.all(stacks.map(isClaimed));
  return stacks.filter((_, index) => claimed[index]);
}
