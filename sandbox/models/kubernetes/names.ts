import type { Rule } from "../model.ts";
import { pattern } from "../rules.ts";
import { isObject, isUnknown } from "../values.ts";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/** A DNS label: at most 63 small letters, digits and `-`. */
export const dnsLabel: Rule = pattern(
  new RegExp(`^(?=.{1,63}$)${label}$`),
  "a name of 1 to 63 small letters, digits and `-` that begins and ends with a letter or digit",
);

/** A DNS label that begins with a letter, as a Service's name does. */
export const dns1035Label: Rule = pattern(
  /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/,
  "a name of 1 to 63 small letters, digits and `-` that begins with a letter and ends with no `-`",
);

/** DNS labels with dots between them, 253 characters at most in all: most kinds' names. */
export const dnsSubdomain: Rule = pattern(
  new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`),
  "a name of 1 to 253 small letters, digits, `-` and `.`, each part of which begins and ends with a letter or digit",
);

/** A DNS name whose first part may be `*`. */
export const hostname: Rule = pattern(
  new RegExp(`^(?=.{1,253}$)(\\*\\.)?${label}(\\.${label})*$`),
  "a DNS name, whose first part may be `*`",
);

/** What can be one segment of a path: names of roles and their bindings. */
export const pathSegment: Rule = pattern(
  /^(?!\.\.?$)[^/%]+$/,
  "a name without `/` and `%` that is neither `.` nor `..`",
);

/** The name of a port: 15 characters, with a letter. */
export const portName: Rule = pattern(
  /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  "a port's name of 1 to 15 small letters, digits and `-`, with at least one letter",
);

const namePart = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const prefixPart = new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`);

/** The key of a label or an annotation: `name` or `prefix/name`. */
export function isQualifiedName(key: string): boolean {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  return parts.length <= 2 && namePart.test(name) && (parts.length === 1 || prefixPart.test(parts[0] ?? ""));
}

/** A key of a label, an annotation or a taint, by itself. */
export const qualifiedName: Rule = (value, report) => {
  if (typeof value === "string" && !isQualifiedName(value))
    report("must be `name` or `prefix/name`: a name of at most 63 letters, digits, `-`, `_` and `.`", {
      got: value,
    });
};

/** The value of a label. */
export const labelValue: Rule = pattern(
  /^$|^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
  "a label's value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
);

/** Labels: keys and values. */
export const labels: Rule = (value, report) => {
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    qualifiedName(key, (reason, detail = {}) => report(`key ${reason}`, { ...detail, at: [key] }));
    if (!isUnknown(item)) labelValue(item, (reason, detail = {}) => report(reason, { ...detail, at: [key] }));
  }
};

/** Bytes that all the annotations of an object may have together. */
const MAXIMUM_ANNOTATIONS = 262_144;

/** Annotations: keys, and the size of all. */
export const annotations: Rule = (value, report) => {
  if (!isObject(value)) return;
  let size = 0;
  for (const [key, item] of Object.entries(value)) {
    qualifiedName(key.toLowerCase(), (reason, detail = {}) =>
      report(`key ${reason}`, { ...detail, at: [key] }),
    );
    size += Buffer.byteLength(key) + (typeof item === "string" ? Buffer.byteLength(item) : 0);
  }
  if (size > MAXIMUM_ANNOTATIONS)
    report(`must have at most ${MAXIMUM_ANNOTATIONS} bytes in all, and has ${size}`);
};
