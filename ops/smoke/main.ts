/**
 * The smoke tests as a job: one run, a JSON line for each test and one for all, and an exit code: 0 every test passed,
 * 1 one did not, 2 the job is set up wrongly.
 *
 * - `SMOKE_URL` (required): the base address of what is tested
 * - `SMOKE_SUITE`: which tests; default `ethixai`
 * - `SMOKE_TIMEOUT_SECONDS`: for the whole run; default 300
 * - `SMOKE_INSECURE`: `1` allows plain http to another host, where the network itself is trusted
 */
import { UsageError } from "./failure.ts";
import type { SmokeReport, TestResult } from "./report.ts";
import { findSuite } from "./suites.ts";
import { checkAddress } from "./url.ts";

/** Severities as Cloud Logging knows them; other collectors take them as they come. */
const SEVERITIES = { passed: "INFO", failed: "ERROR", skipped: "WARNING" } as const;

function print(severity: string, message: string, rest: object = {}): void {
  process.stdout.write(`${JSON.stringify({ severity, time: new Date().toISOString(), message, ...rest })}\n`);
}

function settings(env: Readonly<Record<string, string | undefined>>) {
  const { SMOKE_URL, SMOKE_SUITE = "ethixai", SMOKE_TIMEOUT_SECONDS = "300", SMOKE_INSECURE } = env;
  if (!SMOKE_URL)
    throw new UsageError("SMOKE_URL is not set: give the base address of what is to be tested.");
  const suite = findSuite(SMOKE_SUITE);
  const timeoutSeconds = Number(SMOKE_TIMEOUT_SECONDS);
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 3600)) {
    throw new UsageError(
      `SMOKE_TIMEOUT_SECONDS: "${SMOKE_TIMEOUT_SECONDS}" is no number of seconds from 1 to 3600.`,
    );
  }
  return { suite, url: checkAddress(SMOKE_URL, SMOKE_INSECURE === "1"), timeoutSeconds };
}

function printTest(test: TestResult): void {
  print(SEVERITIES[test.result], `${test.name} ${test.result}${test.reason ? `: ${test.reason}` : ""}`, {
    test,
  });
}

function printReport(report: SmokeReport): void {
  for (const test of report.tests) printTest(test);
  const message = report.passed ? "all smoke tests passed" : "smoke tests failed";
  print(report.passed ? "INFO" : "ERROR", message, { report });
}

async function main(): Promise<number> {
  const { suite, ...options } = settings(process.env);
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  const report = await suite.run({ ...options, signal: stop.signal });
  printReport(report);
  return report.passed ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  print("ERROR", error.message);
  process.exitCode = 2;
}
