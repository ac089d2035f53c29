import type { Doing } from "../actuator.ts";
import type { Effect, Staged } from "../machine/effect.ts";
import type { RolloutState } from "../machine/state.ts";
import { type Clock, within } from "./clock.ts";
import type { DriveOptions } from "./options.ts";

/**
 * Seconds that an effect may take before it counts as failed. Taking traffic back is tried again soon (2 minutes are promised for
 * it); what the engine does may pull images and wait for instances.
 */
const LIMITS: Record<Effect["kind"], number> = {
  stage: 3600,
  test: 1800,
  probe: 3600,
  shift: 300,
  promote: 3600,
  withdraw: 60,
  tidy: 3600,
};

/** How long something that was told to end has for it. */
export const GRACE_MILLISECONDS = 20_000;

/** What became of an effect. */
export type Outcome =
  | { readonly kind: "done"; readonly staged?: Staged }
  | { readonly kind: "failed"; readonly error: string };

/** An effect under way. */
export class EffectRun {
  readonly effect: Effect;
  /** Undefined while it goes on. */
  outcome: Outcome | undefined;
  /** Resolves with its outcome. */
  readonly over: Promise<void>;
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  readonly #work: Promise<Staged | undefined>;

  constructor(
    { actuator, report }: Pick<DriveOptions, "actuator" | "report">,
    clock: Clock,
    state: RolloutState,
    effect: Effect,
    token: number,
  ) {
    const doing: Doing = { state, effect, token, signal: this.#stop.signal, report };
    this.effect = effect;
    this.#clock = clock;
    this.#work = Promise.resolve().then(() => actuator.perform(doing));
    this.over = this.#follow();
  }

  async #follow(): Promise<void> {
    const limit = LIMITS[this.effect.kind];
    try {
      const done = await within(this.#clock, limit * 1000, this.#work);
      if (done === undefined) {
        await this.end();
        this.outcome = { kind: "failed", error: `it took longer than ${limit} s` };
        return;
      }
      const staged = done.value;
      this.outcome = { kind: "done", ...(staged === undefined ? {} : { staged }) };
    } catch (error) {
      this.outcome = { kind: "failed", error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Tells it to end. @returns whether nothing of it goes on any more, after a while at most */
  async end(): Promise<boolean> {
    this.#stop.abort();
    const settled = this.#work.then(
      () => {},
      () => {},
    );
    return (await within(this.#clock, GRACE_MILLISECONDS, settled)) !== undefined;
  }
}
