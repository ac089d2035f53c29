import type { z } from "zod";
import type { Pack } from "./policy.ts";
import { quoted } from "./property.ts";

/** One thing that is wrong, and where. */
export interface SettingsProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where something is wrong, as people write it: `exemptions[0].until`. */
export function settingsPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

/** A misspelt name, answered with the names near to it. */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = names.filter((one) => one.includes(name) || name.includes(one)).slice(0, 5);
  return `there is no ${what} ${quoted(name)}${near.length === 0 ? "; `slipway policies` lists them" : `. Near to it: ${near.join(", ")}`}`;
}

/** What the schema of settings has against a value, with the ways out. @param shape its fields, by object */
export function explained(
  issue: z.core.$ZodIssue,
  packs: readonly Pack[],
  shape: Readonly<Record<"stack" | "exemption", readonly string[]>>,
): readonly SettingsProblem[] {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: unrecognized(path, key, packs, shape),
      }));
    case "invalid_value": {
      const said = typeof issue.input === "string" ? `${quoted(issue.input)} ` : "";
      return [{ path, message: `${said}must be one of: ${issue.values.map(String).join(", ")}` }];
    }
    case "invalid_type":
      return [
        { path, message: issue.input === undefined ? "is missing" : `must be: ${expected(issue.expected)}` },
      ];
    default:
      return [{ path, message: issue.message }];
  }
}

/** The schema's own word for a map is of no stack file. */
function expected(type: string): string {
  return type === "record" ? "object" : type;
}

function unrecognized(
  path: readonly PropertyKey[],
  key: string,
  packs: readonly Pack[],
  shape: Readonly<Record<"stack" | "exemption", readonly string[]>>,
): string {
  const policies = packs.flatMap((pack) => pack.policies);
  const [section, name] = path;
  if (section === "enforcement" && path.length === 1) {
    const names = [...packs.map((pack) => pack.name), ...policies.map(({ id }) => id)];
    return unknownName("policy or pack", key, names);
  }
  if (section === "settings" && path.length === 1) {
    const configurable = policies.filter(({ settings }) => settings !== undefined).map(({ id }) => id);
    return policies.some(({ id }) => id === key)
      ? `${key} takes no settings; these do: ${configurable.join(", ")}`
      : unknownName("policy", key, configurable);
  }
  if (section === "settings" && path.length === 2) {
    const taken = policies.find(({ id }) => id === name)?.settings?.shape ?? {};
    return `${quoted(key)} is no setting of ${String(name)}; it takes: ${Object.keys(taken).join(", ")}`;
  }
  if (section === undefined) return `there is no ${quoted(key)} here; there are: ${shape.stack.join(", ")}`;
  if (section === "exemptions")
    return `there is no ${quoted(key)} in an exemption; there are: ${shape.exemption.join(", ")}`;
  return `there is no ${quoted(key)} here`;
}

/** Where a stack's configuration says what it has done with policies. */
export const POLICIES_KEY = "slipway:policies";

/** Begins what is wrong with a stack's word on policies: the file, the key, and the path in it. */
export function placeInStack(stack: string, path: string): string {
  return `Pulumi.${stack}.yaml: ${[POLICIES_KEY, path].filter((part) => part !== "").join(".")}`;
}
