import { looksSecret } from "./secret-like.ts";
import { isUnknown, MalformedRead, UnknownRead } from "./unknown.ts";

/** How Pulumi wraps a secret where secrets are kept apart: `{[SIGNATURE]: SECRET, value}`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const LONGEST_QUOTE = 120;
const WITHHELD = "[withheld]";

/** A text in quotes, or `[withheld]` where it may be a secret or is longer than anyone reads. For messages. */
export function quoted(text: string): string {
  return text.length > LONGEST_QUOTE || looksSecret(text) ? WITHHELD : `"${text}"`;
}

/**
 * One value of a resource, with the path to it. Policies read through it, so that no unknown and no misshapen value
 * passes by accident: reading the one throws {@link UnknownRead}, the other {@link MalformedRead}, and the runner
 * reports both. What is simply not there reads as undefined.
 */
export class Property {
  /** `template.containers[0].image`; empty for the whole of a resource's properties. */
  readonly path: string;
  /** URN of the resource that it belongs to. */
  readonly urn: string;
  /** Whether Pulumi says that it is a secret. */
  readonly secret: boolean;
  readonly #value: unknown;

  constructor(value: unknown, path: string, urn: string, secret = false) {
    const wrapped = isSecret(value);
    this.#value = wrapped ? value.value : value;
    this.secret = secret || wrapped;
    this.path = path;
    this.urn = urn;
  }

  /** False where the value is not known before deployment. */
  get known(): boolean {
    return !isUnknown(this.#value);
  }

  /** Whether there is a value at all. @throws UnknownRead because an unknown may turn out to be nothing */
  get present(): boolean {
    return this.#read() !== undefined;
  }

  /** What lies below, by field names and list indexes. Below an unknown lies that same unknown. */
  at(...keys: readonly (string | number)[]): Property {
    let here: Property = this;
    for (const key of keys) here = here.#child(key);
    return here;
  }

  /** A text, or undefined. Numbers and truth values read as texts. */
  text(): string | undefined {
    const value = this.#read();
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw this.#malformed("a text");
  }

  /** A finite number, or undefined. A text that says a number reads as one, as in annotations and tags. */
  number(): number | undefined {
    const value = this.#read();
    if (value === undefined) return undefined;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw this.#malformed("a number");
  }

  /** True, false, or undefined. */
  flag(): boolean | undefined {
    const value = this.#read();
    if (value === undefined || typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    throw this.#malformed("true or false");
  }

  /** The members of a list; none where there is no list. */
  items(): Property[] {
    const value = this.#read();
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.#malformed("a list");
    return value.map((_, index) => this.at(index));
  }

  /** The fields of an object, in its order; none where there is no object. */
  entries(): [name: string, value: Property][] {
    const value = this.#read();
    if (value === undefined) return [];
    if (typeof value !== "object" || Array.isArray(value)) throw this.#malformed("an object");
    return Object.keys(value as object).map((name) => [name, this.at(name)]);
  }

  /** The value's text, {@link quoted}; always withheld where Pulumi says that it is a secret. */
  quote(): string {
    if (this.secret) return WITHHELD;
    const text = this.text();
    return text === undefined ? "nothing" : quoted(text);
  }

  #read(): unknown {
    if (!this.known) throw new UnknownRead(this.path, this.urn);
    return this.#value ?? undefined;
  }

  #child(key: string | number): Property {
    if (!this.known) return this;
    const value = this.#value ?? undefined;
    const path = typeof key === "number" ? `${this.path}[${key}]` : this.path ? `${this.path}.${key}` : key;
    if (value === undefined) return new Property(undefined, path, this.urn, this.secret);
    if (typeof value !== "object" || Array.isArray(value) !== (typeof key === "number")) {
      throw this.#malformed(typeof key === "number" ? "a list" : "an object");
    }
    const child = Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    return new Property(child, path, this.urn, this.secret);
  }

  #malformed(expected: string): MalformedRead {
    return new MalformedRead(this.path || "the resource", this.urn, expected);
  }
}

/** Whether a value is one that Pulumi keeps apart as a secret. */
export function isSecret(value: unknown): value is { value: unknown } {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, SIGNATURE)) return false;
  return (value as Record<string, unknown>)[SIGNATURE] === SECRET;
}
