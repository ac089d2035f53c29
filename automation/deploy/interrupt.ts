/** How long the engine gets to end by itself after a terminal's Ctrl-C, which reaches it too, before it is told again. */
const GRACE_MILLISECONDS = 10_000;

/** Notices Ctrl-C and requests to end. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #say: (message: string) => void;
  /** Whether this process has been asked to end. */
  happened = false;

  constructor(say: (message: string) => void) {
    this.#say = say;
    process.on("SIGINT", this.#handle);
    process.on("SIGTERM", this.#handle);
  }

  /** Aborted when the engine has to be told. */
  get signal(): AbortSignal {
    return this.#controller.signal;
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
    if (this.happened) process.exit(130);
    this.happened = true;
    this.#say("stopping after what is in progress (once more: at once)");
    const reachedAlready = name === "SIGINT" && process.stdin.isTTY;
    setTimeout(() => this.#controller.abort(), reachedAlready ? GRACE_MILLISECONDS : 0).unref();
  };
}
