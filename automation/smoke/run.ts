import { type Duration, seconds } from "../../components/units.ts";
import { UsageError } from "../../ops/smoke/failure.ts";
import { SmokeMetrics } from "../../ops/smoke/metrics.ts";
import { countLine, reportText, type SmokeReport, testLines } from "../../ops/smoke/report.ts";
import { pages, runEvery, type ScheduleState } from "../../ops/smoke/schedule.ts";
import type { RunOptions, Suite } from "../../ops/smoke/suite.ts";
import { findSuite } from "../../ops/smoke/suites.ts";
import { checkAddress } from "../../ops/smoke/url.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { withProgress } from "../plan/progress.ts";
import { showsColor } from "../terminal.ts";
import { addressOf, type SmokeAddress } from "./address.ts";
import { announce, hostOf } from "./target.ts";

/** Options of `slipway smoke`. */
export interface SmokeFlags {
  readonly url?: string;
  readonly stack?: string;
  readonly sandbox?: true;
  readonly suite: string;
  readonly only?: readonly string[];
  readonly timeout: string;
  readonly every?: string;
  readonly metricsPort?: number;
  readonly metricsAddress: string;
  readonly insecure?: true;
  readonly json?: true;
}

/** A run takes from a second to an hour; between two begin a second to a day. In seconds. */
const TIMEOUT = { least: 1, most: 3_600 };
const EVERY = { least: 1, most: 86_400 };

const print = (text: string) => process.stdout.write(`${text}\n`);
const say = (text: string) => process.stderr.write(`${text}\n`);

/** `slipway smoke`; gives the exit code. @throws UsageError, CommandFailure before anything is sent */
export async function runSmoke(root: string, flags: SmokeFlags): Promise<number> {
  const suite = findSuite(flags.suite);
  const timeoutSeconds = duration("--timeout", flags.timeout, TIMEOUT);
  const everySeconds = flags.every === undefined ? undefined : duration("--every", flags.every, EVERY);
  if (flags.metricsPort !== undefined && everySeconds === undefined) {
    throw new UsageError('--metrics-port serves what --every counts: give --every "5 min" as well.');
  }
  suite.check(flags.only);
  const address = await chooseAddress(root, flags, suite);
  const url = checkAddress(address.url, flags.insecure === true);
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    const options = {
      url,
      timeoutSeconds,
      signal: stop.signal,
      ...(flags.only === undefined ? {} : { only: flags.only }),
    };
    if (everySeconds !== undefined) {
      const announced = (host: string) =>
        address.local && announce(root, { ...address.local, system: suite.name, host });
      return await repeat(suite, options, flags, { everySeconds, announced, signal: stop.signal });
    }
    const report = await watched(suite, options);
    print(flags.json ? JSON.stringify(report, null, 2) : reportText(report, showsColor(process.stdout)));
    if (stop.signal.aborted) return EXIT.interrupted;
    return report.passed ? EXIT.ok : EXIT.failed;
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  }
}

async function chooseAddress(root: string, flags: SmokeFlags, suite: Suite): Promise<SmokeAddress> {
  const { url, stack, sandbox } = flags;
  if ((url === undefined) === (stack === undefined)) {
    throw new UsageError("say what is to be tested: --url https://… or --stack NAME, one of them.");
  }
  if (stack === undefined) return { url: url ?? "" };
  return await addressOf(root, { stack, ...(sandbox ? { sandbox } : {}) }, suite.name);
}

/** Seconds of an option. @throws UsageError that quotes it */
function duration(option: string, text: string, { least, most }: typeof TIMEOUT): number {
  let value: number;
  try {
    value = seconds(text as Duration);
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option}: "${text}" is not from ${least} s to ${most} s`);
}

/** One run. On a terminal a line tells which test it is at; elsewhere that it goes on. */
async function watched(suite: Suite, options: RunOptions): Promise<SmokeReport> {
  if (!process.stderr.isTTY) return await withProgress("smoke tests", () => suite.run(options));
  const began = (test: string, position: number, of: number) =>
    process.stderr.write(`\r\u001b[Ktest ${position} of ${of}: ${test}`);
  try {
    return await suite.run({ ...options, began });
  } finally {
    process.stderr.write("\r\u001b[K");
  }
}

/** How runs are repeated. */
interface Repetition {
  readonly everySeconds: number;
  /** Tells whoever may scrape metrics where they are served. @returns what takes that back, where anybody was told */
  readonly announced: (host: string) => Promise<() => Promise<void>> | undefined;
  readonly signal: AbortSignal;
}

/** Runs until three in a row failed, or, with metrics, until it is interrupted. */
async function repeat(
  suite: Suite,
  options: RunOptions,
  flags: SmokeFlags,
  { everySeconds, announced, signal }: Repetition,
): Promise<number> {
  const metrics = new SmokeMetrics(suite.tests.map(({ name }) => name));
  const served =
    flags.metricsPort === undefined
      ? undefined
      : await serve(metrics, flags.metricsPort, flags.metricsAddress);
  let last: ScheduleState | undefined;
  const ended = (report: SmokeReport, state: ScheduleState): boolean => {
    last = state;
    metrics.observe(report, state);
    print(flags.json ? JSON.stringify(report) : runText(report, state));
    return served !== undefined || !pages(state);
  };
  let withdraw: (() => Promise<void>) | undefined;
  try {
    withdraw = served && (await announced(served.host));
    await runEvery({ everySeconds, run: () => watched(suite, options), ended, signal });
  } finally {
    await withdraw?.();
    served?.server.close();
    served?.server.closeAllConnections();
  }
  if (signal.aborted) return EXIT.interrupted;
  say(`${last?.consecutiveFailures} runs in a row failed`);
  return EXIT.failed;
}

async function serve(metrics: SmokeMetrics, port: number, address: string) {
  try {
    const server = await metrics.serve(port, address);
    const bound = server.address();
    const taken = typeof bound === "object" && bound !== null ? bound.port : port;
    const host = hostOf(address, taken);
    say(`metrics: http://${host}/metrics`);
    return { server, host };
  } catch (error) {
    throw new CommandFailure(
      `metrics can't be served at ${address}, port ${port}: ${(error as Error).message}. Choose another --metrics-port or --metrics-address.`,
    );
  }
}

/** One run of many: a line, and one more for each test that did not pass. */
function runText(report: SmokeReport, state: ScheduleState): string {
  const colours = showsColor(process.stdout);
  const tests = report.tests.filter(({ result, notes }) => result !== "passed" || notes.length > 0);
  const row = state.consecutiveFailures > 1 ? `, ${state.consecutiveFailures} runs in a row` : "";
  return [
    `${report.startedAt}  ${countLine(report, colours)}${row}`,
    ...testLines({ tests }, colours).map((line) => `  ${line}`),
  ].join("\n");
}
