import type { Rule } from "../model.ts";

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity such as `500m`, `1.5Gi` or `1e3` stands for; undefined for what is none. */
export function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", suffix = ""] = match;
  return /^[eE]./.test(suffix) && !(suffix in factors)
    ? Number(digits + suffix)
    : Number(digits) * (factors[suffix] ?? Number.NaN);
}

/** A quantity that is not negative. A number without a unit is right as well. */
export const quantity: Rule = (value, report) => {
  if (typeof value !== "string" && typeof value !== "number") return;
  const amount = parseQuantity(String(value));
  if (amount === undefined)
    report("must be a quantity such as `500m`, `2` or `1Gi` (units: m, k, M, G, T, Ki, Mi, Gi, Ti)", {
      got: value,
    });
  else if (amount < 0) report("must not be negative", { got: value });
};
