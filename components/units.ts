const MEMORY = { MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** Seconds in an hour. */
export const HOUR = 3600;

/** Seconds in a day. */
export const DAY = 86_400;

const TIME = { ms: 0.001, s: 1, min: 60, h: HOUR, days: DAY } as const;

/** An amount of memory, such as `"512 MiB"` or `"1 GiB"`. */
export type Memory = `${number} ${keyof typeof MEMORY}`;

/** A length of time, such as `"500 ms"`, `"10 s"`, `"15 min"`, `"12 h"` or `"180 days"`. */
export type Duration = `${number} ${keyof typeof TIME}`;

function parse(kind: string, value: string, units: Record<string, number>): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) (\S+)$/.exec(value) ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  if (amount === undefined || factor === undefined) {
    throw new RangeError(
      `"${value}" is not ${kind}: write a number, one blank and a unit (${Object.keys(units).join(", ")})`,
    );
  }
  return Number(amount) * factor;
}

/** Bytes in a {@link Memory}. @throws RangeError that quotes a value it can't read */
export function bytes(memory: Memory): number {
  return parse("an amount of memory", memory, MEMORY);
}

/** Seconds in a {@link Duration}; may be a fraction. @throws RangeError that quotes a value it can't read */
export function seconds(duration: Duration): number {
  // 700 ms are 0.7 s, which a bucket's edge is found by, and not 0.7000000000000001.
  return plain(parse("a length of time", duration, TIME));
}

/** A figure without the noise of binary fractions: 0.1, not 0.09999999999999998. */
export function plain(value: number): number {
  return Number(value.toPrecision(10));
}

/** The form that Kubernetes and Cloud Run write: `"512Mi"`, `"1Gi"`. */
export function quantity(memory: Memory): string {
  const mebibytes = bytes(memory) / MEMORY.MiB;
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** The form that Google's APIs write for durations: `"15552000s"`. */
export function secondsText(duration: Duration): string {
  return `${seconds(duration)}s`;
}
