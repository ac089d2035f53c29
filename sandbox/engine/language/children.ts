import type { ChildProcess } from "node:child_process";

/** Milliseconds that a child has to end by itself before it is ended by force. */
const grace = 5_000;

/** The processes that the host started and that still run, so that none outlives it. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Minds `child` until it ends. */
  add(child: ChildProcess): void {
    this.#running.add(child);
    const forget = () => this.#running.delete(child);
    child.once("exit", forget);
    child.once("error", forget);
  }

  /** Asks every child to end, and ends by force what has not after a while. */
  stopAll(): void {
    for (const child of this.#running) stop(child);
  }

  /** Ends every child at once. For a host that is about to exit. */
  killAll(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }
}

/** Asks one child to end, and ends it by force after a while. */
export function stop(child: ChildProcess): void {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), grace);
  timer.unref();
  child.once("exit", () => clearTimeout(timer));
}
