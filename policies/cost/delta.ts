import type { Estimate } from "./estimate.ts";
import { type CostLine, hasPrice, toCents } from "./line.ts";
import type { Range } from "./usage.ts";

/** What a change does to one part of the bill, in USD a month. */
interface LineDelta {
  readonly what: string;
  readonly urn: string;
  /** Absent where it was not there, or its price could not be told. */
  readonly before?: Range;
  /** Absent where it is no longer there, or its price can't be told. */
  readonly after?: Range;
  /** Why its price can't be told now. */
  readonly missing?: string;
}

/** What a change does to a service, or a system: absent where it was not there, or is no longer. */
interface GroupDelta {
  readonly name: string;
  readonly before?: Range;
  readonly after?: Range;
}

/** What a change does to a stack's bill, in USD a month; what becomes dearer is above zero. */
export interface CostDelta extends Range {
  /** Parts that change, in the order of the new estimate, then those that are gone. */
  readonly lines: readonly LineDelta[];
  /** Services that change. */
  readonly services: readonly GroupDelta[];
  /** Systems that change. */
  readonly systems: readonly GroupDelta[];
}

const NOTHING: Range = { low: 0, expected: 0, high: 0 };

/** Less than this is noise: half a cent. */
const NOISE = 0.005;

function minus(after: Range, before: Range): Range {
  return {
    low: after.low - before.low,
    expected: after.expected - before.expected,
    high: after.high - before.high,
  };
}

function differ(a: Range | undefined, b: Range | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b;
  const { low, expected, high } = minus(a, b);
  return [low, expected, high].some((change) => Math.abs(change) >= NOISE);
}

function rangeOf(line: CostLine | undefined): Range | undefined {
  if (line === undefined || !hasPrice(line)) return undefined;
  const { low, expected, high } = line;
  return { low, expected, high };
}

/** Keys of both, those of the second first. */
function keysOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Set<string> {
  return new Set([...after.keys(), ...before.keys()]);
}

function sides(before: Range | undefined, after: Range | undefined) {
  return {
    ...(before === undefined ? {} : { before: toCents(before) }),
    ...(after === undefined ? {} : { after: toCents(after) }),
  };
}

/** Lines by their resource, and by which of its lines each is: what a line is called may change with it. */
function byPlace(lines: readonly CostLine[]): Map<string, CostLine> {
  const count = new Map<string, number>();
  return new Map(
    lines.map((line) => {
      const nth = count.get(line.urn) ?? 0;
      count.set(line.urn, nth + 1);
      return [`${nth} ${line.urn}`, line];
    }),
  );
}

function lineDeltas(before: readonly CostLine[], after: readonly CostLine[]): LineDelta[] {
  const [was, is] = [byPlace(before), byPlace(after)];
  return [...keysOf(was, is)].flatMap((place) => {
    const [old, now] = [was.get(place), is.get(place)];
    const { urn, what } = (now ?? old) as CostLine;
    const missing = old?.missing === now?.missing ? undefined : now?.missing;
    if (!differ(rangeOf(old), rangeOf(now)) && missing === undefined) return [];
    return [
      { what, urn, ...sides(rangeOf(old), rangeOf(now)), ...(missing === undefined ? {} : { missing }) },
    ];
  });
}

type Group = Range & { readonly name: string };

function groupDeltas(before: readonly Group[], after: readonly Group[]): GroupDelta[] {
  const byName = (groups: readonly Group[]) => new Map(groups.map((group) => [group.name, group]));
  const [was, is] = [byName(before), byName(after)];
  return [...keysOf(was, is)].flatMap((name) => {
    const [old, now] = [was.get(name), is.get(name)];
    return differ(old, now) ? [{ name, ...sides(old, now) }] : [];
  });
}

/**
 * What a change does to the bill. Pure.
 * @param before undefined where there was nothing
 * @param after undefined where there is nothing left
 */
export function costDelta(before: Estimate | undefined, after: Estimate | undefined): CostDelta {
  return {
    ...toCents(minus(after ?? NOTHING, before ?? NOTHING)),
    lines: lineDeltas(before?.lines ?? [], after?.lines ?? []),
    services: groupDeltas(before?.services ?? [], after?.services ?? []),
    systems: groupDeltas(before?.systems ?? [], after?.systems ?? []),
  };
}
