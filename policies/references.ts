import type { Stack, Subject } from "./core/policy.ts";
import { UnknownRead } from "./core/unknown.ts";

/** The last part of `projects/p/secrets/name`, of a self link, or of a plain name. */
export function lastSegment(reference: string): string {
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
  const targets = types.flatMap((type) => stack.ofType(type));
  const madeFrom = from.propertyDependencies?.[field] ?? [];
  const sources = targets.filter(({ urn }) => madeFrom.includes(urn));
  if (!property.known) {
    if (sources.length === 1) return sources[0];
    throw new UnknownRead(property.path, from.urn);
  }
  const reference = property.text();
  if (reference === undefined) return undefined;
  const goesBy = (wanted: string) => targets.find((target) => namesOf(target, names).includes(wanted));
  const found = goesBy(reference) ?? goesBy(lastSegment(reference));
  if (found !== undefined) return found;
  const nameless = targets.filter((target) => namesOf(target, names).length === 0);
  const source = nameless.find(({ urn }) => madeFrom.includes(urn));
  if (source === undefined && nameless[0] !== undefined)
    throw new UnknownRead(names[0] as string, nameless[0].urn);
  return source;
}
