import { availableParallelism } from "node:os";
import { median } from "./measure.ts";

/** A figure that was claimed beforehand. */
interface Claim {
  /** In words, such as `under 3 s`. */
  readonly claim: string;
  readonly holds: boolean;
}

/** One line of the report. A claim that does not hold is said, and fails nothing: the machine may be busy. */
export function line(text: string, claim?: Claim): string {
  if (claim === undefined) return text;
  return `${text} (claim: ${claim.claim}; ${claim.holds ? "holds" : "DOES NOT HOLD"})`;
}

/** `2.34 (2.11 to 2.60)`: the median, and the lowest and highest of the rounds. */
export function spread(values: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** What the figures depend on besides the code. */
export function machineFacts(engine: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${day}: ${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}, Pulumi engine ${engine}`;
}
