import { fieldPath, type KubernetesObject } from "../kubernetes/objects.ts";
import type { Json } from "../wire.ts";

/** Marks, inside a text, a value that whoever starts the system has to give; these characters are none that a text has: Unicode keeps them for such uses. */
const MARK = /\ufdd0([^\ufdd0\ufdd1\ufdd2]*)\ufdd1([^\ufdd0\ufdd1\ufdd2]*)\ufdd2/g;

/** A text in whose place compose asks for a variable. @param why what it is, in a few words */
export function variable(name: string, why: string): string {
  return `\ufdd0${variableName(name)}\ufdd1${why.replace(/[\ufdd0-\ufdd2{}$]/g, " ")}\ufdd2`;
}

/** Whether a value of the program stands in the text. */
export function isMarked(text: string): boolean {
  return text.includes("\ufdd0");
}

/** The text under which a value is asked for again, by a name that says more. */
export function renamed(text: string, name: string): string {
  return text.replace(MARK, (_, __, why: string) => variable(name, why));
}

function variableName(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^(\d)/, "_$1");
}

/** The object's own texts, with a variable wherever it holds a secret or a value that is not known yet. */
export function markedBody({ body, gaps, logicalName, kind }: KubernetesObject): Json {
  const why = new Map(gaps.map((gap) => [gap.path, gap.why]));
  const mark = (value: Json, path: string): Json => {
    const gap = why.get(path);
    if (gap !== undefined) {
      const what = gap === "secret" ? "a secret" : "known only once the system is deployed";
      return variable(
        `${logicalName} ${
          path
            .split(/[.[\]"]+/)
            .filter(Boolean)
            .at(-1) ?? kind
        }`,
        what,
      );
    }
    if (Array.isArray(value)) return value.map((part, index) => mark(part, `${path}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, mark(part, fieldPath(path, key))]),
    );
  };
  return mark({ ...body }, "");
}

/** Variables of a file, by name, each with what it is. */
export type Variables = Map<string, string>;

/**
 * A value as compose reads it: what it would take for a variable is written so that it doesn't, and marked places ask for
 * theirs, which are collected in `found`.
 */
export function interpolated(value: Json, found: Variables): Json {
  if (typeof value === "string") return interpolatedText(value, found);
  if (Array.isArray(value)) return value.map((part) => interpolated(part, found));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, interpolated(part, found)]));
}

function interpolatedText(text: string, found: Variables): string {
  return text.replaceAll("$", "$$$$").replace(MARK, (_, name: string, why: string) => {
    found.set(name, why);
    return `\${${name}:?${why}}`;
  });
}
