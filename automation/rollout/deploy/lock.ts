import { hostname } from "node:os";

/** Who holds a stack's lock, as the engine says it. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
}

/** Whether an engine says that someone else has the stack. */
export function isLocked(said: string): boolean {
  return /the stack is currently locked|Another update is currently in progress/i.test(said);
}

/** The holders that an engine's file, bucket or database backend names: `created by ada@build-7 (pid 4711) at …`. */
export function lockHolders(said: string): LockHolder[] {
  return [...said.matchAll(/created by \S*@(\S+) \(pid (\d+)\)/g)].map(([, host = "", pid]) => ({
    host,
    pid: Number(pid),
  }));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, and it is someone else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether everybody who holds a lock is gone: processes of this machine that have ended. Of another machine nobody can tell. */
export function isAbandoned(
  holders: readonly LockHolder[],
  here: string = hostname(),
  runs: (pid: number) => boolean = isRunning,
): boolean {
  return holders.length > 0 && holders.every(({ host, pid }) => host === here && !runs(pid));
}
