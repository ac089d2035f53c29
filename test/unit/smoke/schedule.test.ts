import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportOf } from "../../../ops/smoke/report.ts";
import { afterRun, NEVER_RUN, pages, runEvery } from "../../../ops/smoke/schedule.ts";

const START = Date.parse("2026-11-21T14:00:00Z");

/** The report of a run that began so many seconds after another. */
function ran(passed: boolean, second: number) {
  const tests = [{ name: "login", result: passed ? "passed" : "failed", seconds: 1, notes: [] } as const];
  return reportOf({
    url: "https://x.example/",
    startedAt: new Date(START + 1000 * second),
    seconds: 1,
    tests,
  });
}

const runs = fc.array(fc.boolean(), { maxLength: 50 });
const stateAfter = (results: readonly boolean[]) =>
  results.map((passed, index) => ran(passed, 300 * index)).reduce(afterRun, NEVER_RUN);

describe("the state of a schedule", () => {
  test("EA-11 counts failures since the last success, and nothing before it", () => {
    fc.assert(
      fc.property(runs, (results) => {
        const since = results.length - 1 - results.lastIndexOf(true);
        expect(stateAfter(results).consecutiveFailures).toBe(since);
      }),
    );
  });

  test("counts each run once, and knows when the last one that passed began", () => {
    fc.assert(
      fc.property(runs, (results) => {
        const state = stateAfter(results);
        const last = results.lastIndexOf(true);
        expect(state.passed).toBe(results.filter((passed) => passed).length);
        expect(state.passed + state.failed).toBe(results.length);
        expect(state.lastSuccess).toBe(last < 0 ? undefined : ran(true, 300 * last).startedAt);
      }),
    );
  });

  test("EA-11 pages after three failures in a row, not after two, and no longer after a success", () => {
    const told = [false, false, true, false, false, false, false, true];
    expect(told.map((_, index) => pages(stateAfter(told.slice(0, index + 1))))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(pages(stateAfter([false]), 1)).toBe(true);
  });
});

describe("runEvery", () => {
  const never = new AbortController().signal;

  test("runs one after the other until it is told to end", async () => {
    const results = [true, false, true, false];
    let under = 0;
    const state = await runEvery({
      everySeconds: 0.001,
      signal: never,
      async run() {
        expect(++under).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        under--;
        return ran(results.shift() ?? false, 0);
      },
      ended: () => results.length > 0,
    });
    expect(state).toMatchObject({ passed: 2, failed: 2, consecutiveFailures: 1 });
  });

  test("ends its waiting when it is interrupted", async () => {
    const stop = new AbortController();
    const state = await runEvery({
      everySeconds: 86_400,
      signal: stop.signal,
      run: async () => ran(true, 0),
      ended: () => {
        setTimeout(() => stop.abort(), 5);
        return true;
      },
    });
    expect(state.passed).toBe(1);
  });

  test("does not count a run that was interrupted", async () => {
    const stop = new AbortController();
    const state = await runEvery({
      everySeconds: 1,
      signal: stop.signal,
      async run() {
        stop.abort();
        return ran(false, 0);
      },
      ended: () => true,
    });
    expect(state).toEqual(NEVER_RUN);
  });
});
