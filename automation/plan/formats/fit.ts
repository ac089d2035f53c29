/** One line of a section; it is there whole, in its short form, or not at all. */
export interface Row {
  readonly full: string;
  /** Says less; where there is no room for all of it. */
  readonly brief?: string;
}

/** A part of a text that begins and ends in a way of its own: a table, a list, a folded block. */
export interface Section {
  /** Its first lines, which are there where it has any row. */
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** Its last lines, likewise. */
  readonly tail: readonly string[];
  /** The row that says how many are left out. */
  readonly more: (left: number) => string;
}

/**
 * Sections one after the other, in at most `room` characters: what comes first goes before what comes later. A section that
 * doesn't fit has as many rows as do, and says how many are left out; one of which not even a row fits is left out whole.
 * @returns the text, and whether anything was left out
 */
export function fitted(
  sections: readonly Section[],
  room: number,
): { readonly text: string; readonly cut: boolean } {
  let text = "";
  let cut = false;
  for (const section of sections) {
    const { lines, whole } = fittedSection(section, room - text.length);
    text += lines.map((line) => `${line}\n`).join("");
    cut ||= !whole;
  }
  return { text, cut };
}

function fittedSection(
  { head, rows, tail, more }: Section,
  room: number,
): { readonly lines: readonly string[]; readonly whole: boolean } {
  if (rows.length === 0) return { lines: [], whole: true };
  const all = [...head, ...rows.map(({ full }) => full), ...tail];
  if (lengthOf(all) <= room) return { lines: all, whole: true };
  let left = room - lengthOf([...head, ...tail, more(rows.length)]);
  const kept: string[] = [];
  for (const { full, brief = full } of rows) {
    const line = [full, brief].find((form) => form.length < left);
    if (line === undefined) break;
    kept.push(line);
    left -= line.length + 1;
  }
  if (kept.length === 0) return { lines: [], whole: false };
  const missing = rows.length - kept.length;
  return { lines: [...head, ...kept, ...(missing === 0 ? [] : [more(missing)]), ...tail], whole: false };
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
