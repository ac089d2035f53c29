import type { Asked, RolloutEvent } from "./event.ts";
import { hasEvidence } from "./judged.ts";
import type { RolloutState } from "./state.ts";
import { enter, finishHotfix, goOn, takeBack, without } from "./transitions.ts";

/** What a person asked. */
interface Command {
  readonly command: Asked;
  readonly by: string;
  readonly reason?: string;
}

const isGiven = (reason: string | undefined) => reason !== undefined && reason.trim() !== "";

/** "Ada", or `Ada: "the reason"`. */
const saying = ({ by, reason }: Command) => (isGiven(reason) ? `${by}: "${reason?.trim()}"` : by);

function promoteProblem({ phase, judgement }: RolloutState, { reason }: Command): string | undefined {
  if (phase !== "holding") return `no step is held that could be cut short: the release is ${phase}`;
  if (judgement?.verdict === "unhealthy")
    return `the candidate is unhealthy and is never promoted: ${judgement.reason}`;
  if ((judgement !== undefined && hasEvidence(judgement)) || isGiven(reason)) return undefined;
  const verdict =
    judgement === undefined ? "nobody has looked yet" : `${judgement.verdict}, ${judgement.reason}`;
  return `there is no evidence that the candidate is healthy (${verdict}): give the reason why it is to go on all the same`;
}

/** Why a command would change nothing now, in a sentence; undefined where it is followed. */
export function commandProblem(state: RolloutState, asked: Command): string | undefined {
  const { phase, paused } = state;
  const { command } = asked;
  if (phase === "promoted" || phase === "rolled-back" || phase === "failed")
    return `the release is over: ${phase}`;
  if (phase === "withdrawing" || phase === "tidying") return "the candidate is being taken back already";
  if (command === "abort") return undefined;
  if (phase === "promoting") return "the candidate is being promoted; only abort can stop that";
  if (command === "promote") return promoteProblem(state, asked);
  if (command === "resume") return paused === undefined ? "the release is not paused" : undefined;
  return paused === undefined ? undefined : `the release is paused already, by ${paused.by}`;
}

/** Goes on where a pause left it; too little evidence is waited out anew. */
function resume(state: RolloutState, at: string): RolloutState {
  const on: RolloutState = { ...without(state, "paused"), undecidedSince: at };
  if (on.effect !== undefined) return on;
  if (on.phase === "testing") return enter(on);
  return on.phase === "shifting" ? finishHotfix(on, at) : on;
}

/** A person asked for something. What doesn't fit changes nothing. */
export function onAsked(state: RolloutState, event: Extract<RolloutEvent, { kind: "asked" }>): RolloutState {
  if (commandProblem(state, event) !== undefined) return state;
  const { at, by } = event;
  switch (event.command) {
    case "abort":
      return takeBack(state, at, `aborted by ${saying(event)}`);
    case "pause":
      return { ...state, paused: { by, at, reason: event.reason ?? "" } };
    case "resume":
      return resume(state, at);
    case "promote": {
      const verdict = state.judgement?.verdict ?? "nothing: nobody had looked";
      return goOn(without(state, "paused"), at, `promoted by ${saying(event)}; the verdict was ${verdict}`);
    }
  }
}
