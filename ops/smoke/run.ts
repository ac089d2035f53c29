import { randomBytes } from "node:crypto";
import { CutShort, SmokeFailure, UsageError } from "./failure.ts";
import { createHttp, type Http, whyEnded } from "./http.ts";
import { reportOf, type SmokeReport, type TestResult } from "./report.ts";
import type { RunOptions, SmokeTest, SuiteDefinition } from "./suite.ts";

/** A run takes no longer than this, in seconds, unless it is told (EA-11). */
const RUN_SECONDS = 300;
const REQUEST_SECONDS = 10;
/** What a run makes may be removed by the application after this time: 24 h, in milliseconds (EA-11). */
const KEPT_MILLISECONDS = 24 * 3_600_000;

/** Removing gets the last tenth of a run's time, and no more than this, in seconds. */
const LONGEST_REMOVAL_SECONDS = 15;

/** One test's result while the run goes on: removals may add notes. */
type Entry = TestResult & { readonly notes: string[] };

/**
 * Runs a suite's tests in their order, then removes what they made. Never throws for what the service does wrong.
 *
 * @throws UsageError where `only` names a test that there is none of, before anything is sent
 */
export async function runTests<Values extends object>(
  suite: SuiteDefinition<Values>,
  options: RunOptions,
): Promise<SmokeReport> {
  const tests = selectTests(suite.tests, options.only);
  const startedAt = new Date();
  const began = performance.now();
  const total = options.timeoutSeconds ?? RUN_SECONDS;
  const removal = Math.min(LONGEST_REMOVAL_SECONDS, total / 10);
  const deadline = new AbortController();
  const over = new CutShort(`the time for the tests was over, ${total - removal} s of the run's ${total} s`);
  const timer = setTimeout(() => deadline.abort(over), 1000 * (total - removal));
  const signal = AbortSignal.any([deadline.signal, ...(options.signal ? [options.signal] : [])]);
  const runId = randomBytes(8).toString("hex");
  const expiresAt = new Date(startedAt.getTime() + KEPT_MILLISECONDS).toISOString();
  const client = (until: AbortSignal) =>
    createHttp({
      base: options.url,
      runId,
      requestSeconds: options.requestSeconds ?? REQUEST_SECONDS,
      signal: until,
    });
  const values: Partial<Values> = {};
  const entries: Entry[] = [];
  let lost: string | undefined;
  const http = client(signal);
  for (const [index, test] of tests.entries()) {
    const skipped = signal.aborted ? whyEnded(signal) : (lost ?? missing(tests, test, values, entries));
    if (skipped !== undefined) {
      entries.push({ name: test.name, result: "skipped", seconds: 0, reason: skipped, notes: [] });
      continue;
    }
    options.began?.(test.name, index + 1, tests.length);
    const notes: string[] = [];
    const since = performance.now();
    try {
      // What it needs is there: that was looked at just before.
      const context = { http, given: values as Values, runId, expiresAt, signal };
      Object.assign(values, await test.run({ ...context, note: (text) => notes.push(text) }));
      entries.push({ name: test.name, result: "passed", seconds: secondsSince(since), notes });
    } catch (error) {
      const reason = reasonOf(error, signal);
      entries.push({ name: test.name, result: "failed", seconds: secondsSince(since), reason, notes });
      if (error instanceof SmokeFailure && error.unreachable) lost = `nothing answers at ${options.url.href}`;
    }
  }
  clearTimeout(timer);
  await remove(suite, client(removalLimit(removal)), values, { tests, entries, expiresAt });
  return reportOf({ url: options.url.href, startedAt, seconds: secondsSince(began), tests: entries });
}

/** The tests of these names and those whose values they need, in the suite's order. */
export function selectTests<Values>(
  tests: readonly SmokeTest<Values>[],
  only: readonly string[] | undefined,
): readonly SmokeTest<Values>[] {
  if (only === undefined || only.length === 0) return tests;
  const known = tests.map(({ name }) => name);
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no test "${unknown}". There are: ${known.join(", ")}.`);
  }
  const wanted = new Set(only);
  // Values come from tests before: one pass from the last to the first finds all.
  for (const test of tests.toReversed()) {
    if (!wanted.has(test.name)) continue;
    for (const need of test.needs ?? []) {
      const giver = tests.find(({ gives }) => gives === need);
      if (giver !== undefined) wanted.add(giver.name);
    }
  }
  return tests.filter(({ name }) => wanted.has(name));
}

/** Why a test can't run: the first value that it lacks, and the test that would have made it. */
function missing<Values>(
  tests: readonly SmokeTest<Values>[],
  test: SmokeTest<Values>,
  values: Partial<Values>,
  entries: readonly Entry[],
): string | undefined {
  const need = test.needs?.find((name) => values[name] === undefined);
  if (need === undefined) return undefined;
  const giver = tests.find(({ gives }) => gives === need)?.name;
  const result = entries.find(({ name }) => name === giver)?.result;
  return `it needs the ${String(need)} that "${giver}" makes, which ${result === "skipped" ? "was skipped" : "failed"}`;
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof SmokeFailure) return error.message;
  if (signal.aborted) return `cut short: ${whyEnded(signal)}`;
  // An error that no test meant to raise may quote anything.
  return `the test itself broke: ${error instanceof Error ? error.name : typeof error}`;
}

function secondsSince(began: number): number {
  return Math.round(performance.now() - began) / 1000;
}

function removalLimit(seconds: number): AbortSignal {
  const limit = new AbortController();
  setTimeout(() => limit.abort(new CutShort(`the ${seconds} s for it were over`)), 1000 * seconds).unref();
  return limit.signal;
}

/** Removes what tests made, as far as it can. What stays is noted at the test that made it. */
async function remove<Values>(
  { removals }: SuiteDefinition<Values>,
  http: Http,
  values: Partial<Values>,
  run: {
    readonly tests: readonly SmokeTest<Values>[];
    readonly entries: readonly Entry[];
    readonly expiresAt: string;
  },
): Promise<void> {
  for (const { of, needs, run: undo } of removals) {
    if (values[of] === undefined) continue;
    const maker = run.tests.find(({ gives }) => gives === of)?.name;
    const left = (why: string) =>
      run.entries
        .find(({ name }) => name === maker)
        ?.notes.push(`the ${String(of)} was not removed, and expires at ${run.expiresAt}: ${why}`);
    const lacking = needs.find((name) => values[name] === undefined);
    if (lacking !== undefined) {
      left(`there is no ${String(lacking)}`);
      continue;
    }
    try {
      await undo({ http, given: values as Values });
    } catch (error) {
      left(error instanceof SmokeFailure ? error.message : "removing broke");
    }
  }
}
