import type { Report } from "../progress.ts";

/** What every way to an engine is given. */
export interface EnsureOptions {
  readonly report: Report;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between progress lines of one step. */
  readonly interval: number;
}

/** Calls `action` every so many milliseconds until the returned function is called. */
export function every(interval: number, action: () => void): () => void {
  const timer = setInterval(action, interval);
  return () => clearInterval(timer);
}
