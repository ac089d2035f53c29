import { access, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { createColors } from "picocolors";
import { EMPTY_ENTRY, type LedgerEntry, type Version } from "../../../components/release/ledger.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { writeWhole } from "../../plan/write.ts";
import { showsColor } from "../../terminal.ts";
import { journalPath, readJournal } from "../journal/journal.ts";
import type { JournalRecord } from "../journal/record.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { reduce } from "../machine/reduce.ts";
import type { RolloutState } from "../machine/state.ts";
import { reportHtml } from "../report/html.ts";
import { reportMarkdown } from "../report/markdown.ts";
import { storyOf } from "../report/story.ts";
import { versionText } from "../report/words.ts";
import { historyOf, historyText } from "../show/history.ts";
import { statusText } from "../show/status.ts";
import { statusOf } from "../show/status-of.ts";
import { whyText } from "../show/why.ts";
import { whyOf } from "../show/why-of.ts";
import { keyOf, openReleases, parseService, type StackReleases } from "./context.ts";
import { hasDied } from "./died.ts";
import type { ReleaseFlags, ReportFlags } from "./flags.ts";

/** Widest that anything is shown: longer lines are harder to read. */
const WIDTH = 100;

const paint = () => createColors(showsColor(process.stdout));
const width = () => Math.min(WIDTH, process.stdout.columns ?? WIDTH);

/** What a release's events add up to. @throws Error where there are none */
export function replayed(records: readonly JournalRecord[]): RolloutState {
  const state = records.reduce<RolloutState | undefined>(
    (before, { event }) => reduce(before, event),
    undefined,
  );
  if (state === undefined) throw new Error("the journal is empty");
  return state;
}

interface Known {
  readonly target: RolloutTarget;
  readonly entry: LedgerEntry;
}

/** One service, or every one that the ledger knows. */
async function known({ store, target }: StackReleases, service: string | undefined): Promise<Known[]> {
  const { services } = (await store.read()).ledger;
  if (service !== undefined) {
    const named = parseService(target, service);
    return [{ target: named, entry: services[keyOf(named)] ?? EMPTY_ENTRY }];
  }
  return Object.entries(services)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => ({ target: parseService(target, key), entry }));
}

/** An entry without the lease of a driver that was killed on this machine: nobody drives it, and nobody has to wait. */
function withoutTheDead({ lease, ...entry }: LedgerEntry): LedgerEntry {
  return lease === undefined || hasDied(lease) ? entry : { ...entry, lease };
}

/** Where a service stands between two releases. */
function atRest({ target, entry }: Known): string {
  const { stable, previous } = entry;
  const name = `${target.system}/${target.service} in ${target.stack}`;
  if (stable === undefined) {
    return `${name}: nothing was released yet; requests go to what was deployed last\n`;
  }
  const line = (title: string, version: Version) =>
    `  ${title.padEnd(11)}${versionText(version)}${version.since === undefined ? "" : `, since ${version.since}`}\n`;
  return `${name}: no release under way\n${line("stable", stable)}${previous === undefined ? "" : line("before", previous)}`;
}

/** `slipway release status [SERVICE]` */
export async function status(
  root: string,
  service: string | undefined,
  flags: ReleaseFlags,
): Promise<number> {
  const releases = openReleases(root, flags);
  const services = await known(releases, service);
  const now = new Date().toISOString();
  const shown = services.map(({ target, entry }) => {
    const running = entry.release?.state as RolloutState | undefined;
    const said = running === undefined ? undefined : statusOf(running, withoutTheDead(entry), now);
    return {
      value: said ?? { schemaVersion: 1, at: now, target, stable: entry.stable, previous: entry.previous },
      text: said === undefined ? atRest({ target, entry }) : statusText(said, paint(), width()),
    };
  });
  const none = `nothing was released yet in ${flags.stack}: slipway release SYSTEM/SERVICE --image IMAGE --stack ${flags.stack}\n`;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(
          shown.map(({ value }) => value),
          null,
          2,
        )}\n`
      : shown.map(({ text }) => text).join("\n") || none,
  );
  return EXIT.ok;
}

/** `slipway release history [SERVICE]` */
export async function history(
  root: string,
  service: string | undefined,
  flags: ReleaseFlags,
): Promise<number> {
  const services = await known(openReleases(root, flags), service);
  const histories = services.map(({ target, entry }) => historyOf(target, entry));
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(histories, null, 2)}\n`
      : histories.map((each) => historyText(each, paint(), width())).join("\n") ||
          `nothing was released yet in ${flags.stack}\n`,
  );
  return EXIT.ok;
}

/** The release that is asked for: the one that is named, the one under way, or the last. @throws CommandFailure where there is none */
function chosen({ target, entry }: Known, named: string | undefined): string {
  const all = [...entry.history.map(({ release }) => release), ...(entry.release ? [entry.release.id] : [])];
  const last = all.at(-1);
  if (named === undefined && last !== undefined) return last;
  if (named !== undefined && all.includes(named)) return named;
  throw new CommandFailure(
    named === undefined
      ? `${keyOf(target)} was never released in ${target.stack}`
      : `${keyOf(target)} has no release "${named}" in ${target.stack}; it has: ${all.slice(-10).join(", ") || "none"}`,
    EXIT.usage,
  );
}

/** A release's journal on this machine; undefined where it was driven elsewhere. */
async function journalOf(
  { journals }: StackReleases,
  target: RolloutTarget,
  release: string,
): Promise<readonly JournalRecord[] | undefined> {
  const file = journalPath(journals, target, release);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  return there ? await readJournal(file) : undefined;
}

/** @throws CommandFailure that says where to look */
async function mustHaveJournal(
  releases: StackReleases,
  target: RolloutTarget,
  release: string,
): Promise<readonly JournalRecord[]> {
  const records = await journalOf(releases, target, release);
  if (records !== undefined && records.length > 0) return records;
  const folder = dirname(journalPath(releases.journals, target, release));
  const here = await readdir(folder).catch(() => []);
  throw new CommandFailure(
    `the journal of the release ${release} is not on this machine: it lies where the release was driven, in ${join(folder, `${release}.jsonl`)}. Here are: ${here.join(", ") || "none"}`,
  );
}

/** `slipway release why SERVICE` */
export async function why(root: string, service: string, flags: ReportFlags): Promise<number> {
  const releases = openReleases(root, flags);
  const [found] = await known(releases, service);
  const release = chosen(found as Known, flags.release);
  const { target, entry } = found as Known;
  // The ledger knows the one under way, also where its journal is elsewhere.
  const records =
    entry.release?.id === release ? undefined : await mustHaveJournal(releases, target, release);
  const state = records === undefined ? (entry.release?.state as unknown as RolloutState) : replayed(records);
  const said = whyOf(state, new Date().toISOString());
  process.stdout.write(flags.json ? `${JSON.stringify(said, null, 2)}\n` : whyText(said, paint(), width()));
  return EXIT.ok;
}

/** `slipway release report SERVICE` */
export async function report(
  root: string,
  service: string,
  flags: ReportFlags & { readonly out: string },
): Promise<number> {
  const releases = openReleases(root, flags);
  const [found] = await known(releases, service);
  const { target } = found as Known;
  const release = chosen(found as Known, flags.release);
  const story = storyOf(await mustHaveJournal(releases, target, release));
  const base = join(resolve(flags.out), `${target.system}-${target.service}-${release}`);
  const files = { markdown: `${base}.md`, html: `${base}.html` };
  writeWhole(files.markdown, reportMarkdown(story));
  writeWhole(files.html, await reportHtml(story));
  process.stdout.write(
    flags.json ? `${JSON.stringify(files, null, 2)}\n` : `wrote ${files.markdown}\nwrote ${files.html}\n`,
  );
  return EXIT.ok;
}
