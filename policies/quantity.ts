import type { Property } from "./core/property.ts";
import { MalformedRead } from "./core/unknown.ts";

/** What stands behind a number of Kubernetes, and what it multiplies by (API reference: resource.Quantity). */
const UNITS: Readonly<Record<string, number>> = {
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

/** A quantity of Kubernetes (`500m`, `1Gi`, `2e3`) as a number; undefined where there is none. @throws MalformedRead, UnknownRead */
export function quantity(property: Property): number | undefined {
  const text = property.text();
  if (text === undefined) return undefined;
  const [, digits, unit = ""] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new MalformedRead(property.path, property.urn, 'a quantity such as "500m" or "1Gi"');
  return Number(digits) * (UNITS[unit] as number);
}
