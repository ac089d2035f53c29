import type * as gcp from "@pulumi/gcp";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import type { NormalizedObjective } from "../../objectives/objective.ts";
import { promiseText } from "../../objectives/promise.ts";
import { plain } from "../../units.ts";
import type { MonitoringFacts } from "../facts.ts";
import {
  burnRatePolicy,
  monitoredServiceId,
  type ObjectiveContext,
  queryPolicy,
  unmeasuredPolicy,
} from "./burn-policies.ts";
import { labelValue } from "./documentation.ts";
import { type FilteredIndicator, filteredIndicator, measuredByCloudRun } from "./filters.ts";
import type { PlannedPolicy } from "./policy.ts";
import { cloudTiers, tierProblems } from "./tiers.ts";

/** Highest goal and longest rolling window. Source: Cloud Monitoring v3 discovery document, 2026-01. */
const HIGHEST_GOAL = 0.9999;
const LONGEST_WINDOW = 30;

/** An objective in Cloud Monitoring: there where filters can say it, and the policies that tell of its burning. */
export interface PlannedObjective {
  readonly slo?: gcp.monitoring.SloArgs;
  readonly policies: readonly PlannedPolicy[];
}

function goal({ target }: NormalizedObjective): number {
  return plain(target / 100);
}

/** Problems of an objective in Cloud Monitoring, each with its value and what would do. */
export function cloudObjectiveProblems(service: MeasuredService, objective: NormalizedObjective): string[] {
  const at = `services["${service.service}"].objectives["${objective.name}"]`;
  const filtered = filteredIndicator(service, objective) !== undefined;
  const { target, windowDays, calendar } = objective;
  const fits = calendar === true || (Number.isInteger(windowDays) && windowDays <= LONGEST_WINDOW);
  return [
    ...(!filtered || goal(objective) <= HIGHEST_GOAL
      ? []
      : [
          `${at}.target: ${target} is above 99.99 (percent), the highest goal that Cloud Monitoring takes: promise 99.99, or say the indicator as \`queries\`, which need no objective there`,
        ]),
    ...(!filtered || fits
      ? []
      : [
          `${at}.window: ${windowDays} days; Cloud Monitoring takes whole days up to ${LONGEST_WINDOW}: use 7, 28 or 30 days or a calendar month, or say the indicator as \`queries\`, which need no objective there`,
        ]),
    ...tierProblems(at, objective, filtered),
  ];
}

function planSlo({ project, service, objective }: ObjectiveContext, filtered: FilteredIndicator) {
  const { name, windowDays, calendar, owner } = objective;
  return {
    project,
    service: monitoredServiceId(service),
    sloId: name,
    displayName: promiseText(objective),
    goal: goal(objective),
    ...(calendar === true ? { calendarPeriod: "MONTH" } : { rollingPeriodDays: windowDays }),
    requestBasedSli: filtered.sli,
    userLabels: {
      "managed-by": "slipway",
      environment: service.environment,
      system: service.system,
      service: service.service,
      owner: labelValue(owner),
    },
  };
}

/** An objective of a service on Cloud Run. @param project that it is watched in */
export function planObjective(
  facts: MonitoringFacts,
  project: string,
  service: MeasuredService,
  objective: NormalizedObjective,
): PlannedObjective {
  const context: ObjectiveContext = { facts, project, service, objective };
  const filtered = filteredIndicator(service, objective);
  const slo = filtered === undefined ? {} : { slo: planSlo(context, filtered) };
  if (objective.alerting?.off !== undefined) return { ...slo, policies: [] };
  const burns = cloudTiers(objective, filtered !== undefined).map((tier) =>
    tier.by === "burn-rate" && filtered !== undefined
      ? burnRatePolicy(context, tier, filtered)
      : queryPolicy(context, tier),
  );
  return {
    ...slo,
    policies: measuredByCloudRun(objective) ? burns : [...burns, unmeasuredPolicy(context)],
  };
}
