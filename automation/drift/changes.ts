import type { Json } from "../plan/wire.ts";
import type { OutputsEvent } from "./events.ts";
import { pathOf, type Step, stepsOf, valueAt } from "./path.ts";
import { shownValue } from "./shown-value.ts";

/** One property that is not as it was deployed. */
export interface PropertyChange {
  /** Such as `template.scaling.minInstanceCount`. */
  readonly path: string;
  /** As it was deployed; absent where it was not there. A secret is `[secret]`. */
  readonly before?: Json;
  /** As it is; absent where it is there no more. */
  readonly now?: Json;
}

type Observed = OutputsEvent["metadata"];

/** Where a resource differs, by the provider's own judgement: it knows what it fills in and what nobody set. */
function differing({ detailedDiff, diffs, old, new: found }: Observed): string[] {
  const detailed = Object.keys(detailedDiff ?? {});
  if (detailed.length > 0) return detailed;
  if (diffs !== undefined && diffs !== null && diffs.length > 0) return [...diffs];
  const [before, now] = [old?.outputs ?? {}, found?.outputs ?? {}];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]),
  );
}

/** What was given, or where it was not given, what came out of it. */
export function stateAt(state: Observed["old"], steps: readonly Step[]): unknown {
  const given = valueAt(state?.inputs, steps);
  return given === undefined ? valueAt(state?.outputs, steps) : given;
}

/** The leaves in which two values differ. */
function* leaves(before: unknown, now: unknown, steps: readonly Step[]): Generator<readonly Step[]> {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  const [one, other] = [before, now].map((value) => typeof value === "object" && value !== null);
  if (!one || !other || Array.isArray(before) !== Array.isArray(now)) {
    yield steps;
    return;
  }
  const keys = new Set([...Object.keys(before as object), ...Object.keys(now as object)]);
  for (const key of keys) {
    const step = Array.isArray(now) ? Number(key) : key;
    yield* leaves(valueAt(before, [step]), valueAt(now, [step]), [...steps, step]);
  }
}

/** What changed of a resource, property by property, sorted by path. Pure. */
export function propertyChanges(observed: Observed): PropertyChange[] {
  const found = new Map<string, PropertyChange>();
  for (const path of differing(observed)) {
    const steps = stepsOf(path);
    if (String(steps[0]).startsWith("__")) continue;
    const [before, now] = [stateAt(observed.old, steps), stateAt(observed.new, steps)];
    const places = [...leaves(before, now, steps)];
    // Two secrets are the same text here, and differ all the same.
    for (const place of places.length === 0 ? [steps] : places) {
      const was = shownValue(observed.old, place, stateAt(observed.old, place));
      const is = shownValue(observed.new, place, stateAt(observed.new, place));
      found.set(pathOf(place), {
        path: pathOf(place),
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { now: is }),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
