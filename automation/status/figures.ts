import { DAY, HOUR } from "../../components/units.ts";

/** A number for a reader: three digits that count, no exponent. */
export function figure(value: number): string {
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** A share of good events: as many decimals as tell 99.99 from 99.9, and never rounded up to what it isn't. */
export function shareText(percent: number): string {
  const rounded = Number(percent.toFixed(3));
  return `${rounded === 100 && percent < 100 ? "99.999" : rounded} %`;
}

/** What is left of a budget, in whole percent; what is not all of it, and not none, is not rounded to that. */
export function budgetText(percent: number): string {
  if (percent < 0) return `overspent by ${percent > -1 ? "under 1" : Math.round(-percent)} %`;
  if (percent > 0 && percent < 1) return "under 1 % left";
  return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)} % left`;
}

/** Time that a request takes. */
export function latencyText(seconds: number): string {
  return seconds < 1 ? `${figure(seconds * 1000)} ms` : `${figure(seconds)} s`;
}

/** How long ago something was, in its largest unit: `45 s`, `12 min`, `3 h`, `2 days`. */
export function agoText(since: string, now: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(since)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} days`;
}

/** A moment, in UTC: `2026-03-01 12:00:05 UTC`. What is no moment stays as it is. */
export function momentText(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `1 alert`, `3 alerts`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
