import { figure, latencyText } from "../../status/figures.ts";
import type { Gate, Reading } from "../gate.ts";
import type { GateVerdict, Judgement, Verdict } from "../judge/verdict.ts";
import { countText, lengthText, percentText } from "./words.ts";

/** What verdicts are called, and their marks: each is a text, so that none depends on its colour. */
export const VERDICTS: Record<Verdict, { readonly mark: string; readonly text: string }> = {
  healthy: { mark: "✔", text: "healthy" },
  unhealthy: { mark: "✖", text: "unhealthy" },
  inconclusive: { mark: "…", text: "too little evidence" },
  unknown: { mark: "?", text: "no data" },
};

type Shown = Pick<Gate, "measure" | "unit" | "badWhen" | "limit" | "worseThan">;

/** A gate's figure in its own unit. */
export function gateFigure({ measure, unit }: Pick<Shown, "measure" | "unit">, value: number): string {
  if (unit === "share") return percentText(value);
  switch (measure.kind === "indicator" ? measure.indicator.kind : measure.kind) {
    case "cpu":
    case "memory":
    case "saturation":
      return `${figure(value)} %`;
    case "query":
      return figure(value);
    case "freshness":
      return lengthText(value);
    default:
      return latencyText(value);
  }
}

/** What a version is held against: `at most 0.5 %`, `at most 1.2 times stable's`, or both. */
export function limitText(gate: Shown): string {
  const word = gate.badWhen === "above" ? "at most" : "at least";
  return [
    ...(gate.limit === undefined ? [] : [`${word} ${gateFigure(gate, gate.limit)}`]),
    ...(gate.worseThan === undefined ? [] : [`${word} ${figure(gate.worseThan)} times stable's`]),
  ].join(", ");
}

/** What was measured, as one figure: a share, 0 to 1, or a value; undefined where there is none. */
export function figureOf(reading: Reading | undefined): number | undefined {
  if (reading?.kind === "value") return reading.value;
  return reading?.kind === "events" && reading.total > 0 ? reading.bad / reading.total : undefined;
}

/** What was measured, in words: `44 of 2,310 (1.9 %)`. */
function readingText(gate: Pick<Shown, "measure" | "unit">, reading: Reading): string {
  switch (reading.kind) {
    case "events":
      return reading.total === 0
        ? "0 of 0"
        : `${countText(reading.bad)} of ${countText(reading.total)} (${percentText(reading.bad / reading.total)})`;
    case "value":
      return gateFigure(gate, reading.value);
    case "nothing":
      return "nothing measured";
    case "unanswered":
      return `no answer: ${reading.why}`;
  }
}

/** Where the candidate's share lies, as sure as the judge has to be; undefined where that isn't reckoned. */
function intervalText({ interval }: Pick<GateVerdict, "interval">): string | undefined {
  return interval === undefined
    ? undefined
    : `between ${percentText(interval.low)} and ${percentText(interval.high)}`;
}

/** The gate whose sentence a judgement speaks. */
export function decisive({ verdict, reason, gates }: Judgement): GateVerdict | undefined {
  const alike = gates.filter((gate) => gate.counts && gate.verdict === verdict);
  return alike.find((gate) => reason.includes(gate.reason)) ?? alike[0];
}

/** The gate that counts requests, and which of them failed; else one that counts any of them; else the first. */
export function requestGate<T extends Pick<Gate, "measure" | "unit">>(gates: readonly T[]): T | undefined {
  const of = (kind: string) =>
    gates.find(({ measure }) => measure.kind === "indicator" && measure.indicator.kind === kind);
  return of("availability") ?? of("latency") ?? gates.find(({ unit }) => unit === "share") ?? gates[0];
}

/** A gate's verdict with its figures in words. */
export interface GateSaid extends GateVerdict {
  readonly unit: Gate["unit"];
  readonly said: {
    readonly candidate: string;
    readonly stable?: string;
    readonly limit: string;
    readonly interval?: string;
  };
}

/** Verdicts with what their gates are; one whose gate the plan doesn't have is left out. */
export function gatesSaid(gates: readonly Gate[], judgement: Judgement | undefined): GateSaid[] {
  const byName = new Map(gates.map((gate) => [gate.name, gate]));
  return (judgement?.gates ?? []).flatMap((verdict) => {
    const gate = byName.get(verdict.gate);
    if (gate === undefined) return [];
    const interval = intervalText(verdict);
    const said = {
      candidate: readingText(gate, verdict.candidate),
      ...(verdict.stable === undefined ? {} : { stable: readingText(gate, verdict.stable) }),
      limit: limitText(gate),
      ...(interval === undefined ? {} : { interval }),
    };
    return [{ ...verdict, unit: gate.unit, said }];
  });
}
