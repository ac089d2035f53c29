import { aboutText, counted } from "../judge/words.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { isOver } from "../machine/look.ts";
import type { Phase, RolloutState } from "../machine/state.ts";
import { decisive, type GateSaid, gatesSaid } from "../report/gate-words.ts";
import { effectText } from "../report/notes.ts";
import { dataWithoutSecrets } from "../report/redact.ts";
import { because, between, countText, lengthText, pauserText } from "../report/words.ts";
import { type NextCommand, nextCommands } from "./commands.ts";
import { type Lack, lackOf } from "./evidence-left.ts";
import { doingText } from "./status-of.ts";

/** One gate, and what it wants. */
export interface WhyGate extends GateSaid {
  /** Whether its sentence is the reason. */
  readonly decided: boolean;
  /** What would have been needed, or is. */
  readonly needed?: string;
  readonly lack?: Lack;
}

/** Why a release is where it is, or ended as it did; what `--json` prints. */
export interface Why {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly target: RolloutTarget;
  readonly release: string;
  readonly phase: Phase;
  /** In one sentence. */
  readonly because: string;
  readonly decision?: RolloutState["decision"];
  /** What it waits for, in sentences; empty once it is decided. */
  readonly waitsFor: readonly string[];
  readonly gates: readonly WhyGate[];
  readonly leftover?: string;
  readonly next: readonly NextCommand[];
}

/** What would have kept the limit, with so much counted. */
function keptText({ candidate, limit, said, verdict }: GateSaid): string | undefined {
  if (verdict !== "unhealthy" || limit === undefined) return undefined;
  return candidate.kind === "events"
    ? `at most ${countText(Math.floor(candidate.total * limit))} bad of ${countText(candidate.total)}`
    : said.limit;
}

function lackText(lack: Lack, what: string, holdLeft: number): string {
  const { events, seconds, never, atEnd } = lack;
  if (atEnd) {
    return holdLeft > 0
      ? `is judged at the end of the hold, in ${lengthText(holdLeft)}`
      : "is judged at the next look";
  }
  if (never === "nothing is measured") return "lacks figures: nothing is measured of the candidate";
  if (never !== undefined) return `lacks good ${what}: at the share of bad ones so far it never gets healthy`;
  if (events === undefined) return "lacks evidence: it is held against stable alone";
  const time = seconds === undefined ? "" : `, about ${lengthText(seconds)} at the current rate`;
  return `lacks ${aboutText(events)} more ${what}${time}`;
}

function holdLeft({ plan, step, heldSince }: RolloutState, now: string): number {
  const hold = plan.steps[step]?.holdSeconds;
  return hold === undefined || heldSince === undefined ? 0 : Math.max(0, hold - between(heldSince, now));
}

function whyGates(state: RolloutState, now: string): WhyGate[] {
  const { plan, judgement, heldSince, lookedAt = now, phase } = state;
  const decider = judgement && decisive(judgement);
  const byName = new Map(plan.gates.map((gate) => [gate.name, gate]));
  return gatesSaid(plan.gates, judgement).map((said) => {
    const gate = byName.get(said.gate);
    const held = heldSince === undefined ? 0 : between(heldSince, lookedAt);
    const lack = phase === "holding" && gate !== undefined ? lackOf(plan, gate, said, held) : undefined;
    const needed =
      lack === undefined
        ? keptText(said)
        : lackText(lack, gate === undefined ? "events" : counted(gate), holdLeft(state, now));
    return {
      ...said,
      decided: said.gate === decider?.gate,
      ...(lack === undefined ? {} : { lack }),
      ...(needed === undefined ? {} : { needed }),
    };
  });
}

/** What is done where the evidence doesn't come, and when. */
function undecidedText(
  { plan, step, heldSince, undecidedSince, began }: RolloutState,
  now: string,
): string[] {
  const hold = plan.steps[step]?.holdSeconds;
  if (hold === undefined || heldSince === undefined) return [];
  const over = Date.parse(heldSince) + hold * 1000;
  const since = Math.max(over, Date.parse(undecidedSince ?? began));
  const at = new Date(since + plan.undecided.afterSeconds * 1000).toISOString();
  const what = plan.undecided.do === "pause" ? "paused" : "taken back";
  return [`if it stays so, it is ${what} in ${lengthText(between(now, at))}`];
}

function waits(state: RolloutState, gates: readonly WhyGate[], now: string): string[] {
  const { paused, effect, phase, failures } = state;
  if (isOver(state)) return [];
  const person =
    paused === undefined
      ? []
      : [`somebody to resume it: paused by ${pauserText(paused)}${because(paused.reason)}`];
  if (effect !== undefined && phase !== "holding") {
    const tried = failures === 0 ? "" : `, which failed ${failures} times so far`;
    return [...person, `${effectText(effect)}${tried}`];
  }
  if (phase !== "holding") return person;
  const left = holdLeft(state, now);
  const lacking = gates.filter(({ lack }) => lack !== undefined);
  return [
    ...person,
    ...(left > 0 ? [`the end of the hold, in ${lengthText(left)}`] : []),
    ...(state.judgement === undefined ? ["the first look at the gates"] : []),
    ...lacking.map(({ gate, needed }) => `${gate}, which ${needed}`),
    ...(lacking.length > 0 && paused === undefined ? undecidedText(state, now) : []),
  ];
}

/** Why a release is where it is, without anything that looks like a secret. @param now ISO 8601 */
export function whyOf(state: RolloutState, now: string): Why {
  const { target, release, phase, decision, leftover } = state;
  const gates = whyGates(state, now);
  return dataWithoutSecrets<Why>({
    schemaVersion: 1,
    at: now,
    target,
    release,
    phase,
    because: decision === undefined ? doingText(state) : `${doingText(state)}, because ${decision.reason}`,
    ...(decision === undefined ? {} : { decision }),
    waitsFor: waits(state, gates, now),
    gates,
    ...(leftover === undefined ? {} : { leftover }),
    next: nextCommands(state),
  });
}
