import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../automation/rollout/driver/clock.ts";

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that goes on only when everybody sleeps: two days pass in a second. */
export class SimulatedClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();
  #outside = 0;

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = { at: this.#now + Math.max(0, milliseconds), wake };
      this.#timers.add(timer);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** Does something real: no time passes meanwhile. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside += 1;
    try {
      return await work();
    } finally {
      this.#outside -= 1;
    }
  }

  /** Lets time go on until work is over. @throws Error where nobody will ever wake */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    for (;;) {
      await setImmediate();
      if (isOver) return await work;
      if (this.#outside > 0) continue;
      const next = [...this.#timers].reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined) throw new Error("everybody waits, and nobody sleeps");
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}
