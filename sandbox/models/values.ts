/**
 * A value that will be known only later. It is the string that Pulumi's wire format uses for this, so that a mock or
 * a provider can hand it on as it is and the SDK makes an unknown output of it.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key under which Pulumi's wire format marks special objects, and the marks. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** JSON-like properties of a resource, in which Pulumi's marks may stand anywhere. */
export type Properties = Record<string, unknown>;

/** One step into a value: a field's name or an index. */
export type Step = string | number;

/** A plain object, as opposed to an array, null or a scalar. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for Pulumi's unknowns in each of their forms: the wire's string, and the object the SDK uses in a process. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN || (isObject(value) && value.__pulumiUnknown === true);
}

/** True when the value is, or anywhere contains, an unknown. */
export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** Marks a value as secret, in the wire's form. Marking twice changes nothing. */
export function markSecret(value: unknown): unknown {
  return isObject(value) && value[SIGNATURE] === SECRET ? value : { [SIGNATURE]: SECRET, value };
}

/** Values without Pulumi's marks, and the places where a secret stood. */
export interface Unmarked {
  readonly value: Properties;
  /** True when the value at these steps is secret, or lies in one, or holds one. */
  isSecret(path: readonly Step[]): boolean;
}

/**
 * Takes Pulumi's marks off: secrets and outputs become their values, unknowns become `UNKNOWN`, resource references
 * become their ids, null fields vanish. Where secrets stood stays known, so that no message quotes one.
 */
export function unmark(properties: Properties): Unmarked {
  const secrets: string[][] = [];
  const strip = (value: unknown, path: string[]): unknown => {
    if (isUnknown(value)) return UNKNOWN;
    if (Array.isArray(value)) return value.map((item, index) => strip(item, [...path, String(index)]));
    if (!isObject(value)) return value;
    if (value[SIGNATURE] === SECRET) {
      secrets.push(path);
      return strip(value.value, path);
    }
    if (value[SIGNATURE] === OUTPUT) {
      if (value.secret === true) secrets.push(path);
      return "value" in value ? strip(value.value, path) : UNKNOWN;
    }
    if (value[SIGNATURE] === RESOURCE) return value.id === "" ? UNKNOWN : (value.id ?? value.urn);
    const object: Properties = {};
    for (const [key, field] of Object.entries(value)) {
      if (field === null || field === undefined || key === "__proto__") continue;
      object[key] = strip(field, [...path, key]);
    }
    return object;
  };
  const value = strip(properties, []);
  return {
    value: isObject(value) ? value : {},
    isSecret: (path) => secrets.some((secret) => overlaps(secret, path.map(String))),
  };
}

function overlaps(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** Puts the secret marks of `marked` on the same places of `plain`; what `plain` does not have is skipped. */
export function remark(plain: unknown, marked: unknown): unknown {
  if (
    isObject(marked) &&
    (marked[SIGNATURE] === SECRET || (marked[SIGNATURE] === OUTPUT && marked.secret === true))
  )
    return plain === undefined ? plain : markSecret(plain);
  if (Array.isArray(plain) && Array.isArray(marked))
    return plain.map((item, index) => remark(item, marked[index]));
  if (!isObject(plain) || !isObject(marked) || SIGNATURE in marked || SIGNATURE in plain) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, remark(value, marked[key])]));
}

/** The value at these steps, or undefined where the way there is missing or unknown. Never throws. */
export function valueAt(value: unknown, ...steps: readonly Step[]): unknown {
  let current = value;
  for (const step of steps) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current === UNKNOWN ? undefined : current;
}

/** Steps as people write them: `template.containers[0].image`, `labels["a.b"]`. */
export function formatPath(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** A value for an error message: JSON, cut at 80 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
