import type { Version } from "../../../components/release/ledger.ts";
import type { Judgement } from "../judge/verdict.ts";
import type { Staged } from "./effect.ts";
import type { RolloutPlan } from "./plan.ts";

/** Which service of which stack. */
export interface RolloutTarget {
  readonly stack: string;
  readonly system: string;
  readonly service: string;
  /** Its deployment in the sandbox, where the stack has a cloud of its own. */
  readonly sandbox?: true;
}

/** What a person can ask of a release under way. */
export type Asked = "pause" | "resume" | "promote" | "abort";

/** What happened. ISO 8601 times; events are all that the machine knows. */
export type RolloutEvent = { readonly at: string } & (
  | {
      readonly kind: "begun";
      readonly release: string;
      readonly target: RolloutTarget;
      readonly plan: RolloutPlan;
      readonly stable: Version;
      readonly candidate: Version;
      /** A person or a pipeline. */
      readonly by: string;
      readonly reason?: string;
    }
  /** An effect is done; `staged` after the candidate was put there. */
  | { readonly kind: "done"; readonly effect: number; readonly staged?: Staged }
  | { readonly kind: "failed"; readonly effect: number; readonly error: string }
  /** A look at the gates. */
  | { readonly kind: "judged"; readonly judgement: Judgement; readonly memory?: unknown }
  | { readonly kind: "asked"; readonly command: Asked; readonly by: string; readonly reason?: string }
  /**
   * Another driver went on: the one before ended, or lost its lease. `from`: where it found how far the release is; `ledger`, where
   * the journal up to here lies on another machine.
   */
  | {
      readonly kind: "taken-over";
      readonly holder: string;
      readonly token: number;
      readonly from?: "journal" | "ledger";
    }
);
