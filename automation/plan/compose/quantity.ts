import { parseQuantity } from "../../../sandbox/models/kubernetes/quantity.ts";

/** The number that a Kubernetes quantity says, such as `0.25` for `250m`; undefined where it is none. */
export function quantityNumber(quantity: string | number | undefined): number | undefined {
  return quantity === undefined ? undefined : parseQuantity(String(quantity));
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
