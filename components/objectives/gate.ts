import { budgetShare } from "./budget.ts";
import type { MeasuredService } from "./measured-service.ts";
import type { NormalizedObjective } from "./objective.ts";
import { promiseText } from "./promise.ts";
import { indicatorQueries } from "./queries.ts";

/** What a release asks of one revision before it gives it more traffic: the same promise, held by that revision alone. */
export type Gate = {
  readonly objective: string;
  /** The promise in words. */
  readonly promise: string;
} & (
  | {
      readonly unit: "events";
      /** Events per second over the range. Where there are none it says nothing: neither good nor bad. */
      readonly total: string;
      /** Bad ones of them. */
      readonly bad: string;
      /** Share of events that may be bad. */
      readonly limit: number;
    }
  | {
      readonly unit: "time";
      /** A figure, now. */
      readonly value: string;
      /** What it may be at most. */
      readonly limit: number;
    }
);

/**
 * The gates of a service's releases: those of its objectives that its release plan names, or all where it has no plan. An
 * objective in PromQL of its own (`queries`) can't be narrowed to a revision, and is no gate.
 * @param revision the revision's name, as the label `revision` of its series has it
 * @param range how far back, as PromQL writes it: `15m`
 */
export function releaseGates(service: MeasuredService, revision: string, range: string): Gate[] {
  const named = service.release?.gates;
  return service.objectives
    .filter(({ name, kind }) => kind !== "queries" && (named === undefined || named.includes(name)))
    .map((objective) => gateOf(service, objective, revision, range));
}

function gateOf(
  service: MeasuredService,
  objective: NormalizedObjective,
  revision: string,
  range: string,
): Gate {
  const queries = indicatorQueries(service, objective);
  const facts = { objective: objective.name, promise: promiseText(objective) };
  if (queries.unit === "time") {
    return { ...facts, unit: "time", value: queries.value(range, { revision }), limit: queries.limit };
  }
  return {
    ...facts,
    unit: "events",
    total: queries.total(range, { revision }),
    bad: queries.bad(range, { revision }),
    limit: budgetShare(objective),
  };
}
