import { type Json, secretText } from "./wire.ts";

/** Shorter texts are not looked for: a secret of that length stands in half of all words. */
const shortestSecret = 8;

/**
 * Takes known secrets out of texts. Marked secrets never get as far as this; it is for those that came loose from their
 * mark: quoted in an error, put into another string, printed by the program.
 */
export class Redactor {
  readonly #secrets: ReadonlySet<string>;
  #known = 0;
  #pattern: RegExp | undefined;

  /** @param secrets grows while the program runs */
  constructor(secrets: ReadonlySet<string>) {
    this.#secrets = secrets;
  }

  text(text: string): string {
    this.#learn();
    return this.#pattern === undefined ? text : text.replace(this.#pattern, secretText);
  }

  /** The value, with secrets taken out of every text and key in it. */
  deep<Value>(value: Value): Value {
    this.#learn();
    return this.#pattern === undefined ? value : (this.#walk(value as Json) as Value);
  }

  #walk(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [this.text(key), this.#walk(part)]));
  }

  #learn(): void {
    if (this.#known === this.#secrets.size) return;
    this.#known = this.#secrets.size;
    const texts = [...this.#secrets].filter((text) => text.length >= shortestSecret && text !== secretText);
    // The longest first, so that a secret that begins with another one is taken out whole.
    const alternatives = texts.sort((a, b) => b.length - a.length).map((text) => escapePattern(text));
    this.#pattern = alternatives.length === 0 ? undefined : new RegExp(alternatives.join("|"), "g");
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
