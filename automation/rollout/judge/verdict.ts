import type { Reading } from "../gate.ts";

/**
 * `healthy`: there is evidence that the limit holds. `unhealthy`: there is evidence that it is passed. `inconclusive`: too little
 * evidence for either. `unknown`: nothing was measured, or nobody answered.
 */
export type Verdict = "healthy" | "unhealthy" | "inconclusive" | "unknown";

/** What one gate says of the candidate, with the numbers that it says it from. */
export interface GateVerdict {
  readonly gate: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** In a sentence, with figures: `1.9 % of 2,310 requests failed, limit 0.5 %`. */
  readonly reason: string;
  readonly candidate: Reading;
  readonly stable?: Reading;
  readonly limit?: number;
  /** Where the candidate's share lies, as sure as the judge has to be: 0 to 1. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Whether it counts: a gate that skips what it can't measure doesn't. */
  readonly counts: boolean;
}

/** What all gates say together. Unhealthy beats everything; nothing is healthy without evidence. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The sentence of the gate that decided. */
  readonly reason: string;
  readonly gates: readonly GateVerdict[];
}
