import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import type { Actuator } from "../actuator.ts";
import type { FollowingActuator } from "../actuators/actuator.ts";
import type { GateReading, RolloutMetrics } from "../gate.ts";
import type { Journal, JournalOptions, WriteMoment } from "../journal/journal.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { RolloutEvent } from "../machine/event.ts";
import type { RolloutState } from "../machine/state.ts";
import type { Clock } from "./clock.ts";

/** What a release is written down with. */
export type Pen = Pick<Journal, "append" | "close" | "head" | "file" | "records">;

/** What a release is driven with. */
export interface DriveOptions {
  readonly store: LedgerStore;
  /** The folder of all journals on this machine. */
  readonly journals: string;
  /** Who drives: `leaseHolder()`. */
  readonly holder: string;
  readonly metrics: RolloutMetrics;
  /** What the figures of a look say. Pure. */
  readonly judge: (state: RolloutState, readings: readonly GateReading[], at: Date) => Judgement;
  /** `settled` is waited for before the lease is given back. */
  readonly actuator: Actuator & Partial<Pick<FollowingActuator, "settled">>;
  /** What is going on, for people. */
  readonly report: (text: string) => void;
  /** Told of each event once it is in the journal. */
  readonly observe?: (before: RolloutState | undefined, event: RolloutEvent, after: RolloutState) => void;
  /** Aborted where a person wants this process to end: the release stays as it is. */
  readonly signal?: AbortSignal;
  /** Default: this machine's. */
  readonly clock?: Clock;
  /** How long the lease runs where nobody renews it; it is renewed after a third of that. Default 60. */
  readonly leaseSeconds?: number;
  /** From one look at the ledger to the next. Default 3. */
  readonly pollSeconds?: number;
  /** Told of each record on its way to the disk. */
  readonly moment?: (moment: WriteMoment) => void;
  /** Default: the journal in a file. */
  readonly openJournal?: (file: string, options: JournalOptions) => Promise<Pen>;
}
