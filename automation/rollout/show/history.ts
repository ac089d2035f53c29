import type { EndedRelease, LedgerEntry } from "../../../components/release/ledger.ts";
import { momentText } from "../../status/figures.ts";
import { flow, plain, textWidth } from "../../status/flow.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { dataWithoutSecrets } from "../report/redact.ts";
import { between, imageText, lengthText, serviceText } from "../report/words.ts";
import { cell, type Palette, phrase, piece } from "./marks.ts";

/** Releases that are over; what `--json` prints. */
export interface ReleaseHistory {
  readonly schemaVersion: 1;
  readonly target: RolloutTarget;
  /** The newest first. */
  readonly releases: readonly (EndedRelease & { readonly seconds: number })[];
}

/** The ended releases of a service, without anything that looks like a secret. */
export function historyOf(target: RolloutTarget, { history }: LedgerEntry): ReleaseHistory {
  return dataWithoutSecrets<ReleaseHistory>({
    schemaVersion: 1,
    target,
    releases: history.toReversed().map((ended) => ({ ...ended, seconds: between(ended.began, ended.ended) })),
  });
}

const OUTCOMES: Record<EndedRelease["outcome"], string> = {
  promoted: "✔ promoted",
  "rolled-back": "✖ taken back",
  failed: "! failed",
};

const TITLES = ["Ended", "Outcome", "From", "To", "Took", "By"] as const;

function cells({ ended, outcome, from, to, seconds, by }: ReleaseHistory["releases"][number]): string[] {
  return [momentText(ended), OUTCOMES[outcome], imageText(from), imageText(to), lengthText(seconds), by].map(
    plain,
  );
}

/** A history that was reckoned before, for a terminal. */
export function historyText({ target, releases }: ReleaseHistory, palette: Palette, width: number): string {
  const head = flow([piece(`${serviceText(target)} in ${target.stack}`, palette.bold)], width);
  if (releases.length === 0) {
    return `${[...head, ...flow(phrase("Nothing was released yet."), width, { text: "  " })].join("\n")}\n`;
  }
  const rows = releases.map(cells);
  const columns = TITLES.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const padded = (row: readonly string[]) =>
    row.map((cell, index) => cell + " ".repeat(Math.max(0, (columns[index] ?? 0) - textWidth(cell))));
  const paints = { promoted: palette.green, "rolled-back": palette.red, failed: palette.red };
  const lines = releases.flatMap(({ outcome, reason, strategy, release }, index) => [
    ...flow(
      padded(rows[index] ?? []).map((text, column) =>
        column === 1 ? cell(text.trimEnd(), text.length, paints[outcome]) : { text },
      ),
      width,
      { text: "  " },
    ),
    ...flow(phrase(`${strategy} ${release}: ${reason}`, palette.dim), width, { text: "      " }),
  ]);
  const titles = flow(
    padded(TITLES).map((text) => cell(text.trimEnd(), text.length, palette.dim)),
    width,
    { text: "  " },
  );
  return `${[...head, ...titles, ...lines].join("\n")}\n`;
}

/** A service's ended releases as a table, the newest first; each with its reason. */
export function renderHistory(
  target: RolloutTarget,
  entry: LedgerEntry,
  palette: Palette,
  width: number,
): string {
  return historyText(historyOf(target, entry), palette, width);
}
