import { isFree, releasePort, reservePort, takePort } from "./ports.ts";
import type { Router } from "./router.ts";
import type { ServiceState } from "./state.ts";

/** Longest that a saved port may be held by whoever had it last, in seconds. */
const PATIENCE_SECONDS = 5;
/** Longest that a tag's port stays open for what is in flight when the tag goes, in seconds. */
const DRAIN_SECONDS = 10;

/** Keeps a router listening on the ports that the service's state names: one of its own, one for each tag. */
export class ServicePorts {
  readonly #state: ServiceState;
  readonly #router: Router;
  readonly #log: (message: string) => void;

  constructor(state: ServiceState, router: Router, log: (message: string) => void) {
    this.#state = state;
    this.#router = router;
    this.#log = log;
    for (const port of this.#all()) reservePort(port);
  }

  #all(): number[] {
    return [this.#state.port, ...Object.values(this.#state.tagPorts)];
  }

  /** Gives each tag of the state's traffic a port, the one it had before if it had one, and closes the others. */
  async assignTags(): Promise<void> {
    const before = this.#state.tagPorts;
    const after: Record<string, number> = {};
    for (const { tag } of this.#state.traffic) {
      if (tag !== undefined) after[tag] = before[tag] ?? (await takePort());
    }
    this.#state.tagPorts = after;
    for (const [tag, port] of Object.entries(before)) {
      if (after[tag] !== undefined) continue;
      void this.#router.close(port, DRAIN_SECONDS).then(() => releasePort(port));
    }
  }

  /** Listens on every port of the state. One that another process holds for good is replaced, and that is logged. */
  async open(): Promise<void> {
    this.#state.port = await this.#open(this.#state.port);
    for (const [tag, port] of Object.entries(this.#state.tagPorts)) {
      this.#state.tagPorts[tag] = await this.#open(port, tag);
    }
  }

  async #open(port: number, tag?: string): Promise<number> {
    if (this.#router.ports.includes(port)) return port;
    const deadline = performance.now() + 1000 * PATIENCE_SECONDS;
    while (!(await isFree(port)) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const found = (await isFree(port)) ? port : await takePort();
    if (found !== port) {
      releasePort(port);
      this.#log(`port ${port} is held by another process, now it is ${found}`);
    }
    await this.#router.open(found, tag);
    return found;
  }

  /** Stops listening; what is in flight may finish within `seconds`. */
  async close(seconds: number): Promise<void> {
    await Promise.all(this.#router.ports.map((port) => this.#router.close(port, seconds)));
  }

  /** Gives the ports back to whoever takes one next. */
  release(): void {
    for (const port of this.#all()) releasePort(port);
  }
}
