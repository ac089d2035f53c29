import type { createColors } from "picocolors";
import { alignColumns } from "../sandbox/table.ts";
import type { FlagSet, FlagState } from "./flag-set.ts";
import type { Change, HistoryEntry } from "./history.ts";
import type { Refreshed } from "./store.ts";

type Colors = ReturnType<typeof createColors>;

/** Longest value that a table shows whole. */
const WIDEST = 40;

const shown = (text: string | null) => {
  if (text === null) return "-";
  if (text === "") return '""';
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
};

const setTitle = ({ name, namespace }: FlagSet, colors: Colors) =>
  `${colors.bold(name)} in namespace ${namespace}`;

/** `2026-11-21 14:03:05 UTC` */
const moment = (iso: string) => `${iso.slice(0, 19).replace("T", " ")} UTC`;

/** Without the address: a table has little room. */
const nameOf = (person: string) => person.replace(/ <.*>$/, "");

/** What `slipway flags` shows of one set. */
export function renderStates(set: FlagSet, states: readonly FlagState[], colors: Colors): string {
  const header = ["FLAG", "EFFECTIVE", "DECLARED", "OVERRIDE", "SINCE", "BY", "REASON"].map((title) =>
    colors.bold(title),
  );
  const rows = states.map((state) => {
    const overridden = state.override !== null && !state.readAtStart;
    return [
      state.name,
      overridden ? colors.yellow(shown(state.effective)) : shown(state.effective),
      shown(state.declared) + (state.readAtStart ? colors.dim(" (read at start)") : ""),
      shown(state.override),
      state.since === undefined ? "" : moment(state.since),
      state.by === undefined ? (state.override === null ? "" : "not by slipway") : nameOf(state.by),
      state.reason ?? "",
    ];
  });
  const wrong = states.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [colors.red(`${name}: ${problem}`)],
  );
  return [setTitle(set, colors), "", ...alignColumns([header, ...rows]), ...wrong].join("\n");
}

/** One line for each change: `USE_UNIFIED_PIPELINE  1 → 0`. */
export function renderChanges(changes: readonly Change[], colors: Colors): string[] {
  return alignColumns(
    changes.map(({ name, from, to, cleared }) => [
      `  ${name}`,
      `${shown(from)} → ${colors.bold(shown(to))}${cleared === true ? " (as declared)" : ""}`,
    ]),
  );
}

/** What `slipway flags history` shows of one set, the newest first. */
export function renderHistory(set: FlagSet, history: readonly HistoryEntry[], colors: Colors): string {
  const entries = history
    .toReversed()
    .flatMap(({ at, by, account, reason, changes }) => [
      "",
      `${moment(at)}  ${by}${account === undefined ? "" : ` (${account} to the cluster)`}: ${reason}`,
      ...renderChanges(changes, colors),
    ]);
  return [setTitle(set, colors), ...(entries.length === 0 ? ["", "Nothing was set yet."] : entries)].join(
    "\n",
  );
}

/** When pods see a change. */
export function renderRefresh({ told, pods, problem }: Refreshed): string {
  const later = "within a minute and a half, when its node looks";
  if (problem !== undefined) {
    return `Each pod sees it ${later}; ${told === 0 ? "none" : `${told} of ${pods}`} could be told to look now: ${problem}`;
  }
  if (pods === 0) return "No pod that runs reads these flags; those to come find them so.";
  return `${told} of ${pods} ${pods === 1 ? "pod" : "pods"} told to look now: seconds; else ${later}. Nothing is restarted.`;
}
