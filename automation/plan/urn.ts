/** The type of the root that every stack has. It takes no part in its children's URNs. */
export const stackType = "pulumi:pulumi:Stack";

/** The URN of a resource, formed as the engine forms it: the types of its ancestors, up to the stack, are part of it. */
export function formUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const ancestry = parent === undefined ? "" : qualifiedType(parent);
  const qualified = ancestry === "" || ancestry === stackType ? type : `${ancestry}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The types in a URN, outermost first, joined by `$`. */
function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** The resource's own type in a URN. */
export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** The resource's logical name in a URN; the one part that may itself hold `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The names from the outermost component down to the resource; the stack's own is left out. */
export function ancestorNames(urn: string, parentOf: (urn: string) => string | null | undefined): string[] {
  const names: string[] = [];
  for (let at: string | null | undefined = urn; at !== undefined && at !== null; at = parentOf(at)) {
    if (typeOf(at) !== stackType) names.unshift(nameOf(at));
  }
  return names;
}
