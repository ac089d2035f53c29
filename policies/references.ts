import type { Stack, Subject } from "./core/policy.ts";
import { UnknownRead } from "./core/unknown.ts";

/** The last part of `projects/p/secrets/name`, of a self link, or of a plain name. */
function lastSegment(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Names that a resource goes by, of those given; what is not known is left out. */
function namesOf(resource: Subject, fields: readonly string[]): string[] {
  return fields.flatMap((field) => {
    const property = resource.props.at(field);
    const name = property.known ? property.text() : undefined;
    return name === undefined ? [] : [name, lastSegment(name)];
  });
}

/** Resources by every name that they go by, and those that go by none yet. */
interface Directory {
  readonly byName: ReadonlyMap<string, Subject>;
  readonly nameless: readonly Subject[];
}

const directories = new WeakMap<Stack, Map<string, Directory>>();

/** Made once for a stack, so that following references is linear in its resources. */
function directory(stack: Stack, types: readonly string[], names: readonly string[]): Directory {
  const known = directories.get(stack) ?? new Map<string, Directory>();
  directories.set(stack, known);
  const key = [...types, ...names].join();
  const made = known.get(key);
  if (made !== undefined) return made;
  const byName = new Map<string, Subject>();
  const nameless: Subject[] = [];
  for (const target of types.flatMap((type) => stack.ofType(type))) {
    const own = namesOf(target, names);
    if (own.length === 0) nameless.push(target);
    for (const name of own) if (!byName.has(name)) byName.set(name, target);
  }
  known.set(key, { byName, nameless });
  return { byName, nameless };
}

/** The resource of the stack that goes by a name, `projects/p/…/name` or `name`. */
export function named(
  stack: Stack,
  reference: string,
  types: readonly string[],
  names: readonly string[],
): Subject | undefined {
  const { byName } = directory(stack, types, names);
  return byName.get(reference) ?? byName.get(lastSegment(reference));
}

/**
 * The resource of the stack that a top-level property refers to: by its name, or, while that is not known, by what the
 * property's value was made from. Undefined where it refers to something outside the stack, or to nothing.
 * @param names fields that a target may be referred to by
 * @throws UnknownRead where that can't be told before deployment
 */
export function referred(
  stack: Stack,
  from: Subject,
  field: string,
  types: readonly string[],
  names: readonly string[],
): Subject | undefined {
  const property = from.props.at(field);
  const madeFrom = from.propertyDependencies?.[field] ?? [];
  if (!property.known) {
    const sources = types.flatMap((type) => stack.ofType(type)).filter(({ urn }) => madeFrom.includes(urn));
    if (sources.length === 1) return sources[0];
    throw new UnknownRead(property.path, from.urn);
  }
  const reference = property.text();
  if (reference === undefined) return undefined;
  const found = named(stack, reference, types, names);
  if (found !== undefined) return found;
  const { nameless } = directory(stack, types, names);
  const source = nameless.find(({ urn }) => madeFrom.includes(urn));
  if (source === undefined && nameless[0] !== undefined)
    throw new UnknownRead(names[0] as string, nameless[0].urn);
  return source;
}
