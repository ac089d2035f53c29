import type { Rule } from "./model.ts";
import { isObject, type Step, UNKNOWN } from "./values.ts";

/** A whole number from `min` to `max`. */
export function integer(min: number, max = Number.POSITIVE_INFINITY, unit = ""): Rule {
  const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
  return (value, report) => {
    if (typeof value !== "number") return;
    if (!Number.isInteger(value) || value < min || value > max)
      report(`must be a whole number ${range}${unit && ` ${unit}`}`, { got: value });
  };
}

/** A number from `min` to `max`. */
export function number(min: number, max: number): Rule {
  return (value, report) => {
    if (typeof value === "number" && !(value >= min && value <= max))
      report(`must be a number from ${min} to ${max}`, { got: value });
  };
}

/** A string that matches; `meaning` finishes the sentence "must be …". */
export function pattern(expression: RegExp, meaning: string): Rule {
  return (value, report) => {
    if (typeof value === "string" && !expression.test(value)) report(`must be ${meaning}`, { got: value });
  };
}

/** A string or a list whose length lies in the range. */
export function length(min: number, max: number): Rule {
  return (value, report) => {
    if (typeof value === "string" && (value.length < min || value.length > max))
      report(`must have ${min} to ${max} characters`, { got: value });
    if (Array.isArray(value) && (value.length < min || value.length > max))
      report(`must have ${min} to ${max} entries, and has ${value.length}`);
  };
}

/**
 * A duration as Google's interfaces write it: seconds with an `s`, such as `3600s`. With `multiple`, only whole multiples
 * of so many seconds.
 */
export function seconds(min: number, max = Number.POSITIVE_INFINITY, multiple?: number): Rule {
  const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}s` : `from ${min}s to ${max}s`;
  return (value, report) => {
    if (typeof value !== "string") return;
    const amount = secondsOf(value);
    if (amount === undefined) return report("must be a duration in seconds such as `3600s`", { got: value });
    if (amount < min || amount > max) return report(`must be a duration ${range}`, { got: value });
    if (multiple !== undefined && amount % multiple !== 0)
      report(`must be a multiple of ${multiple}s`, { got: value });
  };
}

/** The seconds of a duration such as `3600s`; undefined when it is none. */
export function secondsOf(value: unknown): number | undefined {
  const match = typeof value === "string" ? /^(\d+(?:\.\d{1,9})?)s$/.exec(value) : null;
  return match === null ? undefined : Number(match[1]);
}

/** An object with exactly so many of these fields: one, unless told. An unknown counts as whichever would be right. */
export function exactly(fields: readonly string[], at: readonly Step[] = [], count = 1): Rule {
  const names = `${fields.slice(0, -1).join(", ")} and ${fields.at(-1)}`;
  return (value, report) => {
    if (!isObject(value)) return;
    const given = fields.filter((field) => value[field] !== undefined);
    const known = given.filter((field) => value[field] !== UNKNOWN);
    if (known.length <= count && given.length >= count) return;
    const word = count === 1 ? "one" : "two";
    report(`needs exactly ${word} of ${names}, and has ${given.join(" and ") || "none"}`, { at });
  };
}

/** An instant in RFC 3339, such as `2030-01-31T00:00:00Z`. */
export const timestamp: Rule = (value, report) => {
  if (typeof value !== "string") return;
  const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  if (!isForm || Number.isNaN(Date.parse(value)))
    report("must be a time in RFC 3339 such as `2030-01-31T00:00:00Z`", { got: value });
};

/**
 * Labels of Google Cloud: at most 64; keys begin with a small letter; keys and values have at most 63 characters out of
 * small letters, digits, `_` and `-`.
 */
export const labels: Rule = (value, report) => {
  if (!isObject(value)) return;
  const entries = Object.entries(value);
  if (entries.length > 64) report(`must have at most 64 labels, and has ${entries.length}`);
  for (const [key, label] of entries) {
    if (!/^\p{Ll}[\p{Ll}\p{Nd}_-]{0,62}$/u.test(key))
      report(
        "must be a label key of at most 63 small letters, digits, `_` and `-` that begins with a letter",
        { got: key, at: [key] },
      );
    if (typeof label === "string" && label !== UNKNOWN && !/^[\p{Ll}\p{Nd}_-]{0,63}$/u.test(label))
      report("must be a label value of at most 63 small letters, digits, `_` and `-`", {
        got: label,
        at: [key],
      });
  }
};

/** An RFC 1035 name, as Compute Engine and Cloud Run want it. */
export const name1035 = (max = 63): Rule =>
  pattern(
    new RegExp(`^[a-z]([-a-z0-9]{0,${max - 2}}[a-z0-9])?$`),
    `a name of 1 to ${max} small letters, digits and \`-\` that begins with a letter and ends with no \`-\``,
  );

/** A Google Cloud project id. */
export const projectId: Rule = pattern(
  /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  "a project id of 6 to 30 small letters, digits and `-`",
);

/** A member of an IAM binding. */
export const member: Rule = pattern(
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|principal|principalSet|deleted:\w+):.+)$/,
  "an IAM member such as `serviceAccount:ID@PROJECT.iam.gserviceaccount.com`",
);

/** A role: predefined, or one of a project's or an organization's own. */
export const role: Rule = pattern(
  /^(roles\/[\w.]+|(projects|organizations)\/[^/]+\/roles\/[\w.]+)$/,
  "a role such as `roles/run.invoker`",
);

/** What every IP range in CIDR form must be; `10.0.0.0/8`. */
export const ipRange: Rule = pattern(
  /^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)\/([12]?\d|3[0-2])$/,
  "an IPv4 range such as `10.0.0.0/24`",
);

/** The e-mail address of a service account. */
export const serviceAccountEmail: Rule = pattern(
  /^[^@\s]+@[^@\s]+$/,
  "the e-mail address of a service account",
);

/** What Google Cloud's provider may be told to do with a resource that leaves the program. */
export const DELETION_POLICIES: readonly string[] = ["DELETE", "PREVENT", "ABANDON"];
