import type { RolloutEvent } from "./event.ts";
import type { RolloutState } from "./state.ts";
import { want } from "./transitions.ts";

type Begun = Extract<RolloutEvent, { kind: "begun" }>;

/** Why a hotfix is promoted is known from its beginning: a person said so, and nothing is looked at on the way. */
function hotfixReason({ by, reason }: Begun): string {
  return `hotfix by ${by}: it skips every step, and nobody looks at its figures: "${reason ?? "no reason given"}"`;
}

/** The first state of a release: its candidate is to be staged. */
export function begin(event: Begun): RolloutState {
  const { at, release, target, plan, stable, candidate, by } = event;
  const state: RolloutState = {
    release,
    target,
    plan,
    stable,
    candidate,
    by,
    began: at,
    phase: "staging",
    step: -1,
    weight: 0,
    effects: 0,
    failures: 0,
    rounds: 0,
    ...(plan.strategy === "hotfix" ? { decision: { at, promote: true, reason: hotfixReason(event) } } : {}),
  };
  return want(state, "staging", { kind: "stage" });
}
