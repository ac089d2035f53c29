import type { Duration } from "../units.ts";

/** What every flag and setting says of itself, for whoever stands before it at night. */
interface Explained {
  /** What it decides. */
  readonly why: string;
  /** What flipping it does, and when to; shown by `slipway flags`. */
  readonly off?: string;
}

/**
 * A flag: something that an operator turns while everything runs.
 * - `switch`: `1` or `0`.
 * - `choice`: one of the words in `of`.
 */
export type Flag = Explained &
  (
    | { readonly kind: "switch"; readonly default: boolean }
    | { readonly kind: "choice"; readonly of: readonly string[]; readonly default: string }
  );

/** A length of time, which the application reads as a whole number of the unit that the kind names. */
interface TimeSetting {
  readonly kind: "seconds" | "milliseconds";
  readonly value: Duration;
  /** Least and most that it may be set to, here and by an operator. Default: 0 and no bound. */
  readonly min?: Duration;
  readonly max?: Duration;
}

/** A number: `count` and `bytes` are whole, `ratio` is from 0 to 1. */
interface NumberSetting {
  readonly kind: "count" | "bytes" | "ratio";
  readonly value: number;
  /** Least and most that it may be set to, here and by an operator. Default: 0, and 1 for a ratio or else no bound. */
  readonly min?: number;
  readonly max?: number;
}

/** One line of text. Never a secret. */
interface TextSetting {
  readonly kind: "text";
  readonly value: string;
}

/** A typed setting of an application. */
export type Setting = Explained & {
  /**
   * Whether the application notices a change while it runs. Default true: the setting is a file, like a flag, and can be
   * overridden like one. False, for what is read at the start only: it goes into the environment, and a change of it rolls
   * the pods.
   */
  readonly reload?: boolean;
} & (TimeSetting | NumberSetting | TextSetting);
