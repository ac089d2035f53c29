import type { OutputContext, ResourceModel } from "./model.ts";
import { integer, pattern, timestamp } from "./rules.ts";
import { type Properties, UNKNOWN } from "./values.ts";

const parts = ["Years", "Months", "Days", "Hours", "Minutes", "Seconds"] as const;

/** An instant as the provider writes it: RFC 3339 in UTC, whole seconds. Unknown for one that no calendar has. */
function format(instant: Date): string {
  if (Number.isNaN(instant.getTime())) return UNKNOWN;
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}

function shifted(base: string, inputs: Properties, prefix: string): string {
  const amount = (part: (typeof parts)[number]): number => {
    const value = inputs[`${prefix}${part}`];
    return typeof value === "number" ? value : 0;
  };
  const instant = new Date(base);
  instant.setUTCFullYear(
    instant.getUTCFullYear() + amount("Years"),
    instant.getUTCMonth() + amount("Months"),
    instant.getUTCDate() + amount("Days"),
  );
  instant.setUTCHours(
    instant.getUTCHours() + amount("Hours"),
    instant.getUTCMinutes() + amount("Minutes"),
    instant.getUTCSeconds() + amount("Seconds"),
  );
  return format(instant);
}

function fieldsOf(instant: string): Properties {
  const names = ["year", "month", "day", "hour", "minute", "second", "unix"];
  if (instant === UNKNOWN) return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
  const date = new Date(instant);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    unix: Math.floor(date.getTime() / 1000),
  };
}

/** A given instant, or the one at which the resource is made, which the state then keeps. */
function instantOf({ inputs, keep, now }: OutputContext, field: string): string {
  const given = inputs[field];
  return typeof given === "string" ? given : keep(field, () => format(new Date(now())));
}

/** True when the shifted instant is one that the provider can write: in the years 0 to 9999. */
function isWritable(inputs: Properties, prefix: "offset" | "rotation", base: string): boolean {
  const given = inputs[base];
  const instant = shifted(
    typeof given === "string" && given !== UNKNOWN ? given : "2000-01-01T00:00:00Z",
    inputs,
    prefix,
  );
  return /^\d{4}-/.test(instant);
}

function needsOne(fields: readonly string[]): NonNullable<ResourceModel["check"]> {
  return (inputs, report) => {
    if (fields.every((field) => inputs[field] === undefined))
      report(`needs at least one of ${fields.join(", ")}`, { at: [fields[0] ?? ""] });
  };
}

const offsets = parts.map((part) => `offset${part}`);
const offset: ResourceModel = {
  token: "time:index/offset:Offset",
  rules: {
    baseRfc3339: timestamp,
    ...Object.fromEntries(offsets.map((field) => [field, integer(-1_000_000, 1_000_000)])),
  },
  check: (inputs, report) => {
    needsOne(offsets)(inputs, report);
    if (!isWritable(inputs, "offset", "baseRfc3339"))
      report("leads out of the years 0 to 9999", { at: ["baseRfc3339"] });
  },
  replaceOn: ["baseRfc3339", "triggers"],
  id: (_context, outputs) => String(outputs.baseRfc3339),
  outputs: (context) => {
    const base = instantOf(context, "baseRfc3339");
    const isKnown = base !== UNKNOWN && offsets.every((field) => context.inputs[field] !== UNKNOWN);
    const rfc3339 = isKnown ? shifted(base, context.inputs, "offset") : UNKNOWN;
    return { baseRfc3339: base, rfc3339, ...fieldsOf(rfc3339) };
  },
};

const rotations = ["Years", "Months", "Days", "Hours", "Minutes"].map((part) => `rotation${part}`);
const rotating: ResourceModel = {
  token: "time:index/rotating:Rotating",
  rules: {
    rfc3339: timestamp,
    rotationRfc3339: timestamp,
    ...Object.fromEntries(rotations.map((field) => [field, integer(1, 1_000_000)])),
  },
  check: (inputs, report) => {
    needsOne([...rotations, "rotationRfc3339"])(inputs, report);
    if (!isWritable(inputs, "rotation", "rfc3339"))
      report("leads out of the years 0 to 9999", { at: ["rfc3339"] });
  },
  replaceOn: ["rfc3339", "triggers"],
  id: (_context, outputs) => String(outputs.rfc3339),
  outputs: (context) => {
    const base = instantOf(context, "rfc3339");
    const isKnown = base !== UNKNOWN && rotations.every((field) => context.inputs[field] !== UNKNOWN);
    return {
      rfc3339: base,
      rotationRfc3339:
        context.inputs.rotationRfc3339 ?? (isKnown ? shifted(base, context.inputs, "rotation") : UNKNOWN),
      ...fieldsOf(base),
    };
  },
};

const fixed: ResourceModel = {
  token: "time:index/static:Static",
  rules: { rfc3339: timestamp },
  replaceOn: ["rfc3339", "triggers"],
  id: (_context, outputs) => String(outputs.rfc3339),
  outputs: (context) => {
    const base = instantOf(context, "rfc3339");
    return { rfc3339: base, ...fieldsOf(base) };
  },
};

const duration = pattern(/^\d+(\.\d+)?(ms|s|m|h)$/, "a duration such as `30s`, `5m` or `100ms`");
/** Nothing in the sandbox takes the time that this resource waits for elsewhere: it does not wait. */
const sleep: ResourceModel = {
  token: "time:index/sleep:Sleep",
  rules: { createDuration: duration, destroyDuration: duration },
  check: needsOne(["createDuration", "destroyDuration"]),
  replaceOn: ["triggers"],
  id: ({ keep, hex }) => keep("id", () => hex("sleep", 16)),
};

export const time: readonly ResourceModel[] = [offset, rotating, fixed, sleep];
