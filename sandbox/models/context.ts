import { createHash } from "node:crypto";
import type { OutputContext } from "./model.ts";
import { containsUnknown, type Properties, UNKNOWN, valueAt } from "./values.ts";

/** What a context is made from. `plan` makes nothing: what only creation can tell stays unknown. */
export interface ContextOptions {
  readonly urn: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly project?: string | undefined;
  readonly previous?: Properties | undefined;
  readonly mode: "plan" | "apply";
}

/** The context that a model's `id` and `outputs` are given. */
export function outputContext(options: ContextOptions): OutputContext {
  const { urn, name, inputs, previous, mode } = options;
  const previousValue = (output: string): unknown => previous?.[output];
  const raw = (steps: readonly (string | number)[]): unknown => {
    let current: unknown = inputs;
    for (const step of steps) {
      if (current === UNKNOWN) return UNKNOWN;
      current = typeof current === "object" && current !== null ? (current as Properties)[step] : undefined;
    }
    return current;
  };
  const draw = (purpose: string, length: number): string => {
    let hex = "";
    for (let block = 0; hex.length < length; block += 1)
      hex += createHash("sha256").update(`${urn}\n${purpose}\n${block}`).digest("hex");
    return hex.slice(0, length);
  };
  const given = valueAt(inputs, "project");
  const project = inputs.project === UNKNOWN ? UNKNOWN : typeof given === "string" ? given : options.project;
  return {
    urn,
    name,
    inputs,
    previous,
    project: project ?? UNKNOWN,
    keep: <T>(output: string, make: () => T) => {
      const before = previousValue(output);
      if (before !== undefined && !containsUnknown(before)) return before as T;
      return mode === "plan" ? UNKNOWN : make();
    },
    renew: (make) => (mode === "plan" ? UNKNOWN : make()),
    text: (...steps) => {
      const value = raw(steps);
      if (value === undefined || value === null) return "";
      // Such as an object in the place of a name: a `toString` of its own need not be a function.
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
    join: (parts, ...values) => {
      if (values.some((value) => value === UNKNOWN || value === undefined)) return UNKNOWN;
      return parts.reduce((text, part, index) => text + String(values[index - 1]) + part);
    },
    hex: draw,
    digits: (purpose, length) => {
      const number = BigInt(`0x${draw(purpose, length + 8)}`) % 10n ** BigInt(length - 1);
      return String(number + 10n ** BigInt(length - 1)).slice(0, length);
    },
    now: () => new Date().toISOString(),
  };
}
