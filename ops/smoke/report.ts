import { styleText } from "node:util";

/** How one test ended. */
export interface TestResult {
  readonly name: string;
  /** `skipped`: a test before it did not give what this one needs, or the time was over. */
  readonly result: "passed" | "failed" | "skipped";
  readonly seconds: number;
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** Remarks that change no result. */
  readonly notes: readonly string[];
}

/** How a run ended. */
export interface SmokeReport {
  readonly schemaVersion: 1;
  /** The base address. */
  readonly url: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Removing what was made included. */
  readonly seconds: number;
  readonly tests: readonly TestResult[];
  /** Whether every test passed. */
  readonly passed: boolean;
}

/** The report of these results. */
export function reportOf(run: {
  readonly url: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly tests: readonly TestResult[];
}): SmokeReport {
  return {
    schemaVersion: 1,
    ...run,
    startedAt: run.startedAt.toISOString(),
    passed: run.tests.every(({ result }) => result === "passed"),
  };
}

const SIGNS = { passed: "✓", failed: "✗", skipped: "–" } as const;
const COLOURS = { passed: "green", failed: "red", skipped: "yellow" } as const;

function paint(colour: "green" | "red" | "yellow" | "dim", text: string, colours: boolean): string {
  return colours ? styleText(colour, text, { validateStream: false }) : text;
}

/** `12 ms`, `1.2 s` */
function took(seconds: number): string {
  return seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toFixed(1)} s`;
}

/** One line for each test, and one for each note below it. */
export function testLines({ tests }: Pick<SmokeReport, "tests">, colours: boolean): string[] {
  const width = Math.max(...tests.map(({ name }) => name.length));
  return tests.flatMap(({ name, result, seconds, reason, notes }) => [
    `${paint(COLOURS[result], SIGNS[result], colours)} ${name.padEnd(width)}  ${reason ?? paint("dim", took(seconds), colours)}`,
    ...notes.map((note) => `  ${" ".repeat(width)}  ${paint("dim", `note: ${note}`, colours)}`),
  ]);
}

/** `8 tests: 5 passed, 1 failed, 2 skipped, in 1.2 s` */
export function countLine({ tests, seconds, passed }: SmokeReport, colours: boolean): string {
  const counts = (["passed", "failed", "skipped"] as const).flatMap((result) => {
    const count = tests.filter((test) => test.result === result).length;
    return count === 0 ? [] : [`${count} ${result}`];
  });
  const text = `${tests.length} ${tests.length === 1 ? "test" : "tests"}: ${counts.join(", ")}, in ${took(seconds)}`;
  return paint(passed ? "green" : "red", text, colours);
}

/** The report for people. @param colours whether to use terminal colours */
export function reportText(report: SmokeReport, colours: boolean): string {
  return [`Smoke tests of ${report.url}`, ...testLines(report, colours), countLine(report, colours)].join(
    "\n",
  );
}
