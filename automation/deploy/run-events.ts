import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { EXEMPTED, NOT_EVALUATED } from "../../policies/core/policy.ts";

/** One finding of a policy, as the engine reports it. */
export interface PolicyFinding {
  readonly pack: string;
  readonly policy: string;
  readonly urn: string | undefined;
  readonly message: string;
  readonly mandatory: boolean;
  /** Whether the policy could not be judged, because a value is not known before deployment. */
  readonly notEvaluated: boolean;
  /** Whether an exemption lets it through; the message says whose, why and until when. */
  readonly exempted: boolean;
}

/** A resource that a policy mended before it was deployed. */
export interface PolicyRemediation {
  readonly pack: string;
  readonly policy: string;
  readonly urn: string | undefined;
  /** Top-level properties that it changed. */
  readonly properties: readonly string[];
}

/** One resource that a run changes. */
export interface ResourceChange {
  readonly urn: string;
  /** `create`, `update`, `replace`, `delete`… */
  readonly operation: string;
  /** Top-level properties that differ; for an update or a replacement. */
  readonly properties: readonly string[];
}

/** What one preview, update, refresh or destroy did, gathered from the engine's events. */
export interface RunRecord {
  /** Resources by what was done to them: `create`, `update`, `replace`, `delete`, `same`… */
  changes: Readonly<Record<string, number>>;
  /** Those resources that don't stay the same, in the engine's order, each once. */
  readonly steps: Map<string, ResourceChange>;
  readonly findings: PolicyFinding[];
  readonly remediations: PolicyRemediation[];
  /** Errors and warnings, without colour, each once. */
  readonly errors: string[];
  readonly warnings: string[];
  /** URNs of resources whose step ended well. */
  readonly finished: Set<string>;
  /** URNs of resources whose step failed. */
  readonly failed: Set<string>;
}

/** A record of nothing yet. */
export function newRecord(): RunRecord {
  return {
    changes: {},
    steps: new Map(),
    findings: [],
    remediations: [],
    errors: [],
    warnings: [],
    finished: new Set(),
    failed: new Set(),
  };
}

/** Colour tags of the engine (`<{%fg 1%}>`) and escape sequences. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replace(/<\{%[^%]*%\}>|\u001b\[[0-9;]*m/g, "").trim();
}

function addOnce(list: string[], text: string): void {
  if (text !== "" && !list.includes(text)) list.push(text);
}

/** A replacement comes in three steps; it is one change. */
function noteStep(record: RunRecord, { urn, op, diffs }: StepEventMetadata): void {
  if (op === "same" || op === "read" || op === "refresh" || urn.includes("::pulumi:providers:")) return;
  const operation = /replace/.test(op) ? "replace" : op;
  const properties = [...new Set(diffs ?? [])].sort();
  if (record.steps.get(urn)?.operation !== "replace") record.steps.set(urn, { urn, operation, properties });
}

/** What the engine's event says of it; the Automation API's types leave it out (`apitype/events.go`). */
interface PolicyRemediationEvent {
  readonly policyPackName: string;
  readonly policyName: string;
  readonly resourceUrn?: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

function remediationOf(event: PolicyRemediationEvent): PolicyRemediation {
  const { before = {}, after = {} } = event;
  const properties = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !key.startsWith("__") && !isDeepStrictEqual(before[key], after[key]))
    .sort();
  return { pack: event.policyPackName, policy: event.policyName, urn: event.resourceUrn, properties };
}

/** Adds one event to a record. */
export function note(record: RunRecord, event: EngineEvent): void {
  const { diagnosticEvent, policyEvent, summaryEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } =
    event;
  if (diagnosticEvent && !diagnosticEvent.ephemeral) {
    if (diagnosticEvent.severity === "error") addOnce(record.errors, plain(diagnosticEvent.message));
    if (diagnosticEvent.severity === "warning") addOnce(record.warnings, plain(diagnosticEvent.message));
  }
  if (policyEvent) {
    const message = plain(policyEvent.message);
    record.findings.push({
      pack: policyEvent.policyPackName,
      policy: policyEvent.policyName,
      urn: policyEvent.resourceUrn,
      message,
      mandatory: policyEvent.enforcementLevel === "mandatory",
      notEvaluated: new RegExp(`^(${EXEMPTED})?${NOT_EVALUATED}`, "m").test(message),
      exempted: new RegExp(`^${EXEMPTED}`, "m").test(message),
    });
  }
  const { policyRemediationEvent } = event as { policyRemediationEvent?: PolicyRemediationEvent };
  if (policyRemediationEvent) record.remediations.push(remediationOf(policyRemediationEvent));
  if (summaryEvent) record.changes = { ...summaryEvent.resourceChanges };
  if (resourcePreEvent) noteStep(record, resourcePreEvent.metadata);
  if (resOutputsEvent) record.finished.add(resOutputsEvent.metadata.urn);
  if (resOpFailedEvent) record.failed.add(resOpFailedEvent.metadata.urn);
}

/** How many resources a run changes. */
export function changed(record: RunRecord): number {
  return Object.entries(record.changes).reduce(
    (sum, [operation, count]) => (operation === "same" || operation === "read" ? sum : sum + count),
    0,
  );
}

/** `12 to create, 1 to update`; `nothing to change` where there is nothing. */
export function changesText(record: RunRecord, tense: "planned" | "done"): string {
  const word = (operation: string) =>
    tense === "planned" ? `to ${operation}` : operation.endsWith("e") ? `${operation}d` : `${operation}ed`;
  const parts = Object.entries(record.changes)
    .filter(([operation, count]) => operation !== "same" && operation !== "read" && count > 0)
    .map(([operation, count]) => `${count} ${word(operation)}`);
  return parts.length === 0 ? "nothing to change" : parts.join(", ");
}
