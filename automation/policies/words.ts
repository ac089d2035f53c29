import type { ListedPolicy, ListedSetting } from "./listed.ts";

/** What a setting takes, in words: `a whole number from 1`, `a list of texts`. */
export function takesText({ takes }: Pick<ListedSetting, "takes">): string {
  const schema = takes as {
    type?: string;
    enum?: readonly unknown[];
    items?: object;
    additionalProperties?: unknown;
    minimum?: number;
    exclusiveMinimum?: number;
    maximum?: number;
  };
  if (schema.enum !== undefined)
    return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(", ")}`;
  const from =
    schema.exclusiveMinimum === undefined
      ? schema.minimum === undefined || schema.minimum === Number.MIN_SAFE_INTEGER
        ? ""
        : ` from ${schema.minimum}`
      : ` above ${schema.exclusiveMinimum}`;
  const to =
    schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${schema.maximum}`;
  switch (schema.type) {
    case "integer":
      return `a whole number${from}${to}`;
    case "number":
      return `a number${from}${to}`;
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "array":
      return `a list, each: ${takesText({ takes: schema.items ?? {} })}`;
    case "object":
      return typeof schema.additionalProperties === "object" && schema.additionalProperties !== null
        ? `by name: ${takesText({ takes: schema.additionalProperties })}`
        : "an object";
    default:
      return "see its description";
  }
}

/** When a policy looks, in words. */
export function looksText({ looksAt }: Pick<ListedPolicy, "looksAt">): string {
  const [resource, stack] = [looksAt.includes("resource"), looksAt.includes("stack")];
  if (resource && stack)
    return "at each resource before it changes, and at the stack as a whole in a preview";
  return resource ? "at each resource, before it changes" : "at the stack as a whole, in a preview";
}

/** An exemption from a policy as a stack file writes it, with what its owner has to fill in. */
export function exemptionText({ id, types }: Pick<ListedPolicy, "id" | "types">): string {
  const [type = ""] = types;
  const resource = type === "" || type.startsWith("/") ? "NAME" : `${type}::NAME`;
  return `config:
  slipway:policies:
    exemptions:
      - policy: ${id}
        resource: "${resource}"
        owner: TEAM
        reason: WHY
        until: 2027-01-31 # at most 90 days ahead`;
}

/** The settings of a policy as a stack file writes them, at their defaults. */
export function settingsText({ id, settings }: Pick<ListedPolicy, "id" | "settings">): string {
  const lines = settings.map(({ name, default: value }) => `      ${name}: ${JSON.stringify(value)}`);
  return [
    "config:",
    "  slipway:policies:",
    "    settings:",
    `      ${id}:`,
    ...lines.map((line) => `  ${line}`),
  ].join("\n");
}
