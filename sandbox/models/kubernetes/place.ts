import type { ReportFailure, Rule } from "../model.ts";
import { isObject, isUnknown, type Step } from "../values.ts";

/**
 * A value in an object and where it stands. What is missing, unknown or of another type has no text, no number, no entries:
 * the shape check speaks of types, and a rule that finds nothing says nothing.
 */
export class Place {
  readonly value: unknown;
  readonly #report: ReportFailure;
  readonly #path: readonly Step[];

  constructor(value: unknown, report: ReportFailure, path: readonly Step[] = []) {
    this.value = value;
    this.#report = report;
    this.#path = path;
  }

  /** The value below, step by step. What lies below something unknown is unknown. */
  at(...steps: readonly Step[]): Place {
    let value = this.value;
    for (const step of steps) {
      if (isUnknown(value)) break;
      if (Array.isArray(value)) value = value[Number(step)];
      else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
    return new Place(value, this.#report, [...this.#path, ...steps]);
  }

  /** The entries of a list. */
  get items(): readonly Place[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  /** The fields of an object or a map, unknown ones too. */
  get entries(): readonly (readonly [string, Place])[] {
    if (!isObject(this.value) || isUnknown(this.value)) return [];
    return Object.keys(this.value).map((key) => [key, this.at(key)] as const);
  }

  /** The value where it is a known string. */
  get text(): string | undefined {
    return typeof this.value === "string" && !isUnknown(this.value) ? this.value : undefined;
  }

  /** The value where it is a number. */
  get number(): number | undefined {
    return typeof this.value === "number" ? this.value : undefined;
  }

  /** Whether something is given here, known or not. */
  get isGiven(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Whether something known is given here. */
  get isSet(): boolean {
    return this.isGiven && !this.isUnknown;
  }

  /** Whether it is given, and not known yet. */
  get isUnknown(): boolean {
    return isUnknown(this.value);
  }

  /** Whether nothing is given, or an empty string, list or object. */
  get isEmpty(): boolean {
    if (!this.isGiven || this.value === "") return true;
    if (Array.isArray(this.value)) return this.value.length === 0;
    return isObject(this.value) && Object.keys(this.value).length === 0;
  }

  /** Reports a failure here. */
  fail(reason: string, got?: unknown): void {
    this.#report(reason, got === undefined ? { at: this.#path } : { at: this.#path, got });
  }

  /** Reports a failure here and quotes the value. */
  refuse(reason: string): void {
    this.fail(reason, this.value);
  }

  /** Applies rules to what is given and known. */
  follow(...rules: readonly Rule[]): this {
    if (this.isSet)
      for (const rule of rules)
        rule(this.value, (reason, detail = {}) =>
          this.#report(reason, { ...detail, at: [...this.#path, ...(detail.at ?? [])] }),
        );
    return this;
  }

  /** Reports where nothing is given. */
  need(): this {
    if (this.isEmpty) this.fail("is required");
    return this;
  }
}

/** Rules over a part of an object. */
export type PlaceRule = (place: Place) => void;

/** Exactly these values. */
export function oneOf(...allowed: readonly string[]): Rule {
  return (value, report) => {
    if (typeof value === "string" && !allowed.includes(value))
      report(`must be one of ${allowed.join(", ")}`, { got: value });
  };
}
