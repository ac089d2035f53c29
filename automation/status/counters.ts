import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { budgetShare } from "../../components/objectives/budget.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";
import { serviceLabels } from "../../components/objectives/queries.ts";
import type { Answers } from "./answers.ts";
import type { NamedSample } from "./exposition.ts";
import type { Sample } from "./source.ts";
import { Exposed, eventsOf, quantile, type Summing } from "./sums.ts";

/** The part of each budget that is left, were these events all that there are. */
export function budgetsOf(
  counters: Summing,
  service: MeasuredService,
  objective: NormalizedObjective,
): Sample[] {
  const { by = [], name } = objective;
  const { total, bad, good } = eventsOf(counters, service, objective);
  if (total === undefined || (bad === undefined && good === undefined)) return [];
  return [...total]
    .filter(([, all]) => all > 0)
    .map(([key, all]) => {
      const wrong = bad === undefined ? all - (good?.get(key) ?? 0) : (bad.get(key) ?? 0);
      const values = JSON.parse(key) as string[];
      const told = Object.fromEntries(by.map((label, index) => [label, values[index] ?? ""]));
      const { system, service: of } = service;
      return {
        labels: { system, service: of, objective: name, ...told },
        value: 1 - wrong / all / budgetShare(objective),
      };
    });
}

/**
 * What the local cloud's own counters tell: totals since it started, as if that were every objective's window. Nothing burns in
 * them, and nobody evaluates alerts. Pure.
 * @param since when the cloud started, in ISO 8601
 */
export function answersFromCounters(
  facts: readonly MonitoringFacts[],
  samples: readonly NamedSample[],
  { address, since, at }: { readonly address: string; readonly since: string; readonly at: Date },
): Answers {
  const counters = new Exposed(samples);
  const seconds = Math.max(1, (at.getTime() - Date.parse(since)) / 1000);
  const services = facts.flatMap((system) => system.services);
  return {
    source: { kind: "local cloud", address, since },
    at: at.toISOString(),
    budgets: services.flatMap((service) =>
      service.objectives.flatMap((objective) => budgetsOf(counters, service, objective)),
    ),
    burns: [],
    traffic: services.flatMap((service) => {
      const sums = counters.sum(service.metrics.requests, serviceLabels(service), ["revision"]) ?? new Map();
      return [...sums].map(([key, count]: [string, number]) => ({
        labels: {
          system: service.system,
          service: service.service,
          revision: (JSON.parse(key) as string[])[0] ?? "",
        },
        value: count / seconds,
      }));
    }),
    p95: services.flatMap((service) => {
      const buckets = counters.sum(`${service.metrics.duration}_bucket`, serviceLabels(service), ["le"]);
      const value = buckets && quantile(0.95, buckets);
      const { system, service: of } = service;
      return value === undefined ? [] : [{ labels: { system, service: of }, value }];
    }),
  };
}
