import type { Clock } from "../../../automation/rollout/driver/clock.ts";

const never = () => new Promise<never>(() => {});

/** A driver's process in a simulated world: it can be killed or suspended between any two of its steps. */
export class SimulatedProcess implements Clock {
  readonly name: string;
  readonly machine: string;
  readonly #clock: Clock;
  #isAlive = true;
  #suspendedUntil = 0;

  constructor(name: string, machine: string, clock: Clock) {
    this.name = name;
    this.machine = machine;
    this.#clock = clock;
  }

  /** Whether it can do anything now. */
  get isRunning(): boolean {
    return this.#isAlive && this.#clock.now().getTime() >= this.#suspendedUntil;
  }

  /** Nothing that it is in the middle of goes on. */
  kill(): void {
    this.#isAlive = false;
  }

  suspend(milliseconds: number): void {
    this.#suspendedUntil = this.#clock.now().getTime() + milliseconds;
  }

  now(): Date {
    return this.#clock.now();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(milliseconds, signal);
    await this.goOn();
  }

  /** Resolves where it is alive, once it isn't suspended. */
  async goOn(): Promise<void> {
    const wait = this.#suspendedUntil - this.#clock.now().getTime();
    if (this.#isAlive && wait > 0) await this.#clock.sleep(wait);
    if (!this.#isAlive) await never();
  }

  /** Does something outside that takes so long: it happens in the middle of that, or not where the process is killed before. */
  async act<T>(milliseconds: number, happen: () => T): Promise<T> {
    await this.#clock.sleep(milliseconds / 2);
    await this.goOn();
    const result = happen();
    await this.#clock.sleep(milliseconds / 2);
    await this.goOn();
    return result;
  }
}
