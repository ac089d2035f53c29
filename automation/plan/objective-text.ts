import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { promiseText, windowText } from "../../components/objectives/promise.ts";

/** An objective, as a service carries it; of a kind that may be newer than this program. */
export type ObjectiveSummary = Omit<NormalizedObjective, "kind"> & { readonly kind: string };

const KINDS: Readonly<Record<NormalizedObjective["kind"], true>> = {
  availability: true,
  latency: true,
  health: true,
  ratio: true,
  queries: true,
  delta: true,
  freshness: true,
  saturation: true,
};

function isKnown(objective: ObjectiveSummary): objective is NormalizedObjective {
  return Object.hasOwn(KINDS, objective.kind);
}

/** Whether what a service carries is an objective: whatever is measured, at least how much, how long and whose. */
export function isObjective(value: unknown): value is ObjectiveSummary {
  const { name, kind, target, windowDays, owner } = (value ?? {}) as Record<string, unknown>;
  return (
    [name, kind, owner].every((text) => typeof text === "string") &&
    [target, windowDays].every(Number.isFinite)
  );
}

/** An objective in words: `99 % of requests under 2 s, over 30 days`. */
export function objectiveText(objective: ObjectiveSummary): string {
  return isKnown(objective)
    ? promiseText(objective)
    : `${objective.target} % good (${objective.kind}), over ${windowText(objective)}`;
}
