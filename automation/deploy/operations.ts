import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Report } from "../../sandbox/progress.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { counted } from "../plan/formats/words.ts";
import type { Interrupt } from "./interrupt.ts";
import { changed, newRecord, note, type RunRecord } from "./run-events.ts";
import type { Session } from "./session.ts";

/** What an operation needs besides its session. */
export interface OperationOptions {
  readonly report: Report;
  /** Noticed here: a run that was asked to end has not failed. */
  readonly interrupt: Pick<Interrupt, "signal" | "happened">;
  /** Packs of others, besides the project's own: folders, as `--policy-pack` takes them. */
  readonly policyPacks: readonly string[];
  /** URNs of what alone is looked at and changed; `**` stands for anything. Default: everything. */
  readonly targets?: readonly string[];
}

/** An operation that the engine or a policy ended, with what it had found by then. */
export class OperationFailure extends CommandFailure {
  readonly record: RunRecord;

  constructor(message: string, code: number, record: RunRecord) {
    super(message, code);
    this.record = record;
  }
}

/** What Pulumi can do with a stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** Runs one operation under the project's packs, gathering the engine's events. Does not throw where the engine failed. */
async function run(
  session: Session,
  operation: Operation,
  options: OperationOptions,
  expected?: number,
): Promise<{ record: RunRecord; failure: Error | undefined }> {
  const record = newRecord();
  const onEvent = (event: EngineEvent) => {
    note(record, event);
    if (event.resOutputsEvent) {
      const done = Math.min(record.finished.size, expected ?? Number.POSITIVE_INFINITY);
      options.report(expected === undefined ? counted(done, "resource") : `${done} of ${expected} resources`);
    }
  };
  const base = {
    onEvent,
    color: "never" as const,
    // Asked for secrets, the Automation API reads the history with the committed stack file, and writes a salt into it.
    showSecrets: false,
    signal: options.interrupt.signal,
    ...(session.configFile === undefined ? {} : { configFile: session.configFile }),
    ...(options.targets === undefined ? {} : { target: [...options.targets] }),
  };
  const packs = { policyPacks: [join(session.target.root, "policies"), ...options.policyPacks] };
  try {
    if (operation === "preview") await session.stack.preview({ ...base, ...packs });
    if (operation === "up") await session.stack.up({ ...base, ...packs });
    if (operation === "refresh") await session.stack.refresh({ ...base, runProgram: false });
    if (operation === "destroy") await session.stack.destroy(base);
    return { record, failure: undefined };
  } catch (error) {
    return { record, failure: error as Error };
  }
}

/** Lines of a stack trace, and what Node prints around one. */
const TRACE = /^\s+at |^\s*promise: |^\s*\}?\]?$|\[Circular/;
/** What the runtime puts before an error's own message. */
const PREFIXES = [
  /^Running program '[^']*' failed with an unhandled exception:$/,
  /^(<ref \*\d+> )?Error: /,
  /^error serializing property "[^"]*": /,
];

/** An error of the engine as a person reads it: without traces and wrappings. */
export function readable(error: string): string {
  const lines = error.split("\n").filter((line) => !TRACE.test(line));
  const bare = lines.map((line) => {
    let rest = line;
    for (let before = ""; before !== rest; ) {
      before = rest;
      for (const prefix of PREFIXES) rest = rest.replace(prefix, "");
    }
    return rest.replace(/ \{$/, "");
  });
  return bare.filter((line) => line !== "").join("\n");
}

/** What an engine says that ends before it does anything: its own error, or the end of what it printed. */
function lastWords(failure: Error & { readonly commandResult?: { readonly stderr: string } }): string[] {
  const [, ...errors] = (failure.commandResult?.stderr ?? "").split(/^error: /m);
  // Behind it comes the engine's picture of its progress.
  return (
    errors
      .at(-1)
      ?.split(/^(?=Previewing |Updating |Refreshing |Destroying )/m)[0]
      ?.trim()
      .split("\n") ?? failure.message.trim().split("\n").slice(-12)
  );
}

/** What a failed operation says: the engine's own errors, each once, or where it said none, the end of what it printed. */
export function failureText(operation: string, record: RunRecord, failure: Error): string {
  const said = new Set(
    record.errors
      .map(readable)
      .filter((error) => error !== "" && !/^(preview|update|refresh|destroy) failed$/i.test(error)),
  );
  const lines = said.size > 0 ? [...said] : lastWords(failure);
  return `${operation} failed:\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}`;
}

/**
 * Runs one operation.
 * @throws CommandFailure with exit code 3 where mandatory policies are violated, 1 where the engine failed, both with what
 * it said, 130 where the run was asked to end before or during the operation
 */
export async function operate(
  session: Session,
  operation: Operation,
  options: OperationOptions,
  expected?: number,
): Promise<RunRecord> {
  // The Automation API notices only a signal that comes after its start.
  if (options.interrupt.happened) {
    throw new CommandFailure(
      `stopped before ${operation}. Run the command again to go on.`,
      EXIT.interrupted,
    );
  }
  const { record, failure } = await run(session, operation, options, expected);
  if (failure === undefined) return record;
  if (options.interrupt.happened) {
    throw new CommandFailure(
      `stopped during ${operation}. What was done is recorded; run the command again to go on.`,
      EXIT.interrupted,
    );
  }
  const violations = record.findings.filter(({ mandatory }) => mandatory);
  if (violations.length > 0) {
    const lines = violations.map(
      ({ policy, urn, message }) =>
        `  ${policy}${urn === undefined ? "" : ` (${urn.split("::").at(-1)})`}: ${message}`,
    );
    const message = `${counted(violations.length, "violation")} of mandatory policies:\n${lines.join("\n")}`;
    throw new OperationFailure(message, EXIT.policy, record);
  }
  throw new OperationFailure(failureText(operation, record, failure), EXIT.failed, record);
}

/** How many resources an operation will touch or look at. */
export function total(record: RunRecord): number {
  return changed(record) + (record.changes.same ?? 0);
}
