import { z } from "zod";

/** Annotation of the overrides' object: who set what, when and why; JSON, the newest last. */
export const HISTORY_ANNOTATION = "slipway.dev/flags-history";

/** Entries kept besides those that set what is set now, and bytes of all: annotations of an object have 256 KiB. */
const MOST_ENTRIES = 50;
const MOST_BYTES = 128 * 2 ** 10;

const entrySchema = z.object({
  /** Time by the clock of who set it, ISO 8601. */
  at: z.string(),
  /** The person, as git knows them. */
  by: z.string(),
  /** The user that the cluster took them for, where it says so. */
  account: z.string().optional(),
  reason: z.string(),
  changes: z.array(
    z.object({
      name: z.string(),
      /** What was in effect before and after; null for what no program declares. */
      from: z.string().nullable(),
      to: z.string().nullable(),
      /** Whether the override was taken away: what is declared is in effect again. */
      cleared: z.boolean().optional(),
    }),
  ),
});

/** One command's changes, made at once. */
export type HistoryEntry = z.infer<typeof entrySchema>;

/** One flag's change in an entry. */
export type Change = HistoryEntry["changes"][number];

/** Reads the annotation; what is no entry (a person wrote it) is left out. */
export function readHistory(annotation: string | undefined): HistoryEntry[] {
  let entries: unknown;
  try {
    entries = JSON.parse(annotation ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
}

/** The entry that set what is set now; undefined where someone else did. */
export function setBy(
  history: readonly HistoryEntry[],
  name: string,
  override: string,
): HistoryEntry | undefined {
  const last = history.findLast(({ changes }) => changes.some((change) => change.name === name));
  const change = last?.changes.find((each) => each.name === name);
  return change?.to === override && change.cleared !== true ? last : undefined;
}

/** What is kept of a history: the newest, and what explains each override, as far as there is room. */
export function pruneHistory(
  history: readonly HistoryEntry[],
  overrides: Readonly<Record<string, string>>,
): HistoryEntry[] {
  const explaining = new Set(Object.entries(overrides).map(([name, text]) => setBy(history, name, text)));
  const kept = history.filter(
    (entry, index) => index >= history.length - MOST_ENTRIES || explaining.has(entry),
  );
  const bytes = () => Buffer.byteLength(JSON.stringify(kept));
  while (kept.length > 1 && bytes() > MOST_BYTES) {
    const oldest = kept.slice(0, -1).findIndex((entry) => !explaining.has(entry));
    kept.splice(Math.max(0, oldest), 1);
  }
  return kept;
}
