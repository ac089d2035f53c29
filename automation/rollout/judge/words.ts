import type { Gate } from "../gate.ts";
import { gateFigure } from "../report/gate-words.ts";
import { countText, percentText } from "../report/words.ts";
import type { Counts } from "./evidence.ts";

/** What was counted, and what was wrong with it. */
function events({ measure }: Pick<Gate, "measure">): readonly [all: string, bad: string] {
  if (measure.kind !== "indicator") return ["events", "were bad"];
  const { kind, thresholdSeconds } = measure.indicator;
  switch (kind) {
    case "availability":
      return ["requests", "failed"];
    case "latency":
      return [
        "requests",
        `took longer than ${gateFigure({ measure, unit: "value" }, thresholdSeconds ?? 0)}`,
      ];
    case "health":
      return ["probes", "failed"];
    default:
      return ["events", "were bad"];
  }
}

/** `requests`, or whatever the gate counts. */
export function counted(gate: Pick<Gate, "measure">): string {
  return events(gate)[0];
}

/** The share of events that were bad, 0 to 1. */
export function shareOf({ total, bad }: Counts): number {
  return total > 0 ? bad / total : 0;
}

/** `1.9 % of 2,310 requests failed`. */
export function shareText(gate: Pick<Gate, "measure">, counts: Counts): string {
  const [all, wrong] = events(gate);
  return `${percentText(shareOf(counts))} of ${countText(counts.total)} ${all} ${wrong}`;
}

/** `12 % of the last 240 requests failed`. */
export function lateText(gate: Pick<Gate, "measure">, counts: Counts): string {
  const [all, wrong] = events(gate);
  return `${percentText(shareOf(counts))} of the last ${countText(counts.total)} ${all} ${wrong}`;
}

/** `about 920`: two digits that count, and never fewer than ten. */
export function aboutText(count: number): string {
  return `about ${countText(Number(Math.max(10, Math.ceil(count)).toPrecision(2)))}`;
}

/** `stable has 0.25 %`. */
export function stableText(stable: Counts): string {
  return `stable has ${percentText(shareOf(stable))}`;
}
