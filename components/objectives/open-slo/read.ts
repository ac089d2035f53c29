import { parseAllDocuments } from "yaml";
import type { z } from "zod";
import { SlipwayError } from "../../errors.ts";
import { issueText, valueAt } from "../../issues.ts";

/** What an import found out about a file on its way through. */
export interface Findings {
  /** What can't be imported: each with its path in the file, its value and the ways out. */
  readonly problems: string[];
  /** What was left out, or taken for something else. A set: the same is said once. */
  readonly notes: Set<string>;
}

/** One document of a file. */
export interface SourceDocument {
  /** What stands before every path in it: empty in a file of one document. */
  readonly at: string;
  readonly value: Readonly<Record<string, unknown>>;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list, also as Kubernetes writes one; anything else as it is. */
function items(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isMapping(value) && value.kind === "List" && Array.isArray(value.items) ? value.items : [value];
}

/** The same without keys that say nothing: `alertPolicies:` and an end of line. */
function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part === null ? [] : [[key, filledIn(part)]])),
  );
}

/** Documents of a text, YAML or JSON. @throws SlipwayError where it can't be read, or there is nothing in it */
export function documentsOf(text: string, file: string): SourceDocument[] {
  const parsed = parseAllDocuments(text, { logLevel: "silent" });
  const documents = Array.isArray(parsed) ? parsed : [];
  const broken = documents.flatMap(({ errors }) => errors.map(({ message }) => message.trim()));
  if (broken.length > 0) throw new SlipwayError(file, [`it is no YAML: ${broken[0]}`]);
  const values = documents.map((document) => document.toJS() as unknown).flatMap(items);
  const filled = values.filter((value) => value !== null && value !== undefined).map(filledIn);
  if (filled.length === 0) throw new SlipwayError(file, ["there is nothing in it"]);
  return filled.map((value, index) => {
    const at = filled.length === 1 ? "" : `document ${index + 1}: `;
    if (!isMapping(value))
      throw new SlipwayError(file, [`${at}it must be a mapping, with apiVersion and kind`]);
    return { at, value };
  });
}

function explain(at: string, value: unknown, issue: z.core.$ZodIssue): string {
  const given = valueAt(value, issue.path);
  const quoted = given === undefined || typeof given === "object" ? "" : `${JSON.stringify(given)} `;
  return `${at}${issue.path.map(String).join(".")}: ${quoted}${issueText(issue)}`;
}

/** Paths of keys that are in what was given, and not in what a schema took of it. */
function leftOut(given: unknown, taken: unknown, path: string): string[] {
  if (Array.isArray(given) && Array.isArray(taken)) {
    return given.flatMap((item, index) => leftOut(item, taken[index], `${path}${index}.`));
  }
  if (!isMapping(given) || !isMapping(taken)) return [];
  return Object.entries(given).flatMap(([key, part]) =>
    key in taken ? leftOut(part, taken[key], `${path}${key}.`) : [`${path}${key}`],
  );
}

/** A document by its schema; undefined, with problems, where it doesn't fit. Keys that are unknown are notes. */
export function fitted<T>(
  schema: z.ZodType<T>,
  { at, value }: SourceDocument,
  findings: Findings,
): T | undefined {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    findings.problems.push(...parsed.error.issues.map((issue) => explain(at, value, issue)));
    return undefined;
  }
  for (const key of leftOut(value, parsed.data, "")) findings.notes.add(`${at}${key}: unknown, left out`);
  return parsed.data;
}

/** JSON in an annotation, by its schema; undefined, with problems, where it doesn't fit. @param at its path */
export function fittedJson<T>(
  schema: z.ZodType<T>,
  at: string,
  text: string,
  { problems }: Findings,
): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    problems.push(`${at}: ${JSON.stringify(text)} is no JSON; mend it, or leave the annotation out`);
    return undefined;
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  problems.push(
    ...parsed.error.issues.map((issue) =>
      explain(issue.path.length === 0 ? at : `${at}.`, value, issue).replace(/: : /, ": "),
    ),
  );
  return undefined;
}
