import { flow } from "../../status/flow.ts";
import type { RolloutEvent } from "../machine/event.ts";
import type { RolloutState } from "../machine/state.ts";
import { VERDICTS } from "../report/gate-words.ts";
import { type Note, type NoteKind, notesOf, type Tone } from "../report/notes.ts";
import { between, heldText, lengthText } from "../report/words.ts";
import { type Palette, phrase, tonePaint } from "./marks.ts";

/** One thing that a running release says; what `--json` prints, one to a line. */
export interface ProgressNote extends Omit<Note, "kind"> {
  readonly schemaVersion: 1;
  readonly kind: NoteKind | "same";
}

/** Looks that said the same as the one before, since something was said. */
export interface Repeats {
  readonly looks: number;
  /** When something was last said. */
  readonly since: string;
}

/** A log that says nothing for longer than this looks like one that hangs; where a step is held for a day, half an hour is enough. */
function longestSilence({ plan, step }: RolloutState): number {
  return Math.min(1800, Math.max(300, (plan.steps[step]?.holdSeconds ?? 0) / 24));
}

/** What is said of looks that say nothing new. */
function sameNote(at: string, { looks, since }: Repeats, state: RolloutState): ProgressNote[] {
  const { judgement, heldSince, plan, step, weight } = state;
  const hold = plan.steps[step]?.holdSeconds;
  if (looks === 0 || judgement === undefined) return [];
  const times = looks === 1 ? "1 look" : `${looks} looks`;
  const held =
    heldSince === undefined || hold === undefined
      ? ""
      : `; at ${weight} % ${heldText(between(heldSince, at), hold)}`;
  return [
    {
      schemaVersion: 1,
      at,
      kind: "same",
      tone: "plain",
      text: `still ${VERDICTS[judgement.verdict].text} after ${times} more in ${lengthText(between(since, at))}${held}`,
    },
  ];
}

/**
 * What a running release says after an event. Looks that say the same are counted, and said together: when something else
 * happens, and every five minutes; in long holds less often.
 * @param repeats what the last call gave back; undefined at first
 */
export function progressOf(
  repeats: Repeats | undefined,
  before: RolloutState | undefined,
  event: RolloutEvent,
  after: RolloutState,
): { readonly notes: readonly ProgressNote[]; readonly repeats: Repeats } {
  const known = repeats ?? { looks: 0, since: event.at };
  const news = notesOf(before, event, after).map((note): ProgressNote => ({ schemaVersion: 1, ...note }));
  if (news.length > 0) {
    const same = before === undefined ? [] : sameNote(before.lookedAt ?? event.at, known, before);
    return { notes: [...same, ...news], repeats: { looks: 0, since: event.at } };
  }
  const looks = known.looks + (event.kind === "judged" ? 1 : 0);
  const counted = { ...known, looks };
  return between(known.since, event.at) < longestSilence(after)
    ? { notes: [], repeats: counted }
    : { notes: sameNote(event.at, counted, after), repeats: { looks: 0, since: event.at } };
}

const MARKS: Record<Tone, string> = { good: "✔", bad: "✖", warning: "!", plain: "·" };

/** A note as lines of a log: its time in UTC, its mark, its sentence; never wider than `width` columns. */
export function progressLine({ at, tone, text }: ProgressNote, palette: Palette, width: number): string {
  const paint = tonePaint(palette, tone);
  const lead = `${at.slice(11, 19)} ${MARKS[tone]} `;
  return flow(phrase(text, paint), width, { text: lead, paint: paint ?? palette.dim }).join("\n");
}
