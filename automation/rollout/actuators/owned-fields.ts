/** A part of an object as JSON has it. */
type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

/** An object of a cluster, as its API server answers it. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly {
      readonly manager?: string;
      readonly operation?: string;
      readonly subresource?: string;
      readonly fieldsV1?: Fields;
    }[];
  };
  readonly [field: string]: Json;
}

const isObject = (value: Json): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Who declares a field by server-side apply: their name, and all that they declare of the object. */
export interface Declaration {
  readonly manager: string;
  readonly fieldsV1: Fields;
}

/** Who declares a field, or what it is a part of, by server-side apply. @param path such as `["spec", "rules"]` */
export function declarationOf(
  { metadata: { managedFields = [] } }: LiveObject,
  path: readonly string[],
): Declaration | undefined {
  for (const { manager, operation, subresource, fieldsV1 } of managedFields) {
    if (operation !== "Apply" || subresource || manager === undefined || fieldsV1 === undefined) continue;
    if (holds(fieldsV1, path)) return { manager, fieldsV1 };
  }
  return undefined;
}

function holds(fields: Json, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (!isObject(fields)) return false;
  const inner = fields[`f:${first}`];
  return inner !== undefined && (isLeaf(inner) || holds(inner, rest));
}

/** Nothing is said of its parts: all of it is owned. */
const isLeaf = (fields: Json) => isObject(fields) && Object.keys(fields).length === 0;

/**
 * The part of a value that a set of fields names, as its manager would declare it: `f:` names a field, `k:` an entry of a list by
 * its keys, `v:` one by its value.
 */
export function ownedPart(value: Json, fields: Json): Json {
  if (!isObject(fields) || isLeaf(fields)) return value;
  const names = Object.entries(fields).filter(([name]) => name !== ".");
  if (names.length === 0) return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) return value.flatMap((item) => ownedItem(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    names.flatMap(([name, inner]) => {
      const field = name.slice(2);
      return name.startsWith("f:") && field in value ? [[field, ownedPart(value[field], inner)]] : [];
    }),
  );
}

function ownedItem(item: Json, names: readonly (readonly [string, Json])[]): Json[] {
  for (const [name, inner] of names) {
    const wanted: Json = JSON.parse(name.slice(2));
    if (name.startsWith("v:") && JSON.stringify(item) === JSON.stringify(wanted)) return [item];
    if (!name.startsWith("k:") || !isObject(item) || !isObject(wanted)) continue;
    if (Object.entries(wanted).every(([key, value]) => item[key] === value)) {
      return [{ ...wanted, ...(ownedPart(item, inner) as Fields) }];
    }
  }
  return [];
}
