import { setTimeout as sleep } from "node:timers/promises";
import type { SmokeReport } from "./report.ts";

/** Failures in a row that are worth waking somebody (EA-11). */
const PAGES_AFTER = 3;

/** What is remembered from run to run. */
export interface ScheduleState {
  readonly passed: number;
  readonly failed: number;
  /** Runs that failed since one passed. */
  readonly consecutiveFailures: number;
  /** When the last run that passed began, in ISO 8601; undefined where none did. */
  readonly lastSuccess: string | undefined;
}

/** Before the first run. */
export const NEVER_RUN: ScheduleState = {
  passed: 0,
  failed: 0,
  consecutiveFailures: 0,
  lastSuccess: undefined,
};

/** The state after one more run. */
export function afterRun(
  state: ScheduleState,
  { passed, startedAt }: Pick<SmokeReport, "passed" | "startedAt">,
): ScheduleState {
  return passed
    ? { ...state, passed: state.passed + 1, consecutiveFailures: 0, lastSuccess: startedAt }
    : { ...state, failed: state.failed + 1, consecutiveFailures: state.consecutiveFailures + 1 };
}

/** Whether somebody is to be woken. */
export function pages({ consecutiveFailures }: ScheduleState, pagesAfter: number = PAGES_AFTER): boolean {
  return consecutiveFailures >= pagesAfter;
}

/** What a schedule does. */
export interface Schedule {
  /** From the beginning of one run to that of the next; one that takes longer is followed by the next at once. */
  readonly everySeconds: number;
  readonly run: () => Promise<SmokeReport>;
  /** Called after each run. @returns whether to go on */
  readonly ended: (report: SmokeReport, state: ScheduleState) => boolean;
  /** Ends it; a run that is under way is waited for. */
  readonly signal: AbortSignal;
}

/** Runs, waits, runs…, until it is told to end. Runs never overlap. @returns the last state */
export async function runEvery({ everySeconds, run, ended, signal }: Schedule): Promise<ScheduleState> {
  let state = NEVER_RUN;
  while (!signal.aborted) {
    const began = performance.now();
    const report = await run();
    // A run that was interrupted tells nothing about the service.
    if (signal.aborted) break;
    state = afterRun(state, report);
    if (!ended(report, state)) break;
    const wait = 1000 * everySeconds - (performance.now() - began);
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
  }
  return state;
}
