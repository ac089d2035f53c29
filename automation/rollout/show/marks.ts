import type { createColors } from "picocolors";
import { type Piece, plain } from "../../status/flow.ts";
import type { Verdict } from "../judge/verdict.ts";
import { VERDICTS } from "../report/gate-words.ts";
import type { Tone } from "../report/notes.ts";

/** Colours of a terminal, or none: `createColors(color)` of picocolors. */
export type Palette = ReturnType<typeof createColors>;
type Paint = (text: string) => string;

/** A text that stays together, coloured or not. */
export function piece(text: string, paint?: Paint): Piece {
  return paint === undefined ? { text: plain(text) } : { text: plain(text), paint };
}

/** A sentence in pieces: a figure stays with its unit. */
export function phrase(text: string, paint?: Paint): Piece[] {
  return plain(text)
    .split(/ (?!(?:%|ms|s|min|h|days)(?![\w-]))/)
    .filter((part) => part !== "")
    .map((part) => (paint === undefined ? { text: part } : { text: part, paint }));
}

/** How a verdict is coloured; its mark and its word say the same. */
export function verdictPaint({ green, red, yellow }: Palette, verdict: Verdict): Paint {
  return verdict === "healthy" ? green : verdict === "unhealthy" ? red : yellow;
}

/** How good and bad news are coloured. */
export function tonePaint({ green, red, yellow }: Palette, tone: Tone): Paint | undefined {
  return { good: green, bad: red, warning: yellow, plain: undefined }[tone];
}

/** A cell of a column, so many letters wide: the blanks that fill it are not coloured, so that a line may end with it. */
export function cell(text: string, width: number, paint: Paint): Piece {
  return {
    text: text.padEnd(width),
    paint: (whole) => paint(whole.trimEnd()) + whole.slice(whole.trimEnd().length),
  };
}

/** `✔ healthy`. */
export function verdictPiece(palette: Palette, verdict: Verdict, width = 0): Piece {
  const { mark, text } = VERDICTS[verdict];
  return cell(`${mark} ${text}`, width, verdictPaint(palette, verdict));
}

const BAR = 20;

/** A share as a bar: any of it shows, and only all of it fills it. */
export function shareBar(percent: number, length: number = BAR): string {
  const full =
    percent <= 0
      ? 0
      : percent >= 100
        ? length
        : Math.min(length - 1, Math.max(1, Math.round((percent / 100) * length)));
  return "█".repeat(full) + "░".repeat(length - full);
}
