import { type KnownTexts, secretText } from "./wire.ts";

/** Shorter texts are not looked for: a secret of that length stands in half of all words. */
const shortestSecret = 8;

/**
 * Takes known secrets out of messages. Values that are marked as secret are never written out; this is for messages that
 * may quote one: the program's errors, what it prints, what checks and policies say. A text that the program also states
 * in the clear is left alone: it can't be kept from anyone, and is most often a name that some provider marks as secret.
 */
export class Redactor {
  readonly #known: KnownTexts;
  #size = 0;
  #pattern: RegExp | undefined;

  /** @param known grows while the program runs */
  constructor(known: KnownTexts) {
    this.#known = known;
  }

  text(text: string): string {
    this.#learn();
    return this.#pattern === undefined ? text : text.replace(this.#pattern, secretText);
  }

  #learn(): void {
    const { secret, clear } = this.#known;
    if (this.#size === secret.size + clear.size) return;
    this.#size = secret.size + clear.size;
    const texts = [...secret].filter((text) => text.length >= shortestSecret && !clear.has(text));
    // The longest first, so that a secret that begins with another one is taken out whole.
    const alternatives = texts.sort((a, b) => b.length - a.length).map(escapePattern);
    this.#pattern = alternatives.length === 0 ? undefined : new RegExp(alternatives.join("|"), "g");
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
