import type { SoakRound } from "../../../components/release/plan.ts";

/** What staging a candidate found. */
export interface Staged {
  /** Name that the candidate's series have in the label `revision`. */
  readonly candidate: string;
  readonly stable?: string;
  /** Its own address, without any share of the traffic. */
  readonly address?: string;
}

/** What the machine wants done. Each can be done twice with the same end: a driver that was killed does the last one again. */
export type Effect = {
  readonly n: number;
} /** The candidate beside the stable version, ready, without traffic. */ & (
  | { readonly kind: "stage" }
  /** The plan's tests, against the candidate's own address. */
  | { readonly kind: "test" }
  /** One round of a soak's probes, against the candidate. */
  | { readonly kind: "probe"; readonly round: number; readonly probes: readonly SoakRound[] }
  /** So much of the traffic to the candidate. */
  | { readonly kind: "shift"; readonly weight: number }
  /** The candidate becomes the stable version, and the one before the way back. */
  | { readonly kind: "promote" }
  /** Nothing more to the candidate, by the shortest path: flags where the plan names some, then its weight. */
  | { readonly kind: "withdraw" }
  /** What a release that was taken back leaves: the candidate is removed, the state says what is there. */
  | { readonly kind: "tidy" }
);
