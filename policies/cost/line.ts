import { isUnreadable, UnknownRead } from "../core/unknown.ts";
import { priceOf } from "./prices.ts";
import type { Range } from "./usage.ts";

/** What a line is about, whether or not it has a price. */
interface LineFacts {
  readonly urn: string;
  readonly what: string;
  /** The service that it is part of, where it is part of one. */
  readonly service?: string;
  /** The system that it is part of, where that can be told. */
  readonly system?: string;
}

/** One part of the bill, in USD a month; or what keeps it from being told. */
export type CostLine =
  | (LineFacts & { readonly missing?: never } & Range)
  | (LineFacts & {
      readonly missing: string;
      /** Whether it will be known once the stack is deployed. */
      readonly unknown?: true;
    });

/** A line that has a price. */
export type PricedLine = Extract<CostLine, Range>;

/** How much of something is used: a figure that is certain, or a range. */
export type Amount = number | Range;

/** A certain figure as a range. */
function range(amount: Amount): Range {
  return typeof amount === "number" ? { low: amount, expected: amount, high: amount } : amount;
}

/** Applies a calculation to each end of a range. */
export function mapRange(amount: Range, calculate: (value: number) => number): Range {
  return { low: calculate(amount.low), expected: calculate(amount.expected), high: calculate(amount.high) };
}

/** Adds ranges end by end. */
export function sumRanges(ranges: readonly Range[]): Range {
  const total = (end: keyof Range) => ranges.reduce((sum, one) => sum + one[end], 0);
  return { low: total("low"), expected: total("expected"), high: total("high") };
}

/** To the cent: sums of binary fractions have digits that no bill has. */
export function toCents(amount: Range): Range {
  return mapRange(amount, (usd) => Number(usd.toFixed(2)));
}

/** Whether a line has a price. */
export function hasPrice(line: CostLine): line is PricedLine {
  return line.missing === undefined;
}

/** A line of amounts times prices; missing as a whole where one price is. */
export function priced(urn: string, what: string, amounts: Readonly<Record<string, Amount>>): CostLine {
  const parts: Range[] = [];
  for (const [name, amount] of Object.entries(amounts)) {
    const price = priceOf(name);
    if (price === undefined) return { urn, what, missing: `no price of "${name}" is in the table` };
    parts.push(mapRange(range(amount), (value) => value * price.usd));
  }
  return { urn, what, ...sumRanges(parts) };
}

/** A line whose facts may be unknown before deployment, or misshapen: then it is missing, and says so. */
export function known(urn: string, what: string, line: () => CostLine): CostLine {
  try {
    return line();
  } catch (error) {
    if (error instanceof UnknownRead) return { urn, what, missing: error.message, unknown: true };
    if (isUnreadable(error)) return { urn, what, missing: error.message };
    throw error;
  }
}
