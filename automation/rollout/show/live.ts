import { flow } from "../../status/flow.ts";
import { nextLookAt } from "../machine/look.ts";
import type { RolloutState } from "../machine/state.ts";
import { VERDICTS } from "../report/gate-words.ts";
import { dataWithoutSecrets } from "../report/redact.ts";
import { between, heldText, lengthText } from "../report/words.ts";
import { type Palette, phrase, piece, shareBar, verdictPaint } from "./marks.ts";
import { doingText } from "./status-of.ts";

function holdText(state: RolloutState, now: string): string {
  const { plan, step, heldSince } = state;
  const hold = plan.steps[step]?.holdSeconds;
  const next = nextLookAt(state)?.toISOString();
  if (hold === undefined || heldSince === undefined || next === undefined) return "";
  const look = next > now ? `, next look in ${lengthText(between(now, next))}` : "";
  return `· ${heldText(between(heldSince, now), hold)}${look}`;
}

/**
 * A running release in a few lines that are drawn anew all the time, below the lines of its progress: its weight, how long it is
 * held, a mark for each gate.
 * @param now ISO 8601
 */
export function liveLines(
  running: RolloutState,
  now: string,
  palette: Palette,
  width: number,
): readonly string[] {
  const state = dataWithoutSecrets(running);
  const { weight, judgement, paused } = state;
  const gates = (judgement?.gates ?? []).map(({ gate, verdict }) =>
    piece(`${VERDICTS[verdict].mark} ${gate} ${VERDICTS[verdict].text}`, verdictPaint(palette, verdict)),
  );
  return [
    ...flow(
      [
        piece(shareBar(weight), palette.cyan),
        piece(`${weight} %`, palette.bold),
        ...phrase(doingText(state), paused === undefined ? undefined : palette.yellow),
        ...phrase(holdText(state, now), palette.dim),
      ],
      width,
    ),
    ...(gates.length === 0 ? [] : flow(gates, width)),
  ];
}
