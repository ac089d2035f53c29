import { DAY, type Duration, HOUR, seconds } from "../../units.ts";

/** Units of a {@link Duration}, the largest first; a figure in `h` reads better than one in days that is less than two. */
const UNITS = [
  ["days", DAY],
  ["h", HOUR],
  ["min", 60],
  ["s", 1],
] as const;

/** What OpenSLO's durations end in, in seconds: months, quarters and years as they are usually counted. */
const SHORTHAND = { m: 60, h: HOUR, d: DAY, w: 7 * DAY, M: 30 * DAY, Q: 90 * DAY, Y: 365 * DAY } as const;

/** A duration as OpenSLO writes it: `30d`. */
export const SHORTHAND_PATTERN = /^[1-9]\d*[mhdwMQY]$/;

/** Digits of a number, without an exponent. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  return value < 1 ? value.toFixed(100).replace(/0+$/, "") : BigInt(value).toString();
}

/** The duration that is so many seconds, to the last bit: `"30 days"`, `"1500 ms"`. @param value above 0 */
export function durationOf(value: number): Duration {
  const whole = UNITS.find(([, size]) => value % size === 0);
  if (whole !== undefined) return `${decimal(value / whole[1])} ${whole[0]}` as Duration;
  const milliseconds: Duration = `${Math.round(value * 1000)} ms`;
  return value < 1e6 && seconds(milliseconds) === value ? milliseconds : (`${decimal(value)} s` as Duration);
}

/** The window that is so many days, to the last bit, which a division has been at. */
export function windowOf(days: number): Duration {
  const nearest = days * DAY;
  const near = [Math.round(nearest), nearest, nearest * (1 + Number.EPSILON), nearest * (1 - Number.EPSILON)];
  return durationOf(near.find((each) => each / DAY === days) ?? nearest);
}

/** Seconds of a duration as OpenSLO writes it. @param shorthand one that {@link SHORTHAND_PATTERN} takes */
export function shorthandSeconds(shorthand: string): number {
  return Number(shorthand.slice(0, -1)) * SHORTHAND[shorthand.slice(-1) as keyof typeof SHORTHAND];
}

/** A length of time as OpenSLO writes it: whole minutes, rounded up. */
export function shorthand(length: number): string {
  const minutes = Math.max(1, Math.ceil(length / 60));
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** Moves a number's decimal point, with no noise of binary fractions: 99.95 by -2 is 0.9995. */
export function shifted(value: number, places: number): number {
  const [digits, exponent = "0"] = String(value).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}
