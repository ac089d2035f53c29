import { momentText } from "../../status/figures.ts";
import { flow, plain } from "../../status/flow.ts";
import type { RolloutState } from "../machine/state.ts";
import { serviceText } from "../report/words.ts";
import { type Palette, phrase, piece, verdictPiece } from "./marks.ts";
import { commandLines } from "./status.ts";
import { type Why, type WhyGate, whyOf } from "./why-of.ts";

function gateLines(
  { verdict, gate, title, reason, said, needed, counts, decided, stable: reading }: WhyGate,
  palette: Palette,
  width: number,
) {
  const { stable } = said;
  const line = (name: string, text: string | undefined) =>
    text === undefined || text === ""
      ? []
      : flow(phrase(text), width, { text: `      ${name.padEnd(10)}`, paint: palette.dim });
  const head = [verdictPiece(palette, verdict), piece(gate, palette.bold)];
  // What is well, and decided nothing, says it in a line.
  if (verdict === "healthy" && !decided) {
    return flow(
      [
        ...head,
        ...phrase(reason),
        // A figure's own sentence has stable's beside it.
        ...(reading?.kind === "events" ? phrase(`· stable ${stable}`, palette.dim) : []),
      ],
      width,
      { text: "    " },
    );
  }
  return [
    ...flow([...head, ...phrase(title, palette.dim)], width, { text: "    " }),
    ...line("says", reason),
    ...line("measured", said.candidate),
    ...line("limit", said.limit),
    ...line("surely", said.interval),
    ...line("stable", stable),
    ...line("needed", needed),
    ...(counts ? [] : line("counts", "no: it skips what can't be measured")),
  ];
}

/** A reason that was reckoned before, for a terminal. */
export function whyText(why: Why, palette: Palette, width: number): string {
  const { target, because, decision, waitsFor, gates, leftover, next } = why;
  const titled = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", ...flow([piece(title, palette.bold)], width, { text: "  " }), ...lines];
  // The gate that decided comes first.
  const sorted = gates.toSorted((a, b) => Number(b.decided) - Number(a.decided));
  const lines = [
    ...flow([piece(`${serviceText(target)} in ${target.stack}:`, palette.bold), ...phrase(because)], width),
    ...(decision === undefined
      ? []
      : flow(phrase(`decided ${momentText(decision.at)}`, palette.dim), width, { text: "  " })),
    ...(leftover === undefined
      ? []
      : flow(phrase(plain(leftover), palette.red), width, { text: "  left to do: ", paint: palette.red })),
    ...titled(
      "Waits for",
      waitsFor.flatMap((each) => flow(phrase(each), width, { text: "    - " })),
    ),
    ...titled(
      "Gates",
      sorted.flatMap((gate) => gateLines(gate, palette, width)),
    ),
    ...commandLines(
      next.filter(({ command }) => !command.startsWith("slipway release why")),
      { palette, width },
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Why a release is where it is, or ended as it did, for a terminal. @param now ISO 8601 */
export function renderWhy(state: RolloutState, now: string, palette: Palette, width: number): string {
  return whyText(whyOf(state, now), palette, width);
}
