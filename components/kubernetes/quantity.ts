/** A number as Kubernetes writes it, to the thousandth: `"2"`, `"1500m"`. */
export function quantityOf(value: number): string {
  return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
}
