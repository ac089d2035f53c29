import { createColors } from "picocolors";
import { showsColor } from "../../terminal.ts";
import type { DriveOptions } from "../driver/options.ts";
import type { RolloutState } from "../machine/state.ts";
import { withoutSecrets } from "../report/redact.ts";
import { liveLines } from "../show/live.ts";
import { progressLine, progressOf, type Repeats } from "../show/progress.ts";

/** Widest that anything is shown: longer lines are harder to read. */
const WIDTH = 100;

/** Milliseconds between two drawings of what goes on. */
const DRAWN_EVERY = 1000;

/**
 * Shows a release while it goes on: a line for each thing of note, as in any log; below them, on a terminal, how it stands now,
 * drawn anew each second. With `json`, one line of JSON for each, on standard output.
 */
export class Screen {
  readonly #json: boolean;
  readonly #palette = createColors(showsColor(process.stderr));
  #repeats: Repeats | undefined;
  #state: RolloutState | undefined;
  /** Lines of the live part that stand on the terminal. */
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What goes on inside an effect: drawn, and not kept. */
  #doing = "";
  #kind = "";

  constructor({ json = false }: { readonly json?: boolean | undefined }) {
    this.#json = json;
    if (json || !process.stderr.isTTY) return;
    this.#timer = setInterval(() => this.#draw(), DRAWN_EVERY);
    this.#timer.unref();
  }

  get #width(): number {
    return Math.min(WIDTH, process.stderr.columns ?? WIDTH);
  }

  /** Told of each event once it is written down. */
  readonly observe: NonNullable<DriveOptions["observe"]> = (before, event, after) => {
    const { notes, repeats } = progressOf(this.#repeats, before, event, after);
    this.#repeats = repeats;
    this.#state = after;
    this.#doing = "";
    this.#kind = "";
    for (const note of notes) {
      if (this.#json) process.stdout.write(`${JSON.stringify(note)}\n`);
      else this.#write(`${progressLine(note, this.#palette, this.#width)}\n`);
    }
    this.#draw();
  };

  /** Told of what goes on inside an effect. */
  readonly report: DriveOptions["report"] = (text) => {
    const said = withoutSecrets(text);
    // A log is told each thing once, and not how its count grows; a terminal shows the last.
    if (this.#timer === undefined) {
      const kind = said.replaceAll(/\d+/g, "");
      if (!this.#json && kind !== this.#kind) this.#write(`${this.#palette.dim(`         ${said}`)}\n`);
      this.#kind = kind;
      return;
    }
    this.#doing = said;
    this.#draw();
  };

  /** Takes the live part away; what was said stays, and what was said last. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#write(this.#doing === "" ? "" : `${this.#doing}\n`);
  }

  #write(text: string): void {
    this.#erase();
    process.stderr.write(text);
  }

  #erase(): void {
    if (this.#drawn > 0) process.stderr.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (this.#timer === undefined || this.#state === undefined) return;
    const lines = [
      ...liveLines(this.#state, new Date().toISOString(), this.#palette, this.#width),
      ...(this.#doing === "" ? [] : [this.#palette.dim(this.#doing.slice(0, this.#width))]),
    ];
    this.#erase();
    process.stderr.write(`${lines.join("\n")}\n`);
    this.#drawn = lines.length;
  }
}
