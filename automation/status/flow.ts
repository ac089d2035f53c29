/** A piece of a line that stays together where it can, with how it is coloured. */
export interface Piece {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that one character as a reader sees it takes: pictures and the scripts of East Asia take two. */
function columns(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  const wide =
    (point >= 0x1100 && (point < 0x2000 || point >= 0x2e80)) || /\p{Extended_Pictographic}/u.test(character);
  return wide ? 2 : 1;
}

/** Columns that a text takes on a terminal; at least so many, where terminals differ. */
export function textWidth(text: string): number {
  let sum = 0;
  for (const { segment } of segments.segment(text)) sum += columns(segment);
  return sum;
}

/** A text that a terminal shows as it is: what would move its cursor or change its colours is taken out. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim();
}

/** A text in parts that each fit. */
function cut(text: string, width: number): string[] {
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const { segment } of segments.segment(text)) {
    const needed = columns(segment);
    if (part !== "" && used + needed > width) {
      parts.push(part);
      part = "";
      used = 0;
    }
    part += segment;
    used += needed;
  }
  return [...parts, part];
}

/** Words of a sentence, each a piece. */
export function words(text: string, paint?: (text: string) => string): Piece[] {
  return plain(text)
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => (paint === undefined ? { text: word } : { text: word, paint }));
}

/**
 * Pieces in lines that are no wider than `width` columns, a blank between two; lines after the first are indented. What is
 * longer than a line is cut.
 * @param lead what the first line begins with; the others are indented as far
 */
export function flow(pieces: readonly Piece[], width: number, lead: Piece = { text: "" }): string[] {
  // A third of the line is left at least, however narrow it is.
  const head = cut(lead.text, Math.max(2, width - Math.ceil(width / 3)))[0] ?? "";
  const room = Math.max(2, width - textWidth(head));
  const lines: string[] = [];
  let line: Piece[] = [];
  let used = 0;
  const end = () => {
    const before = lines.length === 0 ? shown({ ...lead, text: head }) : " ".repeat(textWidth(head));
    const last = line.at(-1);
    // Before it is coloured: a colour's end would hide a blank.
    if (last !== undefined) line[line.length - 1] = { ...last, text: last.text.trimEnd() };
    lines.push((before + painted(line)).trimEnd());
    line = [];
    used = 0;
  };
  for (const piece of pieces.flatMap((each) => cut(each.text, room).map((text) => ({ ...each, text })))) {
    const needed = textWidth(piece.text);
    if (line.length > 0 && used + 1 + needed > room) end();
    used += needed + (line.length > 0 ? 1 : 0);
    line.push(piece);
  }
  end();
  return lines;
}

/** Pieces with a blank between two; neighbours of one colour are coloured together. */
function painted(pieces: readonly Piece[]): string {
  const runs: Piece[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last !== undefined && last.paint === piece.paint)
      runs[runs.length - 1] = { ...last, text: `${last.text} ${piece.text}` };
    else runs.push(piece);
  }
  return runs.map(shown).join(" ");
}

function shown({ text, paint }: Piece): string {
  return paint === undefined || text.trim() === "" ? text : paint(text);
}
