import { expect, test } from "vitest";
import type { RolloutPlan } from "../../../automation/rollout/machine/plan.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { clearCommand, nextCommands } from "../../../automation/rollout/show/commands.ts";
import { rolloutState } from "../../support/actuator.ts";

const FLAGS = { USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" };

/** A release that is over, of a plan with an emergency stop. */
function ended(phase: RolloutState["phase"], changes: Partial<RolloutPlan> = {}): RolloutState {
  const state = rolloutState({ phase });
  return { ...state, plan: { ...state.plan, emergency: { flags: FLAGS, within: "2 min" }, ...changes } };
}

test("OS-08 says how an emergency's flags are turned back, once a release was taken back", () => {
  const clear = 'slipway flags clear USE_UNIFIED_PIPELINE CONV_STORE_PRIMARY --stack production --reason "…"';
  expect(clearCommand(ended("rolled-back"))).toBe(clear);
  expect(nextCommands(ended("rolled-back")).map(({ command }) => command)).toEqual([
    "slipway release why ethixai/backend --stack production",
    "slipway release report ethixai/backend --stack production",
    clear,
  ]);
  const inSandbox = ended("rolled-back");
  const target = { ...inSandbox.target, sandbox: true } as const;
  expect(clearCommand({ ...inSandbox, target })).toBe(clear.replace("production", "production --sandbox"));
});

test("OS-08 says nothing of flags where none were turned", () => {
  expect(clearCommand(ended("promoted"))).toBeUndefined();
  expect(clearCommand(ended("failed"))).toBeUndefined();
  expect(clearCommand(rolloutState({ phase: "rolled-back" }))).toBeUndefined();
});
