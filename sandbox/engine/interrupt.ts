import { setTimeout as sleep } from "node:timers/promises";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `action` with a signal that fires when the user interrupts the process. When `action` has cleaned up,
 * the process ends by the signal it got, as if nothing had caught it.
 */
export async function untilInterrupted<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await action(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
    if (received) {
      process.kill(process.pid, received);
      // The signal arrives a moment later; until then nothing else may be said or done.
      await sleep(1_000);
    }
  }
}
