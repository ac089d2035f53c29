import type { LedgerEntry } from "../../../components/release/ledger.ts";
import { agoText, momentText } from "../../status/figures.ts";
import { flow, type Piece, plain } from "../../status/flow.ts";
import type { RolloutState } from "../machine/state.ts";
import {
  because,
  heldText,
  imageText,
  lengthText,
  pauserText,
  STRATEGIES,
  serviceText,
} from "../report/words.ts";
import type { NextCommand } from "./commands.ts";
import { cell, type Palette, phrase, piece, shareBar, verdictPiece } from "./marks.ts";
import { type ReleaseStatus, statusOf } from "./status-of.ts";

/** Lines of one width, in one palette. */
interface Page {
  readonly palette: Palette;
  readonly width: number;
}

function headLines({ target, doing, phase, release, strategy, by, began, at }: ReleaseStatus, page: Page) {
  const { bold, dim, green, red } = page.palette;
  const paint =
    phase === "promoted" ? green : phase === "rolled-back" || phase === "failed" ? red : undefined;
  const about = `release ${release}, ${STRATEGIES[strategy]}, begun by ${by} ${agoText(began, at)} ago`;
  return [
    ...flow([piece(`${serviceText(target)} in ${target.stack}:`, bold), ...phrase(doing, paint)], page.width),
    ...flow(phrase(about, dim), page.width),
  ];
}

/** Both versions with their share as a bar. */
function versionLines({ stable, candidate, of }: ReleaseStatus, { palette, width }: Page): string[] {
  return [
    { title: "stable", ...stable },
    { title: "candidate", ...candidate },
  ].flatMap(({ title, image, revision, percent }) =>
    flow(
      [
        piece(shareBar(percent), title === "stable" ? palette.green : palette.cyan),
        { text: `${String(percent).padStart(3)} % of the ${of} ` },
        piece(imageText(image), palette.bold),
        ...(revision === undefined ? [] : [piece(revision, palette.dim)]),
      ],
      width,
      { text: `  ${title.padEnd(11)}`, paint: palette.dim },
    ),
  );
}

function stepLines({ step, weights, rounds, strategy }: ReleaseStatus, { palette, width }: Page): string[] {
  if (step === undefined) return [];
  const { number, holdSeconds, heldSeconds, nextLookSeconds = 0 } = step;
  const next = nextLookSeconds > 0 ? `next look in ${lengthText(nextLookSeconds)}` : "next look due";
  const steps = weights.map((weight, index) =>
    index === number - 1 ? piece(`[${weight} %]`, palette.bold) : piece(`${weight} %`),
  );
  const held = heldSeconds === undefined ? "not live yet" : `${heldText(heldSeconds, holdSeconds)}, ${next}`;
  const probed = rounds === undefined ? "" : `, ${rounds} probe rounds done`;
  return flow(
    [
      ...(strategy === "soak" ? [] : [piece(`step ${number} of ${weights.length}:`), ...steps, piece("·")]),
      ...phrase(`${held}${probed}`),
    ],
    width,
    { text: "  " },
  );
}

function gateLines({ gates }: ReleaseStatus, { palette, width }: Page): string[] {
  if (gates.length === 0) return [];
  const name = Math.max(...gates.map(({ gate }) => plain(gate).length));
  const verdicts = Math.max(...gates.map(({ verdict }) => verdictPiece(palette, verdict).text.length));
  const lines = gates.flatMap((gate) => {
    // A figure's own sentence has stable's beside it.
    const stable = gate.stable?.kind !== "events" ? [] : phrase(`· stable ${gate.said.stable}`, palette.dim);
    const skipped = gate.counts ? [] : phrase("· doesn't count", palette.dim);
    return flow(
      [
        verdictPiece(palette, gate.verdict, verdicts),
        cell(plain(gate.gate), name, palette.bold),
        ...phrase(gate.reason),
        ...stable,
        ...skipped,
      ],
      width,
      { text: "    " },
    );
  });
  return ["", "  Gates, since the step began", ...lines];
}

function pausedLines({ paused, at }: ReleaseStatus, { palette, width }: Page): string[] {
  if (paused === undefined) return [];
  return [
    "",
    ...flow(
      phrase(`by ${pauserText(paused)}, ${agoText(paused.at, at)} ago${because(paused.reason)}`),
      width,
      {
        text: "  paused ",
        paint: palette.yellow,
      },
    ),
  ];
}

/** What is under way, who drives, what was asked and not heard yet. */
function drivingLines({ effect, driver, commands, at }: ReleaseStatus, { palette, width }: Page): string[] {
  const line = (name: string, pieces: Piece[]) =>
    flow(pieces, width, { text: `  ${name.padEnd(11)}`, paint: palette.dim });
  const failures = effect?.failures ?? 0;
  return [
    ...(effect === undefined
      ? []
      : line("now", [
          piece(effect.kind),
          ...(failures === 0 ? [] : phrase(`failed ${failures} times so far`, palette.red)),
        ])),
    ...(driver === undefined
      ? line("driver", phrase("nobody drives it", palette.yellow))
      : line("driver", [
          piece(driver.holder),
          ...(driver.alive
            ? []
            : phrase(`gone since ${momentText(driver.until)}; anyone may go on`, palette.yellow)),
        ])),
    ...commands.flatMap(({ command, by, at: asked, reason }) =>
      line(
        "asked",
        phrase(`${command} by ${by}, ${agoText(asked, at)} ago, not heard yet${because(reason)}`),
      ),
    ),
  ];
}

function endLines({ decision, ended, leftover }: ReleaseStatus, { palette, width }: Page): string[] {
  const line = (name: string, text: string, paint = palette.dim) =>
    flow(phrase(text), width, { text: `  ${name.padEnd(11)}`, paint });
  return [
    ...(decision === undefined ? [] : line("why", decision.reason)),
    ...(ended === undefined ? [] : line("ended", momentText(ended))),
    ...(leftover === undefined ? [] : line("left to do", leftover, palette.red)),
  ];
}

/** Commands under each other, each with what it does. */
export function commandLines(next: readonly NextCommand[], { palette, width }: Page): string[] {
  if (next.length === 0) return [];
  const longest = Math.max(...next.map(({ command }) => command.length));
  return [
    "",
    ...flow([piece("Next", palette.bold)], width, { text: "  " }),
    ...next.flatMap(({ command, does }) =>
      flow([{ text: command.padEnd(longest) }, piece(`# ${does}`, palette.dim)], width, { text: "    " }),
    ),
  ];
}

/** A status that was reckoned before, for a terminal. */
export function statusText(status: ReleaseStatus, palette: Palette, width: number): string {
  const page = { palette, width };
  const lines = [
    ...headLines(status, page),
    "",
    ...versionLines(status, page),
    ...stepLines(status, page),
    ...endLines(status, page),
    ...(status.ended === undefined ? drivingLines(status, page) : []),
    ...pausedLines(status, page),
    ...gateLines(status, page),
    ...commandLines(status.next, page),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * What is going on in a release, for a terminal: never wider than `width` columns, without anything that looks like a secret or
 * could steer a terminal.
 * @param now ISO 8601
 */
export function renderStatus(
  state: RolloutState,
  entry: LedgerEntry,
  now: string,
  palette: Palette,
  width: number,
): string {
  return statusText(statusOf(state, entry, now), palette, width);
}
