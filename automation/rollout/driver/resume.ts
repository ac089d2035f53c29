import { type LedgerEntry, ledgerKey } from "../../../components/release/ledger.ts";
import { CommandFailure } from "../../exit.ts";
import { Journal, journalPath } from "../journal/journal.ts";
import type { JournalRecord } from "../journal/record.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { reduce } from "../machine/reduce.ts";
import type { RolloutState } from "../machine/state.ts";
import { SYSTEM_CLOCK, within } from "./clock.ts";
import { Course } from "./course.ts";
import type { Progress } from "./entry.ts";
import { Hold } from "./hold.ts";
import type { DriveOptions, Pen } from "./options.ts";

type Known = NonNullable<LedgerEntry["release"]>;

const PATIENCE_MILLISECONDS = 30_000;

/** How far a release is, and which commands its journal has that the ledger doesn't know to be heard. */
interface Found {
  readonly state: RolloutState;
  readonly heard: Progress["heard"];
}

function underWay(entry: LedgerEntry, { stack, system, service }: RolloutTarget): Known {
  if (entry.release !== undefined) return entry.release;
  const last = entry.history.at(-1);
  const ended = last === undefined ? "" : ` The last one, ${last.release}, is over: ${last.outcome}.`;
  throw new CommandFailure(
    `${ledgerKey(system, service)} in ${stack}: no release is under way.${ended} \`slipway release begin\` begins one.`,
  );
}

/** @throws CommandFailure where the journal here isn't the one that the ledger goes by */
function differs(file: string, { id, records, head }: Known, there: Pen["head"]): never {
  throw new CommandFailure(
    `release ${id} can't go on by the journal on this machine: the ledger is at record ${records} (${head}), and ${file} at record ${there.records} (${there.head}). Either the release went on elsewhere: resume it there, or move this file away, and it goes on from the ledger. Or one of the two was put back from a copy: find out which.`,
  );
}

/** A journal that is ahead of the ledger is right: it was written first. */
function follow(file: string, known: Known, journal: Pen): Found {
  const state = known.state as unknown as RolloutState;
  const { records, head } = journal;
  const [first] = records;
  if (first === undefined) return { state, heard: [] };
  const hashAt = (n: number): string | undefined =>
    n === first.n - 1 ? first.before : records.find((record) => record.n === n)?.hash;
  if (hashAt(known.records) !== known.head) differs(file, known, head);
  const ahead = records.filter(({ n }) => n > known.records).map(({ event }: JournalRecord) => event);
  return {
    state: ahead.reduce<RolloutState>((before, event) => reduce(before, event), state),
    heard: ahead.filter((event) => event.kind === "asked"),
  };
}

/**
 * Percent that the candidate may have while a release is so far: it is being moved, or was. Empty: nobody can say, since it may
 * be the stable version by now; or it makes no difference.
 */
function expectedWeights({ phase, weight, effect }: RolloutState): readonly number[] {
  if (phase === "shifting") return effect?.kind === "shift" ? [weight, effect.weight] : [weight];
  return phase === "holding" ? [weight] : [];
}

/**
 * The candidate doesn't have the weight that the release left it with: someone moved the traffic while nobody drove, by hand or
 * because neither ledger nor journal could be written. What that means nobody knows here: the candidate is taken back.
 */
async function checkWeight({ actuator, clock = SYSTEM_CLOCK, report }: DriveOptions, course: Course) {
  const { state } = course;
  const expected = expectedWeights(state);
  if (expected.length === 0) return;
  const read = await within(clock, PATIENCE_MILLISECONDS, actuator.weight(state)).catch((error: unknown) => {
    report(`nobody could say how much traffic the candidate has: ${error}`);
    return undefined;
  });
  if (read === undefined || expected.includes(read.value)) return;
  const reason = `the candidate was left with ${expected.join(" or ")} % of the traffic and has ${read.value} %: someone else moved it`;
  report(reason);
  await course.tell({ kind: "asked", at: course.now, command: "abort", by: "slipway", reason });
}

/**
 * Goes on with a release whose driver ended: from its journal on this machine or, where that is on another one, from the ledger.
 * @throws CommandFailure where no release is under way, or the journal here is not the ledger's; LeaseHeld where its driver is
 * alive; LedgerError, JournalError
 */
export async function resumeOf(options: DriveOptions, target: RolloutTarget): Promise<Course> {
  underWay(await Hold.peek(options, target), target);
  const hold = await Hold.take(options, target);
  let journal: Pen | undefined;
  try {
    const known = underWay(await hold.hear(), target);
    const { openJournal = Journal.open, moment, journals, holder } = options;
    const file = journalPath(journals, target, known.id);
    journal = await openJournal(file, { after: known, ...(moment === undefined ? {} : { moment }) });
    const from = journal.records.length === 0 ? "ledger" : "journal";
    const { state, heard } = follow(file, known, journal);
    if (from === "ledger") options.report(`the journal of ${known.id} is not here: going on from the ledger`);
    const course = new Course(options, hold, journal, state, heard);
    await course.tell({ kind: "taken-over", at: course.now, holder, token: hold.token, from });
    await checkWeight(options, course);
    return course;
  } catch (error) {
    await journal?.close();
    await hold.giveBack();
    throw error;
  }
}
