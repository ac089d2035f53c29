import { secretText } from "../../plan/wire.ts";

/*
 * What failed may quote what it was called with: an address with a password, a header, a key. None of it is shown. This looks
 * for the forms that secrets have; texts that are known to be secret are taken out before they get here.
 */

const named = String.raw`[\w-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential|signature)[\w-]*`;

/** Each form of a secret, and what stays of it. */
const FORMS: readonly (readonly [form: RegExp, stays: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, ""],
  // Up to the last "@" of what may stand before a host.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]+@/gi, "$1{}@"],
  [/(\bauthorization["']?\s*[:=]\s*["']?)(?:[a-z]+\s+)?[^\s"',;]+/gi, "$1"],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, "$1"],
  [new RegExp(String.raw`\b(${named}["']?\s*=\s*["']?)[^\s"'&,;)}]{4,}`, "gi"), "$1"],
  // After a colon it may be a sentence: only what is quoted, or has a digit in it, is no word.
  [new RegExp(String.raw`(${named}["']?\s*:\s*["'])[^"']+`, "gi"), "$1"],
  [new RegExp(String.raw`\b(${named}\s*:\s*)(?=\S*\d)[^\s"'&,;)}]{8,}`, "gi"), "$1"],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, ""],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|ya29\.[\w-]+|AIza[\w-]{30,}|AKIA[A-Z0-9]{16}|xox[abprs]-[\w-]{8,}|sk-[\w-]{16,}|npm_\w{30,}|pul-[0-9a-f]{30,})/g,
    "",
  ],
];

/** A text without what looks like a secret. */
export function withoutSecrets(text: string): string {
  return FORMS.reduce(
    (left, [form, stays]) =>
      left.replace(form, stays.includes("{}") ? stays.replace("{}", secretText) : `${stays}${secretText}`),
    text,
  );
}

/** Plain data, each of its texts without what looks like a secret. */
export function dataWithoutSecrets<T>(data: T): T {
  if (typeof data === "string") return withoutSecrets(data) as T;
  if (Array.isArray(data)) return data.map(dataWithoutSecrets) as T;
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, dataWithoutSecrets(value as unknown)]),
  ) as T;
}
