import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { RolloutEvent } from "../machine/event.ts";
import type { JournalRecord } from "./record.ts";

/** What the first record of a release follows. */
export const BEGINNING = "0".repeat(64);

const LINE_END = 10;

const NO_RECORD = "it is no record of a release";

const recordSchema = z.strictObject({
  n: z.int().positive(),
  event: z.looseObject({ kind: z.string(), at: z.string() }),
  before: z.string(),
  hash: z.string(),
});

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function hashOf(content: Omit<JournalRecord, "hash">): string {
  return createHash("sha256").update(canonical(content)).digest("hex");
}

/** A record after another. Its event is as it will be read again: what JSON can't say is left out. */
export function chain(n: number, event: RolloutEvent, before: string): JournalRecord {
  const content = { n, event: JSON.parse(JSON.stringify(event)) as RolloutEvent, before };
  return { ...content, hash: hashOf(content) };
}

/** A record as its line, without the line's end. */
export function lineOf(record: JournalRecord): string {
  return canonical(record);
}

/** What a journal's text holds, and from where on it is the torn rest of a write that was never finished. */
export interface Chain {
  readonly records: readonly JournalRecord[];
  /** Bytes of whole lines. */
  readonly bytes: number;
}

/** A line that doesn't fit, and what is wrong there. */
export interface Broken {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

function parse(line: string): JournalRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(line)).data as JournalRecord | undefined;
  } catch {
    return undefined;
  }
}

function firstProblem({ n, event, before }: JournalRecord): string | undefined {
  if (n === 1) {
    return before === BEGINNING ? undefined : "it says that it is the first record, and follows another";
  }
  return event.kind === "taken-over" && event.from === "ledger"
    ? undefined
    : `it is record ${n}: those before it were removed`;
}

function problemOf(
  text: string,
  record: JournalRecord | undefined,
  last: JournalRecord | undefined,
): string | undefined {
  if (record === undefined) return NO_RECORD;
  const { hash, ...content } = record;
  if (hash !== hashOf(content)) return "its hash is not that of its content: the journal was edited";
  if (text !== lineOf(record)) return "it is not written as it was: the journal was edited";
  if (last === undefined) return firstProblem(record);
  if (record.n !== last.n + 1) {
    return `it is record ${record.n}, and record ${last.n + 1} is due: a line was removed, moved or added`;
  }
  return record.before === last.hash
    ? undefined
    : `it doesn't follow record ${last.n} as that stands here: the journal was edited`;
}

/** The lines of a file, without their ends and without what stands after the last one. */
function* linesOf(content: Buffer): Generator<Buffer> {
  let from = 0;
  for (let to = content.indexOf(LINE_END); to !== -1; to = content.indexOf(LINE_END, from)) {
    yield content.subarray(from, to);
    from = to + 1;
  }
}

/** Checks a journal from its first byte to the end of its last whole line. */
export function readChain(content: Buffer): Chain | Broken {
  const records: JournalRecord[] = [];
  let bytes = 0;
  for (const line of linesOf(content)) {
    const text = isUtf8(line) ? line.toString("utf8") : "";
    const record = parse(text);
    const problem = problemOf(text, record, records.at(-1));
    if (record === undefined || problem !== undefined) {
      return { line: records.length + 1, problem: problem ?? NO_RECORD };
    }
    records.push(record);
    bytes += line.length + 1;
  }
  return { records, bytes };
}
