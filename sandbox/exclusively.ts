import { lock } from "proper-lockfile";

/**
 * Does the work on a folder one at a time, across processes: others wait. The lock of a process that died is taken
 * over after ten seconds. @throws Error when the folder is not there, or is still locked after two minutes
 */
export async function exclusively<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(folder, {
    lockfilePath: `${folder}.lock`,
    stale: 10_000,
    retries: { retries: 1200, minTimeout: 50, maxTimeout: 100, factor: 1 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
