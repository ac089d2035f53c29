import type { Compared, GateReading } from "../gate.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { RolloutState } from "../machine/state.ts";
import { type Clock, within } from "./clock.ts";
import type { DriveOptions } from "./options.ts";

/** How long the metrics have for one look. */
const PATIENCE_MILLISECONDS = 60_000;

/** Names by which the two versions' series are told apart. */
function compared({ staged, candidate, stable, plan }: RolloutState): Compared {
  return {
    candidate: staged?.candidate ?? candidate.revision ?? candidate.image,
    // Who has nothing turned on does nothing that could be measured.
    stable: plan.traffic.kind === "cohort" ? undefined : (staged?.stable ?? stable.revision),
  };
}

/** A judge that fails has said nothing in the candidate's favour. */
function judged(judge: DriveOptions["judge"], ...figures: Parameters<DriveOptions["judge"]>): Judgement {
  try {
    return judge(...figures);
  } catch (error) {
    return { verdict: "unknown", reason: `the figures could not be judged: ${error}`, gates: [] };
  }
}

/** A look at the gates under way. */
export class LookRun {
  /** The hold that it is about: a judgement of another one says nothing. */
  readonly heldSince: string;
  /** Undefined while it goes on. */
  found: { readonly judgement: Judgement; readonly memory?: unknown } | undefined;
  readonly over: Promise<void>;

  constructor(
    options: Pick<DriveOptions, "metrics" | "judge">,
    clock: Clock,
    state: RolloutState,
    since: string,
  ) {
    this.heldSince = since;
    this.over = this.#look(options, clock, state);
  }

  async #look(
    { metrics, judge }: Pick<DriveOptions, "metrics" | "judge">,
    clock: Clock,
    state: RolloutState,
  ): Promise<void> {
    const { service, gates } = state.plan;
    const now = clock.now();
    const since = new Date(this.heldSince);
    const looking = metrics.look(service, gates, compared(state), since, now, state.memory);
    const unanswered = (why: string): { readings: GateReading[]; memory?: unknown } => ({
      readings: gates.map(({ name }) => ({ gate: name, candidate: { kind: "unanswered", why } })),
      memory: state.memory,
    });
    const { readings, memory } = await within(clock, PATIENCE_MILLISECONDS, looking).then(
      (look) =>
        look?.value ?? unanswered(`${metrics.address} gave no answer in ${PATIENCE_MILLISECONDS / 1000} s`),
      (error: unknown) => unanswered(error instanceof Error ? error.message : String(error)),
    );
    const judgement = judged(judge, state, readings, now);
    this.found = { judgement, ...(memory === undefined ? {} : { memory }) };
  }
}
