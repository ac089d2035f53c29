import type { Version } from "../../../components/release/ledger.ts";
import type { JournalRecord } from "../journal/record.ts";
import type { Verdict } from "../judge/verdict.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { outcome } from "../machine/look.ts";
import type { RolloutPlan } from "../machine/plan.ts";
import { reduce } from "../machine/reduce.ts";
import type { RolloutState } from "../machine/state.ts";
import { type GateSaid, gatesSaid } from "./gate-words.ts";
import { type Look, lookOf, type Served, ServedCount } from "./looks.ts";
import { type Note, notesOf } from "./notes.ts";
import { dataWithoutSecrets } from "./redact.ts";
import { between } from "./words.ts";

/** One step of a release, as it went. Times are ISO 8601. */
export interface StoryStep {
  /** From 1. */
  readonly number: number;
  readonly weight: number;
  /** When its weight became live; absent where it never did. */
  readonly live?: string;
  /** How long it was to be held, and how long it was. */
  readonly holdSeconds: number;
  readonly heldSeconds?: number;
  readonly looks: number;
  /** What the last look said. */
  readonly verdict?: Verdict;
  readonly reason?: string;
  readonly served?: Served;
}

/** A weight from a moment on. */
interface WeightChange {
  readonly at: string;
  readonly weight: number;
}

/** Why a release ended, or is ending, as it does. */
interface StoryDecision {
  readonly at: string;
  readonly promote: boolean;
  readonly reason: string;
  /** `gates`: what was measured. `person`: somebody asked. `failure`: something could not be done. */
  readonly cause: "gates" | "person" | "failure";
  /** What all gates said at that moment. */
  readonly gates: readonly GateSaid[];
}

/** A stretch in which it was paused. */
interface StoryPause {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** When it went on; absent while it is paused. */
  readonly until?: string;
  /** Until it went on, or until the journal's end. */
  readonly seconds: number;
}

/** All that is told of a release, from its journal alone: plain data, without anything that looks like a secret. */
export interface Story {
  readonly schemaVersion: 1;
  /** The journal begins after the release did: another machine has what was before. */
  readonly partial?: true;
  readonly release: string;
  readonly target: RolloutTarget;
  readonly by: string;
  readonly reason?: string;
  readonly stable: Version;
  readonly candidate: Version;
  readonly plan: RolloutPlan;
  readonly began: string;
  /** The last thing that the journal knows. */
  readonly last: string;
  readonly ended?: string;
  readonly outcome: "promoted" | "rolled-back" | "failed" | "under way";
  readonly steps: readonly StoryStep[];
  readonly weights: readonly WeightChange[];
  readonly looks: readonly Look[];
  /** Everything of note, in its order. */
  readonly notes: readonly Note[];
  readonly pauses: readonly StoryPause[];
  /** Drivers after the first. */
  readonly drivers: readonly { readonly at: string; readonly holder: string; readonly token: number }[];
  readonly decision?: StoryDecision;
  /** What the last look said. */
  readonly gates: readonly GateSaid[];
  /** Until it ended, or as far as the journal goes. */
  readonly totalSeconds: number;
  /** Where it was taken back: from the first unhealthy verdict to the moment at which nothing went to the candidate. */
  readonly recoverySeconds?: number;
  readonly served?: Served;
  readonly leftover?: string;
}

/** What is gathered on the way through a journal. */
class Teller {
  state: RolloutState | undefined;
  reason: string | undefined;
  last = "";
  readonly notes: Note[] = [];
  readonly looks: Look[] = [];
  readonly weights: WeightChange[] = [];
  readonly pauses: StoryPause[] = [];
  readonly drivers: Story["drivers"][number][] = [];
  decision: StoryDecision | undefined;
  /** By index of the step. */
  readonly held: { since?: string; until?: string; looks: number; verdict?: Verdict; reason?: string }[] = [];
  unhealthySince: string | undefined;
  recovered: string | undefined;
  served: ServedCount | undefined;

  hear({ event }: JournalRecord): void {
    const before = this.state;
    const after = reduce(before, event);
    this.state = after;
    this.last = event.at;
    if (event.kind === "begun") this.reason = event.reason;
    if (event.kind === "taken-over") {
      this.drivers.push({ at: event.at, holder: event.holder, token: event.token });
    }
    this.notes.push(...notesOf(before, event, after));
    this.served ??= new ServedCount(after.plan);
    if (event.kind === "judged" && before?.phase === "holding") this.#look(before, event.at, event.judgement);
    this.#weigh(before, after, event.at);
    this.#pause(before, after, event.at);
    this.#decide(before, after, event);
  }

  #look(before: RolloutState, at: string, judgement: NonNullable<RolloutState["judgement"]>): void {
    const { step, heldSince } = before;
    const { verdict, reason } = judgement;
    this.looks.push(lookOf(at, step, judgement));
    const held = this.#step(step);
    Object.assign(held, { looks: held.looks + 1, verdict, reason });
    if (heldSince !== undefined) this.served?.look(heldSince, judgement);
    if (verdict === "unhealthy") this.unhealthySince ??= at;
  }

  #step(index: number) {
    this.held[index] ??= { looks: 0 };
    return this.held[index];
  }

  #weigh(before: RolloutState | undefined, after: RolloutState, at: string): void {
    if (before?.weight !== after.weight) this.weights.push({ at, weight: after.weight });
    if (after.step >= 0 && after.heldSince !== undefined && before?.heldSince !== after.heldSince) {
      this.#step(after.step).since = after.heldSince;
    }
    // A hold ends where the machine wants something else than to hold.
    if (before?.phase === "holding" && after.phase !== "holding") this.#step(before.step).until = at;
    const { effect } = before ?? {};
    if (effect?.kind === "withdraw" && after.phase === "tidying" && before?.phase === "withdrawing") {
      this.recovered = at;
    }
  }

  #pause(before: RolloutState | undefined, after: RolloutState, at: string): void {
    if (after.paused !== undefined && before?.paused === undefined) {
      this.pauses.push({ ...after.paused, seconds: 0 });
    }
    const open = this.pauses.at(-1);
    if (open !== undefined && before?.paused !== undefined) {
      const until = after.paused === undefined ? { until: at } : {};
      this.pauses[this.pauses.length - 1] = { ...open, ...until, seconds: between(open.at, at) };
    }
  }

  #decide(before: RolloutState | undefined, after: RolloutState, event: JournalRecord["event"]): void {
    const { decision } = after;
    if (decision === undefined || decision === before?.decision) return;
    const person = event.kind === "asked" || after.plan.strategy === "hotfix";
    this.decision = {
      ...decision,
      cause: event.kind === "failed" ? "failure" : person ? "person" : "gates",
      gates: gatesSaid(after.plan.gates, after.judgement),
    };
  }
}

function stepsOf(teller: Teller, { plan }: RolloutState): StoryStep[] {
  return plan.steps.map(({ weight, holdSeconds }, index): StoryStep => {
    const { since, until, looks = 0, verdict, reason } = teller.held[index] ?? {};
    const served = since === undefined ? undefined : teller.served?.served(since);
    return {
      number: index + 1,
      weight,
      holdSeconds,
      looks,
      ...(since === undefined ? {} : { live: since, heldSeconds: between(since, until ?? teller.last) }),
      ...(verdict === undefined || reason === undefined ? {} : { verdict, reason }),
      ...(served === undefined ? {} : { served }),
    };
  });
}

/**
 * The story of a release: what its journal adds up to.
 * @param from the state that the first record met, where the journal's beginning is on another machine
 * @throws RangeError where there are no records, or they don't start with a release's beginning
 */
export function storyOf(records: readonly JournalRecord[], from?: RolloutState): Story {
  const teller = new Teller();
  if (from !== undefined) {
    teller.state = from;
    teller.weights.push({ at: records[0]?.event.at ?? from.began, weight: from.weight });
  }
  for (const record of records) teller.hear(record);
  const { state, reason, last, decision, unhealthySince, recovered } = teller;
  if (state === undefined) throw new RangeError("the journal is empty: there is no release to tell of");
  const { release, target, by, stable, candidate, plan, began, ended, leftover } = state;
  const served = teller.served?.served();
  return dataWithoutSecrets<Story>({
    schemaVersion: 1,
    ...(from === undefined ? {} : { partial: true as const }),
    release,
    target,
    by,
    ...(reason === undefined ? {} : { reason }),
    stable,
    candidate,
    plan,
    began,
    last,
    ...(ended === undefined ? {} : { ended }),
    outcome: outcome(state) ?? "under way",
    steps: stepsOf(teller, state),
    weights: teller.weights,
    looks: teller.looks,
    notes: teller.notes,
    pauses: teller.pauses,
    drivers: teller.drivers,
    ...(decision === undefined ? {} : { decision }),
    gates: gatesSaid(plan.gates, state.judgement),
    totalSeconds: between(began, ended ?? last),
    ...(unhealthySince === undefined || recovered === undefined
      ? {}
      : { recoverySeconds: between(unhealthySince, recovered) }),
    ...(served === undefined ? {} : { served }),
    ...(leftover === undefined ? {} : { leftover }),
  });
}
