import { setTimeout } from "node:timers/promises";
import type { Lease, LedgerEntry } from "../../../components/release/ledger.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { person } from "../../flags/person.ts";
import { resumeOf } from "../driver/resume.ts";
import { isLive, LeaseHeld, releaseLease } from "../ledger/lease.ts";
import { readEntry, updateEntry } from "../ledger/update.ts";
import { commandProblem } from "../machine/asked.ts";
import type { Asked, RolloutTarget } from "../machine/event.ts";
import type { RolloutState } from "../machine/state.ts";
import { releaseCommand } from "../show/commands.ts";
import { keyOf, openReleases, parseService, type StackReleases } from "./context.ts";
import { hasDied } from "./died.ts";
import { driveHere } from "./drive-here.ts";
import type { CommandFlags } from "./flags.ts";
import { NOBODY, releaseMetrics } from "./metrics.ts";

/** How long a driver has to hear a command, in milliseconds: it looks every few seconds. */
const PATIENCE = 20_000;

/** The release under way. @throws CommandFailure where there is none */
function underWay(entry: LedgerEntry, named: RolloutTarget): RolloutState {
  if (entry.release !== undefined) return entry.release.state as unknown as RolloutState;
  throw new CommandFailure(
    `no release of ${keyOf(named)} is under way in ${named.stack}: slipway release history ${keyOf(named)} --stack ${named.stack} shows those that are over`,
    EXIT.usage,
  );
}

/** The lease of a driver that may be alive. */
function drivenUnder({ lease }: LedgerEntry): Lease | undefined {
  return lease !== undefined && isLive(lease, new Date()) && !hasDied(lease) ? lease : undefined;
}

/** A driver that was killed on this machine can't give its lease back: nobody has to wait for its end. */
async function freeFromTheDead({ store }: StackReleases, key: string, { lease }: LedgerEntry): Promise<void> {
  if (lease !== undefined && hasDied(lease)) await releaseLease(store, key, lease);
}

/** Waits until the driver took a command. @returns the entry then; undefined where it never did */
async function heard(
  { store }: StackReleases,
  named: RolloutTarget,
  at: string,
): Promise<LedgerEntry | undefined> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    const entry = await readEntry(store, keyOf(named));
    if (!entry.commands.some((command) => command.at === at)) return entry;
    await setTimeout(500);
  }
  return undefined;
}

const DONE: Readonly<Record<Asked, string>> = {
  pause: "paused",
  resume: "goes on",
  promote: "goes on to the next step",
  abort: "the candidate is being taken back",
};

/** `slipway release pause|resume|promote|abort SERVICE`: tells whoever drives, or drives from here; gives the exit code. */
export async function command(
  root: string,
  service: string,
  asked: Asked,
  flags: CommandFlags,
): Promise<number> {
  const releases = openReleases(root, flags);
  const named = parseService(releases.target, service);
  const entry = await readEntry(releases.store, keyOf(named));
  const state = underWay(entry, named);
  const driver = drivenUnder(entry);
  const isOrphan = driver === undefined;
  if (asked === "resume" && driver !== undefined && state.paused === undefined) {
    throw new LeaseHeld(keyOf(named), driver);
  }
  const by = await person(root);
  const said = { command: asked, by, ...(flags.reason === undefined ? {} : { reason: flags.reason }) };
  // A release that nobody drives is gone on with, whether or not it is paused.
  const isTold = !(asked === "resume" && isOrphan && state.paused === undefined);
  const problem = isTold ? commandProblem(state, said) : undefined;
  if (problem !== undefined) throw new CommandFailure(`${keyOf(named)}: ${problem}`, EXIT.usage);
  const at = new Date().toISOString();
  if (isTold) {
    await updateEntry(releases.store, keyOf(named), (now) => {
      underWay(now, named);
      return { ...now, commands: [...now.commands, { ...said, at }] };
    });
  }
  if (isOrphan) {
    process.stderr.write("nobody drives this release: going on with it from here\n");
    await freeFromTheDead(releases, keyOf(named), entry);
    const { plan } = state;
    // The way back waits for nobody's figures, nor for anybody to say who has them.
    const looks = asked !== "abort" && plan.steps.length > 0;
    const metrics = looks ? releaseMetrics(releases, plan.traffic, flags) : NOBODY;
    return await driveHere(releases, plan.traffic, metrics, flags, (options) => resumeOf(options, named));
  }
  const after = await heard(releases, named, at);
  if (after === undefined) {
    throw new CommandFailure(
      `${asked} is written down in the ledger, and ${driver.holder} has not heard it within ${PATIENCE / 1000} s. It will, if it lives; else go on from here once its lease is over (${driver.until}): ${releaseCommand("resume", named)}`,
    );
  }
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ release: state.release, command: asked, heard: true })}\n`
      : `${keyOf(named)}: ${DONE[asked]}. ${releaseCommand("status", named)} shows how it goes.\n`,
  );
  return EXIT.ok;
}
