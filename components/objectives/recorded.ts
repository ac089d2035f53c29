import type { MeasuredService } from "./measured-service.ts";
import { selector } from "./promql.ts";
import { type Narrowing, serviceLabels } from "./queries.ts";

/**
 * What the rules record for each objective, with the labels `environment`, `system`, `service`, `objective` and those of its
 * `by`. For a share of time an event is a moment: `events` is 1 while it is measured, `bad` 1 while the limit is passed.
 */
export const RECORDED = {
  /** Events per second. */
  events: "objective:events:rate",
  /** Bad ones of them. */
  bad: "objective:bad_events:rate",
  /** How fast the error budget goes, by `window`: 1 spends it exactly within the objective's window. */
  burn: "objective:burn_rate:ratio",
  /** Share of the error budget that is left: 1 all, 0 none, below 0 overspent. */
  budget: "objective:error_budget:remaining",
  /** Share of events that are to be good. */
  target: "objective:target:ratio",
} as const;

/** A selector of what is recorded for a service's objective. */
export function recorded(
  what: keyof typeof RECORDED,
  service: Pick<MeasuredService, "environment" | "system" | "service">,
  objective: string,
  more: Narrowing = {},
): string {
  return selector(RECORDED[what], { ...serviceLabels(service), objective, ...more });
}
