import { checkedInputs, modelFor } from "../../../sandbox/models/index.ts";
import { isWithin } from "../../../sandbox/models/patterns.ts";
import { formatPath, isObject, type Properties, type Step } from "../../../sandbox/models/values.ts";
import type { PlanResource } from "../resources.ts";
import { type Json, unknownText, unknownValue } from "../wire.ts";
import type { PropertyChange } from "./types.ts";

/** Options that say nothing of the resource itself: its URN, or how it is worked on. */
const ASIDE = new Set([
  "aliases",
  "customTimeouts",
  "hideDiffs",
  "ignoreChanges",
  "import",
  "replaceOnChanges",
]);

/**
 * What of a resource is another one, and whether its provider can change that in place, as the models of the sandbox know
 * it. Inputs are compared with the defaults that the provider adds: to state one changes nothing. Pure.
 * @param before under its URN now
 */
export function propertyChanges(before: PlanResource, after: PlanResource): PropertyChange[] {
  const [was, is] = completed(before, after);
  const ignored = patternsOf(after.options.ignoreChanges);
  const fixed = immutable(after, was);
  const changes: PropertyChange[] = [];
  compare(was, is, [], (path, sides) => {
    if (String(path[0]).startsWith("__") || ignored.some((pattern) => isWithin(path, pattern))) return;
    changes.push({ path: formatPath(path), ...sides, replaces: fixed(path) });
  });
  const { type } = after;
  if (before.type !== type) changes.push({ path: "type", before: before.type, after: type, replaces: true });
  const options = (of: PlanResource) =>
    Object.fromEntries(Object.entries(of.options).filter(([name]) => !ASIDE.has(name)));
  compare(options(before), options(after), [], (path, sides) => {
    changes.push({
      path: `options.${formatPath(path)}`,
      ...sides,
      replaces: path[0] === "replacementTrigger" && sides.before !== undefined,
    });
  });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Both inputs as the provider's check hands them on: with names and defaults. */
function completed(before: PlanResource, after: PlanResource): readonly [Properties, Properties] {
  const [was, is] = [before, after].map(({ inputs }) => withUnknowns(inputs) as Properties);
  if (
    was === undefined ||
    is === undefined ||
    modelFor(after.type) === undefined ||
    before.type !== after.type
  )
    return [was ?? {}, is ?? {}];
  const about = { urn: after.urn, name: after.name };
  try {
    const known = checkedInputs(after.type, { ...about, inputs: was });
    return [known, checkedInputs(after.type, { ...about, inputs: is, before: known })];
  } catch {
    // A plan of another version may hold inputs of another shape: they are compared as they are.
    return [was, is];
  }
}

function withUnknowns(value: Json): unknown {
  if (value === unknownText) return unknownValue;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withUnknowns(part as Json)]));
}

function withoutUnknowns(value: unknown): Json {
  return JSON.parse(JSON.stringify(value).replaceAll(unknownValue, unknownText)) as Json;
}

/** Whether a change at a path makes the provider, or the engine, replace a resource. */
function immutable({ type, options }: PlanResource, was: Properties): (path: readonly Step[]) => boolean {
  const model = modelFor(type);
  const patterns = [
    ...(model?.replaceOn ?? []),
    ...(model?.alsoReplaceOn?.(was, {}) ?? []),
    ...patternsOf(options.replaceOnChanges),
  ];
  // A whole object may have changed in which the field lies.
  const reaches = (path: readonly Step[], pattern: string) => pattern.startsWith(`${formatPath(path)}.`);
  return (path) =>
    patterns.some((pattern) => pattern === "*" || isWithin(path, pattern) || reaches(path, pattern));
}

/** Property paths of an option as the models' patterns. */
function patternsOf(paths: Json | undefined): string[] {
  return Array.isArray(paths) ? paths.map((path) => String(path).replaceAll("[*]", "[]")) : [];
}

type Sides = Pick<PropertyChange, "before" | "after">;

function compare(
  before: unknown,
  after: unknown,
  path: readonly Step[],
  found: (path: readonly Step[], sides: Sides) => void,
): void {
  if (Object.is(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], [...path, index], found);
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], [...path, key], found);
  } else {
    found(path, {
      ...(before === undefined ? {} : { before: withoutUnknowns(before) }),
      ...(after === undefined ? {} : { after: withoutUnknowns(after) }),
    });
  }
}
