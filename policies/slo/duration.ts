import type { Property } from "../core/property.ts";
import { MalformedRead } from "../core/unknown.ts";

export const HOUR = 3600;
export const DAY = 86_400;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: HOUR,
  d: DAY,
  day: DAY,
  days: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  Q: 90 * DAY,
  Y: 365 * DAY,
  y: 365 * DAY,
};

/** Figures have few digits; this hides the noise of binary fractions. */
export function figure(value: number): number {
  return Number(value.toPrecision(6));
}

/**
 * Seconds in a length of time as Slipway, Go, Prometheus, protobuf and OpenSLO write them: `15 min`, `1h30m`, `300s`, `4w`,
 * `1M`. Undefined where it is none.
 */
export function secondsIn(text: string): number | undefined {
  if (text.trim() === "0") return 0;
  let seconds = 0;
  let rest = text.trim();
  while (rest !== "") {
    const part = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*/.exec(rest);
    const unit = UNITS[part?.[2] ?? ""];
    if (part === null || unit === undefined) return undefined;
    seconds += Number(part[1]) * unit;
    rest = rest.slice(part[0].length);
  }
  return text.trim() === "" ? undefined : figure(seconds);
}

/** Seconds in the length of time that stands there, or undefined. @throws UnknownRead, MalformedRead */
export function durationAt(at: Property): number | undefined {
  const text = at.text();
  if (text === undefined) return undefined;
  const seconds = secondsIn(text);
  if (seconds === undefined) throw new MalformedRead(at.path, at.urn, "a length of time");
  return seconds;
}

/** A length of time in its largest whole unit: `90 min`, `26 h`, `3 days`. */
export function timeText(seconds: number): string {
  if (seconds >= 2 * DAY && seconds % DAY === 0) return `${seconds / DAY} days`;
  if (seconds >= HOUR && seconds % HOUR === 0) return `${seconds / HOUR} h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${figure(seconds)} s`;
}
