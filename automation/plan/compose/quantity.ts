const FACTORS: Readonly<Record<string, number>> = {
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

/** The number that a Kubernetes quantity says, such as `0.25` for `250m`; undefined where it is none. */
export function quantityNumber(quantity: string | number | undefined): number | undefined {
  if (typeof quantity === "number") return quantity;
  const [, amount, suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity ?? "") ?? [];
  const factor = FACTORS[suffix];
  const value = Number(amount) * (factor ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** Bytes as compose writes them; its `M` is 2²⁰, its `K` 2¹⁰. */
export function composeBytes(bytes: number): string {
  const whole = Math.ceil(bytes);
  if (whole % 2 ** 20 === 0) return `${whole / 2 ** 20}M`;
  return whole % 2 ** 10 === 0 ? `${whole / 2 ** 10}K` : `${whole}B`;
}

/** CPUs as compose writes them, to the thousandth. */
export function composeCpus(cpus: number): string {
  return String(Math.ceil(Math.round(cpus * 1e6) / 1e3) / 1e3);
}
