import { looksSecret } from "../../policies/core/secret-like.ts";
import { namesSecret } from "../../policies/security/secrets/env-names.ts";
import { type Json, secretText } from "../plan/wire.ts";
import { type Step, valueAt } from "./path.ts";

/** What stands for a value that may be a secret, although nothing marks it as one: somebody typed it outside. */
const WITHHELD = "[withheld]";

interface State {
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** A variable's or label's own name: what stands beside the value, or its key. */
function nameOf(state: State | undefined, steps: readonly Step[]): string {
  const last = steps.at(-1);
  const beside = [...steps.slice(0, -1), "name"];
  const name = last === "value" ? (valueAt(state?.inputs, beside) ?? valueAt(state?.outputs, beside)) : last;
  return String(name ?? "");
}

/** A value as it may be shown: what is secret, by its marks, its name or its look, is not. */
export function shownValue(
  state: State | undefined,
  steps: readonly Step[],
  value: unknown,
): Json | undefined {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean")
    return value ?? undefined;
  if (value === secretText) return secretText;
  if (typeof value === "string")
    return looksSecret(value) || namesSecret(nameOf(state, steps)) ? WITHHELD : value;
  if (Array.isArray(value))
    return value.map((item, index) => shownValue(state, [...steps, index], item) ?? null);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, shownValue(state, [...steps, key], item) ?? null]),
  );
}
