/** Columns that a line of the project has. */
const WIDTH = 110;

const INDENT = "  ";

/** A key that is so short that a long text stays beside it. */
const SHORT_KEY = 4;

/** What is written as a literal: plain data. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** A text in the quotes that need fewer escapes. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  const doubles = text.split('"').length;
  if (doubles <= text.split("'").length) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

/** Something with nothing in it, or a single value: on one line whatever happens. */
function scalar(value: Plain): string | undefined {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value).replace("e+", "e");
  if (Array.isArray(value)) return value.length === 0 ? "[]" : undefined;
  return Object.keys(value).length === 0 ? "{}" : undefined;
}

/** The value on one line; undefined where it may not be: a list of several that have several parts each. */
function flat(value: Plain): string | undefined {
  const whole = scalar(value);
  if (whole !== undefined) return whole;
  if (Array.isArray(value)) {
    const parts = value.map(flat);
    const isTable = value.length > 1 && value.every((part) => Object.keys(Object(part)).length > 1);
    if ((isTable && typeof value[0] === "object") || parts.includes(undefined)) return undefined;
    return `[${parts.join(", ")}]`;
  }
  const parts = Object.entries(value).map(([key, part]) => [keyText(key), flat(part)] as const);
  if (parts.some(([, part]) => part === undefined)) return undefined;
  return `{ ${parts.map(([key, part]) => `${key}: ${part}`).join(", ")} }`;
}

/** A property of an object that takes several lines. */
function property(key: string, value: Plain, indent: string): string {
  const beside = `${keyText(key)}: ${literal(value, indent, keyText(key).length + 3)}`;
  const isLong = typeof value === "string" && indent.length + beside.length + 1 > WIDTH;
  return isLong && keyText(key).length > SHORT_KEY
    ? `${indent}${keyText(key)}:\n${indent}${INDENT}${quoted(value)},`
    : `${indent}${beside},`;
}

/**
 * Plain data as a literal of TypeScript, as the project's formatter writes it.
 * @param indent what its first line begins with
 * @param beside columns that something else takes on its first line
 */
export function literal(value: Plain, indent = "", beside = 1): string {
  const line = flat(value);
  if (line !== undefined && (scalar(value) !== undefined || indent.length + beside + line.length <= WIDTH)) {
    return line;
  }
  const inner = `${indent}${INDENT}`;
  if (Array.isArray(value)) {
    return `[\n${value.map((part) => `${inner}${literal(part, inner)},`).join("\n")}\n${indent}]`;
  }
  const parts = Object.entries(value).map(([key, part]) => property(key, part, inner));
  return `{\n${parts.join("\n")}\n${indent}}`;
}
