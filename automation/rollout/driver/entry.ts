import { createHash } from "node:crypto";
import type {
  EndedRelease,
  LedgerCandidate,
  LedgerEntry,
  ReleaseCommand,
  Version,
} from "../../../components/release/ledger.ts";
import { outcome } from "../machine/look.ts";
import type { RolloutState } from "../machine/state.ts";

/** How far a release is: its state, and the journal's record that made it so. */
export interface Progress {
  readonly state: RolloutState;
  readonly records: number;
  readonly head: string;
  /** Commands that are in the journal, and perhaps in the ledger still. */
  readonly heard: readonly Pick<ReleaseCommand, "command" | "by" | "reason">[];
}

/** The name of a candidate's own address, from what its image is told apart by: `canary-1a2b3c4`. */
function candidateTag(image: string): string {
  const [, named] = /(?:@sha256:|[:-])([0-9a-f]{7})[0-9a-f]*$/.exec(image) ?? [];
  return `canary-${named ?? createHash("sha256").update(image).digest("hex").slice(0, 7)}`;
}

/** Percent that the candidate is to have: of the effect under way, or what it has. */
function wantedPercent({ effect, weight, phase }: RolloutState): number {
  if (effect?.kind === "shift") return effect.weight;
  return phase === "withdrawing" ? 0 : weight;
}

function candidateOf(state: RolloutState): LedgerCandidate {
  const { image, revision } = state.candidate;
  const { header, strategy } = state.plan;
  return {
    image,
    ...(revision === undefined ? {} : { revision }),
    percent: wantedPercent(state),
    tag: candidateTag(image),
    ...(strategy === "blue-green" ? { fullSize: true } : {}),
    ...(header === undefined ? {} : { header }),
  };
}

function promoted({ candidate, release, decision }: RolloutState): Version {
  const { image, revision } = candidate;
  return {
    image,
    ...(revision === undefined ? {} : { revision }),
    ...(decision === undefined ? {} : { since: decision.at }),
    release,
  };
}

/** Which versions the program is to declare while a release is so far. */
function versions(state: RolloutState): Pick<LedgerEntry, "stable" | "candidate"> {
  switch (state.phase) {
    case "promoting":
    case "promoted":
      return { stable: promoted(state) };
    case "tidying":
    case "rolled-back":
    case "failed":
      return { stable: state.stable };
    default:
      return { stable: state.stable, candidate: candidateOf(state) };
  }
}

/** What people asked and nobody heard: commands are heard in their order. */
export function unheard(
  commands: readonly ReleaseCommand[],
  heard: Progress["heard"],
): readonly ReleaseCommand[] {
  let left = commands;
  for (const { command, by, reason } of heard) {
    const [first] = left;
    if (first?.command === command && first.by === by && first.reason === reason) left = left.slice(1);
  }
  return left;
}

function endedOf(state: RolloutState): EndedRelease {
  const { release, plan, stable, candidate, began, ended = began, decision, leftover, by } = state;
  const reason = decision?.reason ?? "";
  return {
    release,
    strategy: plan.strategy,
    from: stable.image,
    to: candidate.image,
    began,
    ended,
    outcome: outcome(state) ?? "failed",
    reason: leftover === undefined ? reason : `${reason}; left to do: ${leftover}`,
    by,
  };
}

/**
 * A service's entry once a release is so far. Applied twice it is the same, and applied late it changes nothing: a write whose
 * answer was lost may be there already, and a slow one may come after the next.
 */
export function entryAt(entry: LedgerEntry, { state, records, head, heard }: Progress): LedgerEntry {
  const { release: there, candidate: _candidate, stable: _stable, commands, ...rest } = entry;
  const isEnded = entry.history.some(({ release }) => release === state.release);
  if (isEnded || (there?.id === state.release && there.records >= records)) return entry;
  if (outcome(state) !== undefined) {
    return {
      ...rest,
      ...versions(state),
      ...(state.phase === "promoted" ? { previous: state.stable } : {}),
      commands: [],
      history: [...entry.history, endedOf(state)],
    };
  }
  return {
    ...rest,
    ...versions(state),
    release: { id: state.release, records, head, state: JSON.parse(JSON.stringify(state)) },
    // What was asked before this release began was asked of another.
    commands: there?.id === state.release ? [...unheard(commands, heard)] : [],
  };
}
