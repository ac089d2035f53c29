import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Report } from "../../sandbox/progress.ts";
import type { Interrupt } from "../deploy/interrupt.ts";
import { failureText } from "../deploy/operations.ts";
import { newRecord, note } from "../deploy/run-events.ts";
import type { Session } from "../deploy/session.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { counted } from "../plan/formats/words.ts";
import { type Observed, observedDrift } from "./events.ts";

/** What the engine found. */
export interface Observation {
  /** By URN, in the engine's order. */
  readonly drifted: ReadonlyMap<string, Observed>;
  readonly warnings: readonly string[];
}

/**
 * Has the engine ask every provider what is really there, and compare it with the state, which stays as it is.
 * @throws CommandFailure with what the engine said where it could not, 130 where the run was asked to end
 */
export async function observe(
  { stack, configFile }: Pick<Session, "stack" | "configFile">,
  { report, interrupt }: { readonly report: Report; readonly interrupt: Interrupt },
): Promise<Observation> {
  const record = newRecord();
  const drifted = new Map<string, Observed>();
  const onEvent = (event: EngineEvent) => {
    note(record, event);
    const found = observedDrift(event);
    if (found !== undefined) drifted.set(found.urn, found);
    if (event.resOutputsEvent) report(counted(record.finished.size, "resource"));
  };
  try {
    await stack.previewRefresh({
      onEvent,
      color: "never",
      runProgram: false,
      signal: interrupt.signal,
      ...(configFile === undefined ? {} : { configFile }),
    });
  } catch (error) {
    if (interrupt.happened) throw new CommandFailure("stopped; nothing was changed.", EXIT.interrupted);
    throw new CommandFailure(failureText("looking at what is there", record, error as Error));
  }
  return { drifted, warnings: record.warnings };
}
