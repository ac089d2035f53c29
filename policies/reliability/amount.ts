import type { Property } from "../core/property.ts";
import { MalformedRead } from "../core/unknown.ts";

/** A number of pods, or a share of them. */
type Amount = { readonly pods: number } | { readonly percent: number };

/** What a budget or a strategy says; undefined where it says nothing. @throws MalformedRead, UnknownRead */
export function amountOf(property: Property): Amount | undefined {
  const text = property.text();
  if (text === undefined) return undefined;
  const [, digits, percent] = /^(\d+)(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new MalformedRead(property.path, property.urn, "a number of pods or a percentage");
  return percent === "%" ? { percent: Number(digits) } : { pods: Number(digits) };
}
