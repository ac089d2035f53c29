import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { NO_SETTINGS } from "../../../../policies/core/settings.ts";
import { changed } from "../support.ts";

/** What one policy says, in short, with what a stack sets for it and on a day. */
export function saysWith(
  policy: Policy,
  { settings = {}, today = "2026-11-21" }: { settings?: unknown; today?: string },
  ...resources: readonly PolicyResource[]
): string[] {
  const given = policy.settings?.parse(settings) as Record<string, unknown> | undefined;
  const options = {
    today,
    settings: { ...NO_SETTINGS, settings: new Map(given === undefined ? [] : [[policy.id, given]]) },
  };
  return evaluate([{ name: "tested", description: "", policies: [policy] }], resources, options).map(
    ({ urn, status, level, message }) => {
      const mark =
        status === "not evaluated" ? "?" : status === "error" ? "!" : level === "advisory" ? "~" : "";
      return `${mark}${urn.split("::").at(-1)}: ${message}`;
    },
  );
}

/** A copy with several places changed, in which no two places are one object. */
export function changedAll<T>(value: T, changes: Readonly<Record<string, unknown>>): T {
  return Object.entries(changes).reduce(
    (made, [path, to]) => changed(made, path, to),
    JSON.parse(JSON.stringify(value)) as T,
  );
}
