import type { RolloutEvent } from "../machine/event.ts";

/** One line of a release's journal. */
export interface JournalRecord {
  /** From 1. */
  readonly n: number;
  readonly event: RolloutEvent;
  /** `hash` of the record before; of the first, 64 zeros. */
  readonly before: string;
  /** SHA-256 of `n`, `event` and `before`, hexadecimal. */
  readonly hash: string;
}
