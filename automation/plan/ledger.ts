import { ledgerAddressProblem } from "../../components/release/stores/address.ts";
import { PlanError } from "./errors.ts";
import type { ProjectSettings } from "./project.ts";

const KEY = "slipway:stack";

/** What a stack file says under `slipway:stack`, unchecked: its schema is the program's. Nothing where it isn't an object. */
export function stackOf({ config }: Pick<ProjectSettings, "config">): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(config[KEY] ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // Not Slipway's: the program says what it thinks of it.
  }
}

/**
 * Settings without the stack's ledger, and a note that says so: a plan asks nobody, so it is the plan of a stack in which nothing
 * was released yet.
 * @throws PlanError where the address is none
 */
export function withoutLedger(settings: ProjectSettings): ProjectSettings {
  const { ledger, ...stack } = stackOf(settings);
  // The program refuses what is no text.
  if (typeof ledger !== "string") return settings;
  const problem = ledgerAddressProblem(ledger);
  if (problem !== undefined) {
    throw new PlanError(`Pulumi.${settings.stack}.yaml: ${KEY}.ledger: ${problem}`);
  }
  const note = `the ledger ${ledger} is not read here: this is the plan as if nothing had been released, with the stack file's images`;
  return {
    ...settings,
    config: { ...settings.config, [KEY]: JSON.stringify(stack) },
    notes: [...settings.notes, note],
  };
}
