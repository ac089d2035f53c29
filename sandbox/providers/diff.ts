import { modelFor, type ProviderSettings, plannedOutputs } from "../models/index.ts";
import { isWithin } from "../models/patterns.ts";
import { formatPath, isObject, type Properties, type Step, UNKNOWN, unmark } from "../models/values.ts";
import { comparablePart } from "./live/kubernetes/drift.ts";

/** One changed property. */
interface PropertyChange {
  /** Such as `template.containers[0].image`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** What separates two states of a resource. */
export interface ResourceDiff {
  readonly changes: readonly PropertyChange[];
  /** The old one must go before the new one comes, since both would have the same identifier. */
  readonly deleteBeforeReplace: boolean;
}

/** An id that says nothing: the `random` provider gives it to resources which exist in the state only. */
const NO_ID = "none";

/**
 * Compares checked inputs of a resource with those of its last deployment. A value that is now unknown counts as
 * changed, as in the real providers: an immutable one then shows as a possible replacement.
 */
export function diffResource(
  token: string,
  args: {
    readonly id: string;
    readonly urn: string;
    readonly name: string;
    readonly project?: string | undefined;
    readonly settings?: ProviderSettings | undefined;
  },
  before: Properties,
  after: Properties,
): ResourceDiff {
  const model = modelFor(token);
  const plainAfter = unmark(after).value;
  const whole = unmark(before).value;
  // What is imported is compared in the fields that the program gives: the rest is what the API server filled in.
  const plainBefore = whole.__imported === true ? (comparablePart(whole, plainAfter) as Properties) : whole;
  const immutable = [
    ...(model?.replaceOn ?? []),
    ...(model?.alsoReplaceOn?.(plainBefore, args.settings ?? {}) ?? []),
  ];
  const changes: PropertyChange[] = [];
  compare(plainBefore, plainAfter, [], (path, kind) => {
    if (String(path[0]).startsWith("__")) return;
    const replaces = immutable.some((pattern) => isWithin(path, pattern) || reaches(path, pattern));
    changes.push({ path: formatPath(path), kind, replaces });
  });
  if (changes.length === 0 || model?.isRenamed?.(plainAfter) === true)
    return { changes, deleteBeforeReplace: false };
  const planned = plannedOutputs(token, { ...args, inputs: after });
  return { changes, deleteBeforeReplace: planned.id === args.id && args.id !== NO_ID };
}

/** True when a whole object changed in which the immutable field lies. */
function reaches(path: readonly Step[], pattern: string): boolean {
  return pattern.startsWith(`${formatPath(path)}.`);
}

type Found = (path: readonly Step[], kind: PropertyChange["kind"]) => void;

function compare(before: unknown, after: unknown, path: readonly Step[], found: Found): void {
  if (Object.is(before, after) && after !== UNKNOWN) return;
  if (before === undefined || after === undefined) {
    found(path, before === undefined ? "add" : "delete");
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], [...path, index], found);
    return;
  }
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], [...path, key], found);
    return;
  }
  found(path, "update");
}
