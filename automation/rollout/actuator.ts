import type { Effect, Staged } from "./machine/effect.ts";
import type { RolloutState } from "./machine/state.ts";

/** What an effect is done with. */
export interface Doing {
  readonly state: RolloutState;
  readonly effect: Effect;
  /** The lease that it is done under: who holds a lower one than was seen before is refused. */
  readonly token: number;
  /** Aborted where the lease is lost or the driver has to end. */
  readonly signal: AbortSignal;
  /** What is going on, for people. */
  readonly report: (text: string) => void;
}

/** Who moves traffic. It goes straight to what serves it: no engine, no program, no policies, no lock. */
export interface TrafficControl {
  /** Percent of the traffic that the candidate has now. */
  read(state: RolloutState): Promise<number>;
  /** Gives it so much, and resolves once that is live. */
  set(doing: Doing, weight: number): Promise<void>;
}

/** Who does what the machine wants. */
export interface Actuator {
  /** @throws Error whose message says what failed; the machine decides what comes of it */
  perform(doing: Doing): Promise<Staged | undefined>;
  /** Percent of the traffic that the candidate really has. */
  weight(state: RolloutState): Promise<number>;
}
