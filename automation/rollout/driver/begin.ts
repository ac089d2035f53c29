import { randomBytes } from "node:crypto";
import { type LedgerEntry, ledgerKey, type Version } from "../../../components/release/ledger.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { Journal, journalPath } from "../journal/journal.ts";
import type { RolloutTarget } from "../machine/event.ts";
import type { RolloutPlan } from "../machine/plan.ts";
import { releaseCommand } from "../show/commands.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { Course } from "./course.ts";
import { Hold } from "./hold.ts";
import type { DriveOptions, Pen } from "./options.ts";

/** What is to be released. */
export interface Beginning {
  readonly target: RolloutTarget;
  readonly plan: RolloutPlan;
  /** What serves now, where the ledger doesn't know it yet. */
  readonly stable?: Version;
  readonly candidate: Version;
  readonly by: string;
  /** A hotfix needs one. */
  readonly reason?: string;
}

/** A name for a release that no other has, and that sorts by time: `20261121-090000-1a2b3c4d`. */
function releaseId(now: Date): string {
  const [day = "", time = ""] = now.toISOString().replaceAll(/[-:]/g, "").split(/[T.]/);
  return `${day}-${time}-${randomBytes(4).toString("hex")}`;
}

/** What a plan can't be carried out for. */
function planProblem(
  { strategy, steps, gates }: RolloutPlan,
  reason: string | undefined,
): string | undefined {
  const weights = steps.map(({ weight }) => weight);
  if (strategy === "hotfix") {
    if (steps.length > 0) return `a hotfix has no steps, and this plan has ${weights.join(", ")} %`;
    return reason === undefined || reason.trim() === ""
      ? "a hotfix skips what protects users: give the reason, which is recorded"
      : undefined;
  }
  const isRising = weights.every((weight, index) => weight > (weights[index - 1] ?? 0) && weight <= 100);
  if (weights.at(-1) !== 100 || !isRising) {
    return `the weights of its steps have to rise to 100 %, and are ${weights.join(", ") || "none"}`;
  }
  const short = steps.find(({ everySeconds }) => !(everySeconds > 0));
  if (short !== undefined) return `it would look every ${short.everySeconds} s at ${short.weight} %`;
  return gates.length === 0 ? "it has no gates, so nothing could ever be said for the candidate" : undefined;
}

/** What the ledger's entry says against a release. */
function entryProblem({ release }: LedgerEntry, target: RolloutTarget): string | undefined {
  if (release === undefined) return undefined;
  const ways = (["status", "resume", "abort"] as const).map((what) => `\`${releaseCommand(what, target)}\``);
  return `release ${release.id} is under way: one at a time. See how it is (${ways[0]}), let it go on (${ways[1]}), or have it taken back (${ways[2]})`;
}

function versionProblem(stable: Version | undefined, { candidate, plan }: Beginning): string | undefined {
  if (stable === undefined)
    return "nobody knows what is stable now: deploy the service once before its first release";
  // The same image with other settings is another version, and has a name of its own.
  const isSame = candidate.revision === undefined || candidate.revision === stable.revision;
  if (stable.image === candidate.image && isSame)
    return `${candidate.image} is the stable version already: there is nothing to release`;
  return plan.traffic.kind === "cloud-run" && stable.revision === undefined
    ? `the stable version ${stable.image} has no name of a revision, so traffic could not be kept on it: deploy the service, then release`
    : undefined;
}

/** @throws CommandFailure; nothing was touched */
function refuse(target: RolloutTarget, problem: string | undefined): void {
  if (problem === undefined) return;
  const key = ledgerKey(target.system, target.service);
  throw new CommandFailure(`${key} in ${target.stack} is not released: ${problem}.`, EXIT.failed);
}

/**
 * Begins a release: takes the service's lease, and writes the beginning down. Nothing is deployed and no traffic moved before
 * `drive`.
 * @throws CommandFailure where it can't be; LeaseHeld where someone else drives a release of the service; LedgerError, JournalError
 */
export async function begin(options: DriveOptions, beginning: Beginning): Promise<Course> {
  const { target, plan, candidate, by, reason } = beginning;
  refuse(target, planProblem(plan, reason));
  const stableOf = (entry: LedgerEntry) => entry.stable ?? beginning.stable;
  const problemOf = (entry: LedgerEntry) =>
    entryProblem(entry, target) ?? versionProblem(stableOf(entry), beginning);
  refuse(target, problemOf(await Hold.peek(options, target)));
  const hold = await Hold.take(options, target);
  let journal: Pen | undefined;
  try {
    // What was read before the lease was taken may be another's by now.
    const entry = await hold.hear();
    refuse(target, problemOf(entry));
    const now = (options.clock ?? SYSTEM_CLOCK).now();
    const release = releaseId(now);
    const { openJournal = Journal.open, moment, journals } = options;
    journal = await openJournal(
      journalPath(journals, target, release),
      moment === undefined ? {} : { moment },
    );
    const course = new Course(options, hold, journal);
    await course.tell({
      kind: "begun",
      at: now.toISOString(),
      release,
      target,
      plan,
      stable: stableOf(entry) as Version,
      candidate,
      by,
      ...(reason === undefined ? {} : { reason }),
    });
    return course;
  } catch (error) {
    await journal?.close();
    await hold.giveBack();
    throw error;
  }
}
