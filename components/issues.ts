import type { z } from "zod";

/** What a schema has against a value, in words that follow the value's path. */
export function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `${issue.input === undefined ? "missing; it " : ""}must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_type":
      if (!issue.message.startsWith("Invalid input")) return issue.message;
      return issue.input === undefined
        ? `missing; it must be: ${issue.expected}`
        : `must be: ${issue.expected}`;
    case "unrecognized_keys":
      return `has unknown keys: ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    default:
      return issue.message;
  }
}

/** What stands at a path; undefined where there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (found as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}
