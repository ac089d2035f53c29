import { CommanderError } from "commander";

/** What the command's exit codes mean; `slipway --help` lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  policy: 3,
  takenBack: 4,
  objective: 5,
  drift: 6,
  interrupted: 130,
} as const;

/** A failure that its message explains whole: printed without a stack, ends the command with `code`. */
export class CommandFailure extends Error {
  readonly code: number;

  constructor(message: string, code: number = EXIT.failed) {
    super(message);
    this.name = "CommandFailure";
    this.code = code;
  }
}

/** Errors of the rooms below that explain themselves, by name: a stack trace would add nothing. */
const SELF_EXPLAINING = new Set([
  "CloudError",
  "CloudNotRunningError",
  "ClusterError",
  "JournalError",
  "LeaseHeld",
  "LeaseLost",
  "LedgerError",
  "NoEngineError",
  "PlanError",
  "PrometheusError",
  "SlipwayError",
]);

/** Prints what went wrong, once, to standard error; gives the exit code. */
export function explainFailure(error: unknown): number {
  // Commander has printed its own by then; help asked for is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandFailure) {
    if (error.message !== "") process.stderr.write(`${error.message}\n`);
    return error.code;
  }
  if (!(error instanceof Error)) {
    process.stderr.write(`${String(error)}\n`);
    return EXIT.failed;
  }
  if (error.name === "InterruptedError") return EXIT.interrupted;
  const known = SELF_EXPLAINING.has(error.name) || error.name === "UsageError";
  process.stderr.write(
    known || process.env.SLIPWAY_TRACE !== "1"
      ? `${error.message}\n${known ? "" : "(SLIPWAY_TRACE=1 shows where it was raised)\n"}`
      : `${error.stack ?? error.message}\n`,
  );
  return error.name === "UsageError" ? EXIT.usage : EXIT.failed;
}
