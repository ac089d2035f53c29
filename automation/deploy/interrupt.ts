import { EXIT } from "../exit.ts";

/** How long the engine gets to end by itself after a terminal's Ctrl-C, which reaches it too, before it is told again. */
const GRACE_MILLISECONDS = 10_000;

/** Notices Ctrl-C and requests to end. */
export class Interrupt {
  readonly #asked = new AbortController();
  readonly #engine = new AbortController();
  readonly #say: (message: string) => void;

  constructor(say: (message: string) => void) {
    this.#say = say;
    process.on("SIGINT", this.#handle);
    process.on("SIGTERM", this.#handle);
  }

  /** Whether this process has been asked to end. */
  get happened(): boolean {
    return this.#asked.signal.aborted;
  }

  /** Aborted at once; for what can be left in the middle. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** Aborted when the engine has to be told. */
  get signal(): AbortSignal {
    return this.#engine.signal;
  }

  /** Stops the run for a reason of its own, as a request to end would. */
  stop(why: string): void {
    if (this.happened) return;
    this.#say(why);
    this.#asked.abort();
    this.#engine.abort();
  }

  /** Stops noticing. */
  restore(): void {
    process.off("SIGINT", this.#handle);
    process.off("SIGTERM", this.#handle);
  }

  /**
   * The engine ends after the operations that it is in the middle of. On a terminal Ctrl-C has reached it already, and
   * telling it twice would make it drop them. A second signal ends this process at once: the next run recovers.
   */
  readonly #handle = (name: NodeJS.Signals): void => {
    if (this.happened) process.exit(EXIT.interrupted);
    this.#say("stopping after what is in progress (once more: at once)");
    this.#asked.abort();
    const reachedAlready = name === "SIGINT" && process.stdin.isTTY;
    setTimeout(() => this.#engine.abort(), reachedAlready ? GRACE_MILLISECONDS : 0).unref();
  };
}
