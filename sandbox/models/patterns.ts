import { isObject, type Properties, type Step, UNKNOWN } from "./values.ts";

const parsed = new Map<string, readonly string[]>();

/** The parts of a pattern: names, `[]` for each entry of a list, `{}` for each value of a map. */
export function patternParts(pattern: string): readonly string[] {
  let parts = parsed.get(pattern);
  if (parts === undefined) {
    parts = pattern.match(/\[\]|\{\}|[^.[\]{}]+/g) ?? [];
    parsed.set(pattern, parts);
  }
  return parts;
}

/** The known values that a pattern stands for, with the steps to each. */
export function select(value: unknown, pattern: string): { path: Step[]; value: unknown }[] {
  let found: { path: Step[]; value: unknown }[] = [{ path: [], value }];
  for (const part of patternParts(pattern)) {
    found = found.flatMap(({ path, value: current }) => {
      if (part === "[]")
        return Array.isArray(current)
          ? current.map((item, index) => ({ path: [...path, index], value: item }))
          : [];
      if (!isObject(current)) return [];
      if (part === "{}")
        return Object.keys(current).map((key) => ({ path: [...path, key], value: current[key] }));
      return Object.hasOwn(current, part) ? [{ path: [...path, part], value: current[part] }] : [];
    });
  }
  return found.filter(
    (entry) => entry.value !== undefined && entry.value !== null && entry.value !== UNKNOWN,
  );
}

/** The objects that should hold the last field of a pattern, with the steps to each. */
export function holders(
  value: unknown,
  pattern: string,
): { path: Step[]; value: Properties; field: string }[] {
  const field = patternParts(pattern).at(-1) ?? "";
  const above = pattern.slice(0, -field.length).replace(/\.$/, "");
  return select(value, above).flatMap((entry) =>
    isObject(entry.value) ? [{ path: entry.path, value: entry.value, field }] : [],
  );
}

/** True when the steps lie at, or below, what the pattern stands for. */
export function isWithin(path: readonly Step[], pattern: string): boolean {
  const parts = patternParts(pattern);
  return (
    path.length >= parts.length &&
    parts.every((part, index) => part === "[]" || part === "{}" || part === String(path[index]))
  );
}
