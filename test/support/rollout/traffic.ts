import type { Actuator, Doing } from "../../../automation/rollout/actuator.ts";
import type { Effect } from "../../../automation/rollout/machine/effect.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedProcess } from "./process.ts";

/** How often effects go wrong, as shares of all. */
export interface TrafficFaults {
  readonly failing: number;
  /** It never ends, but for being told to. */
  readonly hanging: number;
}

/** Something that was done in the simulated world. */
export interface Deed {
  readonly at: number;
  readonly by: string;
  readonly token: number;
  readonly effect: Effect;
  readonly state: RolloutState;
}

/** What serves a service in a simulated world, and who moves it. */
export class SimulatedTraffic {
  /** Percent that the candidate has now. */
  weight = 0;
  readonly deeds: Deed[] = [];
  /** Moments at which two processes acted at once. */
  readonly clashes: string[] = [];
  readonly #chance: Chance;
  readonly #faults: TrafficFaults;
  readonly #acting = new Set<SimulatedProcess>();
  #token = 0;

  constructor(chance: Chance, faults: TrafficFaults) {
    this.#chance = chance;
    this.#faults = faults;
  }

  /** What a process moves it with. */
  movedBy(process: SimulatedProcess): Actuator {
    return {
      weight: () => process.act(200, () => this.weight),
      perform: async (doing) => {
        this.#acting.add(process);
        this.#mustBeAlone();
        try {
          return await this.#perform(process, doing);
        } finally {
          this.#acting.delete(process);
        }
      },
    };
  }

  #mustBeAlone(): void {
    const running = [...this.#acting].filter(({ isRunning }) => isRunning);
    if (running.length > 1) this.clashes.push(running.map(({ name }) => name).join(" and "));
  }

  /** A process that was suspended may wake in the middle of something, after another one took over. */
  #fence(token: number): void {
    if (token < this.#token) throw new Error(`token ${token} was replaced by ${this.#token}`);
    this.#token = token;
  }

  async #perform(process: SimulatedProcess, { state, effect, token, signal }: Doing) {
    this.#fence(token);
    if (this.#chance.happens(this.#faults.hanging)) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await process.goOn();
      throw new Error("told to end");
    }
    const fails = this.#chance.happens(this.#faults.failing);
    const length = this.#chance.between(10, effect.kind === "stage" ? 90_000 : 5_000);
    await process.act(length, () => {
      this.#fence(token);
      if (fails) throw new Error("refused");
      if (signal.aborted) throw new Error("told to end");
      this.deeds.push({ at: process.now().getTime(), by: process.name, token, effect, state });
      if (effect.kind === "shift") this.weight = effect.weight;
      if (effect.kind === "withdraw") this.weight = 0;
      if (effect.kind === "promote") this.weight = 100;
    });
    return effect.kind === "stage"
      ? { candidate: "backend-00000002", stable: "backend-00000001" }
      : undefined;
  }
}
