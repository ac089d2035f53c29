import { commandProblem } from "../machine/asked.ts";
import type { Effect } from "../machine/effect.ts";
import type { RolloutEvent } from "../machine/event.ts";
import type { RolloutState } from "../machine/state.ts";
import { VERDICTS } from "./gate-words.ts";
import { dataWithoutSecrets } from "./redact.ts";
import {
  because,
  between,
  lengthText,
  ordinal,
  STRATEGIES,
  serviceText,
  sharedOut,
  versionText,
} from "./words.ts";

/** What a note is about. Stable: machines read it. */
export type NoteKind =
  | "begun"
  | "staged"
  | "tested"
  | "probed"
  | "shifted"
  | "verdict"
  | "asked"
  | "paused"
  | "resumed"
  | "failed"
  | "taken-over"
  | "decided"
  | "withdrawn"
  | "promoted"
  | "tidied"
  | "ended"
  | "leftover";

/** Whether it is good news, bad news, something to look at, or none of these. */
export type Tone = "good" | "bad" | "warning" | "plain";

/** Something of note in a release, in a sentence. */
export interface Note {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: NoteKind;
  readonly tone: Tone;
  readonly text: string;
  /** Who wanted it, where it was a person. */
  readonly by?: string;
  readonly reason?: string;
}

/** What an effect is called while it is done. */
export function effectText(effect: Effect): string {
  switch (effect.kind) {
    case "stage":
      return "staging the candidate";
    case "test":
      return "testing the candidate";
    case "probe":
      return `probe round ${effect.round}`;
    case "shift":
      return `giving the candidate ${effect.weight} %`;
    case "promote":
      return "promoting the candidate";
    case "withdraw":
      return "taking the traffic back";
    case "tidy":
      return "removing the candidate";
  }
}

type Said = Omit<Note, "at">;

function begunNote(state: RolloutState, reason: string | undefined): Said {
  const { release, target, plan, stable, candidate, by } = state;
  const loud = plan.strategy === "hotfix";
  return {
    kind: "begun",
    tone: loud ? "warning" : "plain",
    text: `release ${release} of ${serviceText(target)} in ${target.stack} began, ${STRATEGIES[plan.strategy]}: from ${versionText(stable)} to ${versionText(candidate)}, by ${by}${because(reason)}`,
    by,
    ...(reason === undefined ? {} : { reason }),
  };
}

function shiftedText(state: RolloutState, weight: number): string {
  const { steps } = state.plan;
  const step = steps[state.step];
  const held =
    step === undefined
      ? ""
      : `, step ${state.step + 1} of ${steps.length}; held for ${lengthText(step.holdSeconds)} at least`;
  return `the candidate has ${weight} % of the ${sharedOut(state.plan)}${held}`;
}

function doneNote(effect: Effect, after: RolloutState): Said {
  switch (effect.kind) {
    case "stage":
      return {
        kind: "staged",
        tone: "plain",
        text: `the candidate ${versionText(after.candidate)} is ready, without traffic`,
      };
    case "test": {
      const count = after.plan.tests.length;
      return {
        kind: "tested",
        tone: "good",
        text: `the candidate passed ${count === 1 ? "its test" : `its ${count} tests`}`,
      };
    }
    case "probe":
      return { kind: "probed", tone: "plain", text: `probe round ${effect.round} is done` };
    case "shift":
      return { kind: "shifted", tone: "plain", text: shiftedText(after, effect.weight) };
    case "promote":
      return {
        kind: "promoted",
        tone: "good",
        text: `${versionText(after.candidate)} is the stable version`,
      };
    case "withdraw":
      return {
        kind: "withdrawn",
        tone: "plain",
        text: `all ${sharedOut(after.plan)} go to ${versionText(after.stable)} again`,
      };
    case "tidy":
      return { kind: "tidied", tone: "plain", text: "the candidate is removed" };
  }
}

function eventNotes(before: RolloutState | undefined, event: RolloutEvent, after: RolloutState): Said[] {
  switch (event.kind) {
    case "begun":
      return [begunNote(after, event.reason)];
    case "done":
      return before?.effect?.n === event.effect ? [doneNote(before.effect, after)] : [];
    case "failed": {
      if (before?.effect?.n !== event.effect) return [];
      const { effect, failures } = before;
      return [
        {
          kind: "failed",
          tone: "bad",
          text: `${effectText(effect)} failed for the ${ordinal(failures + 1)} time: ${event.error}`,
          reason: event.error,
        },
      ];
    }
    case "judged": {
      const { verdict, reason } = event.judgement;
      const tone = ({ healthy: "good", unhealthy: "bad" } as const)[verdict as string] ?? "warning";
      return before?.judgement?.verdict === verdict
        ? []
        : [{ kind: "verdict", tone, text: `${VERDICTS[verdict].text}: ${reason}`, reason }];
    }
    case "asked": {
      const problem = before && commandProblem(before, event);
      const ignored = problem === undefined ? "" : `; that changes nothing: ${problem}`;
      return [
        {
          kind: "asked",
          tone: problem === undefined ? "plain" : "warning",
          text: `${event.by} asked to ${event.command}${because(event.reason)}${ignored}`,
          by: event.by,
          ...(event.reason === undefined ? {} : { reason: event.reason }),
        },
      ];
    }
    case "taken-over":
      return [
        {
          kind: "taken-over",
          tone: "warning",
          text: `another driver went on: ${event.holder}, lease ${event.token}`,
          by: event.holder,
        },
      ];
  }
}

const OUTCOMES = {
  promoted: ["good", "promoted"],
  "rolled-back": ["bad", "taken back"],
  failed: ["bad", "failed: a person has to take the traffic back"],
} as const;

/** The outcome of a release that is over, with its tone. */
export function outcomeOf({
  phase,
  plan,
}: Pick<RolloutState, "phase" | "plan">): readonly [tone: Tone, text: string] | undefined {
  if (phase === "promoted" && plan.strategy === "soak") return ["good", "passed its soak"];
  // A hotfix is never good news: nobody knows what it does.
  if (phase === "promoted" && plan.strategy === "hotfix")
    return ["warning", "promoted without a look at its figures"];
  return phase === "promoted" || phase === "rolled-back" || phase === "failed" ? OUTCOMES[phase] : undefined;
}

function changeNotes(before: RolloutState | undefined, after: RolloutState): Said[] {
  const { paused, decision, ended, leftover } = after;
  const notes: Said[] = [];
  if (paused !== undefined && before?.paused === undefined) {
    const { by, reason } = paused;
    notes.push({
      kind: "paused",
      tone: "warning",
      text: `paused by ${by === "plan" ? "the plan" : by}${reason === "" ? "" : `: ${reason}`}`,
      by,
      reason,
    });
  }
  if (paused === undefined && before?.paused !== undefined && after.phase !== "withdrawing") {
    notes.push({ kind: "resumed", tone: "plain", text: "goes on" });
  }
  if (decision !== undefined && before?.decision?.promote !== decision.promote) {
    const { promote, reason } = decision;
    notes.push({
      kind: "decided",
      tone: promote ? "good" : "bad",
      text: `decision: ${promote ? "promote it" : "take it back"}, because ${reason}`,
      reason,
    });
  }
  if (leftover !== undefined && before?.leftover !== leftover) {
    notes.push({ kind: "leftover", tone: "warning", text: `left to do: ${leftover}` });
  }
  if (ended !== undefined && before?.ended === undefined) {
    const [tone, text] = outcomeOf(after) ?? ["plain", after.phase];
    notes.push({ kind: "ended", tone, text: `${text}, after ${lengthText(between(after.began, ended))}` });
  }
  return notes;
}

/**
 * What one event brought, for people. Looks that say the same as the one before bring nothing.
 * @param before the state that it met; undefined before the first
 * @param after the state that it made
 */
export function notesOf(
  before: RolloutState | undefined,
  event: RolloutEvent,
  after: RolloutState,
): readonly Note[] {
  return [...eventNotes(before, event, after), ...changeNotes(before, after)].map((said) =>
    dataWithoutSecrets({ at: event.at, ...said }),
  );
}
