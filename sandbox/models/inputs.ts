import { createHash } from "node:crypto";
import type { ProviderSettings, ResourceModel } from "./model.ts";
import { holders } from "./patterns.ts";
import { isObject, type Properties, SECRET, SIGNATURE, unmark } from "./values.ts";

/**
 * The inputs as the provider's Check hands them back: with a physical name where the program gave none, and with the
 * provider's defaults. Marks (secrets, unknowns) stay where they are. `before` are the inputs of the last deployment: a
 * name made then is kept, even when the rule for names has changed since.
 */
export function completeInputs(
  model: ResourceModel,
  urn: string,
  name: string,
  inputs: Properties,
  before?: Properties,
  settings: ProviderSettings = {},
): Properties {
  const complete = structuredCopy(inputs);
  if (model.autoname !== undefined && isAbsent(complete[model.autoname.property]))
    complete[model.autoname.property] =
      before?.[model.autoname.property] ?? physicalName(model, urn, name, inputs);
  for (const [pattern, value] of Object.entries(model.defaults ?? {}))
    for (const holder of holders(complete, pattern))
      if (isAbsent(holder.value[holder.field]) && !(SIGNATURE in holder.value))
        holder.value[holder.field] = value;
  model.complete?.(complete, {
    urn,
    name,
    plain: unmark(inputs).value,
    before: before === undefined ? undefined : unmark(before).value,
    settings,
  });
  return complete;
}

/**
 * `<logical name>-<7 hex digits>`. The digits come from the URN and the values that force a replacement, not from chance:
 * a run that was killed and begins again finds what it made, and a replacement does not collide with what it replaces.
 */
function physicalName(model: ResourceModel, urn: string, name: string, inputs: Properties): string {
  const { max, separator = "-" } = model.autoname ?? { max: 63 };
  const plain = unmark(inputs).value;
  const immutable = model.replaceOn.map((pattern) => [pattern, plain[pattern] ?? null]);
  const digits = createHash("sha256")
    .update(`${urn}\n${JSON.stringify(immutable)}`)
    .digest("hex")
    .slice(0, 7);
  return `${name.slice(0, max - digits.length - separator.length)}${separator}${digits}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A copy that can be changed. Objects that are no plain data (the SDK's unknowns and assets) are kept as they are. */
function structuredCopy(value: Properties): Properties {
  const copy = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(copy);
    if (!isObject(item) || item.__pulumiUnknown === true) return item;
    if (Object.getPrototypeOf(item) !== Object.prototype && Object.getPrototypeOf(item) !== null) return item;
    if (SIGNATURE in item && item[SIGNATURE] !== SECRET) return item;
    return Object.fromEntries(Object.entries(item).map(([key, field]) => [key, copy(field)]));
  };
  return copy(value) as Properties;
}
