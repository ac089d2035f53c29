import type { EmergencyStop } from "../../../components/release/plan.ts";
import type { Actuator, Doing, TrafficControl } from "../actuator.ts";
import type { Staged } from "../machine/effect.ts";
import type { RolloutState } from "../machine/state.ts";
import type { Deployer } from "./deployer.ts";
import { CHAT, runProbes, type TurnRequest } from "./probes.ts";
import { type Carrier, directly } from "./request.ts";
import { versionsOf } from "./share.ts";
import { runTests } from "./tests.ts";

/** Turns the flags of an emergency. */
export interface EmergencySwitch {
  /** Sets them all at once, recorded; returns once the pods were told. Twice is the same as once. */
  turn(doing: Doing, stop: EmergencyStop): Promise<void>;
}

/** Who does the parts of what the machine wants. */
export interface ActuatorParts {
  readonly traffic: TrafficControl;
  /** Undefined for a cohort: nothing is deployed. */
  readonly deployer?: Deployer;
  /** Wanted where a plan has an emergency stop. */
  readonly emergency?: EmergencySwitch;
  /** What a soak asks. Default: {@link CHAT}. */
  readonly turn?: TurnRequest;
  /** Who carries requests to a candidate's own address. Default: {@link directly}. */
  readonly carrier?: (state: RolloutState, address: string) => Promise<Carrier>;
}

/** An actuator that also follows up in the engine, behind the release's back. */
export interface FollowingActuator extends Actuator {
  /** Resolves when nothing is under way in the engine any more: before the process ends, or the lease is given back. */
  settled(): Promise<void>;
}

/** Does what the machine wants: traffic by its shortest path, the rest by the engine. */
export function createActuator(parts: ActuatorParts): FollowingActuator {
  return new ComposedActuator(parts);
}

class ComposedActuator implements FollowingActuator {
  readonly #parts: ActuatorParts;
  /** What goes on in the engine: one thing at a time, since they share its lock. */
  #engine: Promise<unknown> = Promise.resolve();

  constructor(parts: ActuatorParts) {
    this.#parts = parts;
  }

  async weight(state: RolloutState): Promise<number> {
    return await this.#parts.traffic.read(state);
  }

  async settled(): Promise<void> {
    await this.#engine;
  }

  async perform(doing: Doing): Promise<Staged | undefined> {
    const { effect, state } = doing;
    const { deployer, traffic } = this.#parts;
    switch (effect.kind) {
      case "stage":
        return deployer === undefined ? named(state) : await this.#inTurn(() => deployer.stage(doing));
      case "test":
        return void told(doing, await runTests(state.plan.tests, await this.#carrier(state), doing.signal));
      case "probe": {
        const probes = await runProbes(
          effect.probes,
          await this.#carrier(state),
          doing.signal,
          this.#parts.turn ?? CHAT,
        );
        return void told(
          doing,
          probes.map((probe) => ({ ...probe, passed: probe.failed === 0 })),
        );
      }
      case "shift":
        await traffic.set(doing, effect.weight);
        return void this.#follow(doing);
      case "promote":
        if (deployer === undefined) await traffic.set(doing, 100);
        else await this.#inTurn(() => deployer.promote(doing));
        return undefined;
      case "withdraw":
        return void (await this.#withdraw(doing));
      case "tidy":
        if (deployer !== undefined) await this.#inTurn(() => deployer.tidy(doing));
        return undefined;
    }
  }

  async #carrier(state: RolloutState): Promise<Carrier> {
    const address = addressOf(state);
    return (await this.#parts.carrier?.(state, address)) ?? directly(address);
  }

  /** Flags first, where the plan has some: they are the quickest. Whatever comes of them, the traffic is taken back too. */
  async #withdraw(doing: Doing): Promise<void> {
    let unturned: unknown;
    await this.#turnFlags(doing).catch((error: unknown) => {
      unturned = error;
      doing.report(`the emergency's flags are not set: ${messageOf(error)}`);
    });
    await this.#parts.traffic.set(doing, 0);
    this.#follow(doing);
    if (unturned !== undefined) throw unturned;
  }

  async #turnFlags(doing: Doing): Promise<void> {
    const stop = doing.state.plan.emergency;
    if (stop === undefined) return;
    if (this.#parts.emergency === undefined) {
      throw new Error(
        "the plan has flags for an emergency, and nobody here can set them: slipway flags set does",
      );
    }
    await this.#parts.emergency.turn(doing, stop);
  }

  /** Lets the engine's state follow what was moved without it. Nobody waits for it, and its failure changes nothing that serves. */
  #follow(doing: Doing): void {
    const { deployer } = this.#parts;
    if (deployer === undefined) return;
    void this.#inTurn(() => deployer.reconcile(doing)).catch((error: unknown) => {
      doing.report(
        `the engine's state doesn't say yet what serves; the next deployment mends that: ${messageOf(error)}`,
      );
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#engine.then(work);
    this.#engine = done.catch(() => {});
    return done;
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What a cohort's series are told apart by: what was turned on, and what was before. */
function named(state: RolloutState): Staged {
  const { candidate = state.candidate.image, stable = state.stable.image } = versionsOf(state);
  return { candidate, stable };
}

function addressOf({ staged }: RolloutState): string {
  if (staged?.address !== undefined) return staged.address;
  throw new Error("the candidate has no address of its own that could be asked");
}

/** Reports each outcome. @throws Error with those that failed */
function told(doing: Doing, outcomes: readonly { readonly passed: boolean; readonly text: string }[]): void {
  for (const { text } of outcomes) doing.report(text);
  const failed = outcomes.filter(({ passed }) => !passed);
  if (failed.length > 0) throw new Error(failed.map(({ text }) => text).join("\n"));
}
