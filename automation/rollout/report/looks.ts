import type { GateVerdict, Judgement, Verdict } from "../judge/verdict.ts";
import type { RolloutState } from "../machine/state.ts";
import { figureOf } from "./gate-words.ts";

/** What one gate said at one look, in figures: shares are 0 to 1. */
interface GateLook {
  readonly gate: string;
  readonly verdict: Verdict;
  readonly candidate?: number;
  readonly stable?: number;
  readonly low?: number;
  readonly high?: number;
}

/** One look at all gates. */
export interface Look {
  /** ISO 8601. */
  readonly at: string;
  /** Index of the step that was held. */
  readonly step: number;
  readonly verdict: Verdict;
  readonly gates: readonly GateLook[];
}

function gateLook({ gate, verdict, candidate, stable, interval }: GateVerdict): GateLook {
  const [ours, theirs] = [figureOf(candidate), figureOf(stable)];
  return {
    gate,
    verdict,
    ...(ours === undefined ? {} : { candidate: ours }),
    ...(theirs === undefined ? {} : { stable: theirs }),
    ...interval,
  };
}

/** A look as it is kept for pictures and counts. */
export function lookOf(at: string, step: number, { verdict, gates }: Judgement): Look {
  return { at, step, verdict, gates: gates.map(gateLook) };
}

/** Requests that the candidate answered while it was held, and how many of them failed. */
export interface Served {
  readonly requests: number;
  /** Absent where nothing counts errors of requests. */
  readonly errors?: number;
}

/** The most that was counted in each hold: counts begin anew with it, and a look without an answer takes none away. */
export class ServedCount {
  readonly #gate: string | undefined;
  readonly #countsErrors: boolean;
  readonly #holds = new Map<string, { readonly total: number; readonly bad: number }>();

  constructor({ gates }: RolloutState["plan"]) {
    const of = (kind: string) =>
      gates.find(({ measure }) => measure.kind === "indicator" && measure.indicator.kind === kind)?.name;
    const errors = of("availability");
    this.#gate = errors ?? of("latency");
    this.#countsErrors = errors !== undefined;
  }

  look(heldSince: string, { gates }: Judgement): void {
    const reading = gates.find(({ gate }) => gate === this.#gate)?.candidate;
    if (reading?.kind !== "events") return;
    const known = this.#holds.get(heldSince);
    if (known === undefined || reading.total >= known.total) this.#holds.set(heldSince, reading);
  }

  /** Of one hold, or of all of them; undefined where nothing was counted. */
  served(heldSince?: string): Served | undefined {
    const hold = heldSince === undefined ? undefined : this.#holds.get(heldSince);
    const counts = heldSince === undefined ? [...this.#holds.values()] : hold === undefined ? [] : [hold];
    if (counts.length === 0) return undefined;
    const sum = (of: "total" | "bad") => Math.round(counts.reduce((all, count) => all + count[of], 0));
    return { requests: sum("total"), ...(this.#countsErrors ? { errors: sum("bad") } : {}) };
  }
}
