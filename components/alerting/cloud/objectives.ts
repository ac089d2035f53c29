import type * as gcp from "@pulumi/gcp";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import { MINIMUM_BAD, type NormalizedObjective } from "../../objectives/objective.ts";
import { promiseText, windowText } from "../../objectives/promise.ts";
import { promDuration } from "../../objectives/promql.ts";
import { burnAlertName, unmeasuredAlertName } from "../../objectives/rules.ts";
import type { MonitoringFacts } from "../facts.ts";
import { labelValue, type Notice, planNotice } from "./documentation.ts";
import { type FilteredIndicator, filteredIndicator, measuredByCloudRun } from "./filters.ts";
import { type PlannedPolicy, promqlPolicy } from "./policy.ts";
import { badAtLeast, badShareAbove, plain, unmeasured } from "./queries.ts";
import { budget, type CloudTier, cloudTiers, DAY, tierProblems } from "./tiers.ts";

/** Highest goal and longest rolling window. Source: Cloud Monitoring v3 discovery document, 2026-01. */
const HIGHEST_GOAL = 0.9999;
const LONGEST_WINDOW = 30;

const HOUR = 3600;

/** An objective in Cloud Monitoring: there where filters can say it, and the policies that tell of its burning. */
export interface PlannedObjective {
  readonly slo?: gcp.monitoring.SloArgs;
  readonly policies: readonly PlannedPolicy[];
}

interface Context {
  readonly facts: MonitoringFacts;
  readonly project: string;
  readonly service: MeasuredService;
  readonly objective: NormalizedObjective;
}

/** Id of a service in Cloud Monitoring: known before it is there, as burn rates name it. */
export function monitoredServiceId({ system, service }: Pick<MeasuredService, "system" | "service">): string {
  return `${system}-${service}`;
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

function planSlo({ project, service, objective }: Context, filtered: FilteredIndicator) {
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

function burnNotice({ service, objective }: Context, tier: CloudTier): Notice {
  const { severity, budgetPercent, factor, longSeconds, shortSeconds, instead } = tier;
  const long = promDuration(longSeconds);
  const gone = promDuration(Math.round((objective.windowDays * DAY) / factor / 60) * 60);
  const moved =
    instead === undefined
      ? ""
      : ` (The tier says ${promDuration(instead)}; Cloud Monitoring reckons burn rates over at most 24 h, so the same share of the budget is watched for over ${long}, at a higher rate.)`;
  return {
    alert: burnAlertName(service.service, objective.name),
    service: service.service,
    concern: objective.name,
    severity,
    owner: objective.owner,
    runbook: objective.runbook,
    what: `Too much is bad. The promise is ${promiseText(objective)}.`,
    impact: `At least ${factor} times as much is bad as the promise allows: ${budgetPercent} % of the budget of ${windowText(objective)} goes in ${long}, and all of it in ${gone}.${moved}`,
    since: `It was bad over the last ${long} and still was over the last ${promDuration(shortSeconds)} when this began.`,
    first: "Is a release or a flag younger than the trouble? Take it back. Then the runbook.",
    more: { objective: objective.name, window: long },
  };
}

function minimumBad({ alerting }: NormalizedObjective): number {
  return alerting?.minimumBad ?? MINIMUM_BAD;
}

/**
 * Keeps little traffic from telling anybody. Bad events are counted where a filter can; else all events, of which there have to
 * be so many that, at this burn rate, enough are bad.
 */
function guard({ objective }: Context, tier: CloudTier, { bad, total }: FilteredIndicator) {
  const least = minimumBad(objective);
  if (least === 0) return [];
  const enough = bad === undefined ? Math.ceil(least / (tier.factor * budget(objective))) : least;
  return [
    {
      displayName: `at least ${enough} ${bad === undefined ? "" : "bad "}events in ${promDuration(tier.longSeconds)}`,
      conditionThreshold: {
        filter: bad ?? total,
        aggregations: [
          {
            alignmentPeriod: `${tier.longSeconds}s`,
            perSeriesAligner: "ALIGN_DELTA",
            crossSeriesReducer: "REDUCE_SUM",
          },
        ],
        comparison: "COMPARISON_GT",
        // There is no "at least": events are whole, so half of one less.
        thresholdValue: enough - 0.5,
        duration: "0s",
      },
    },
  ];
}

function policyName({ service, objective }: Context, { severity, longSeconds }: CloudTier): string {
  return `${service.service}-${objective.name}-${severity}-${promDuration(longSeconds)}`;
}

function policyTitle({ service, objective }: Context, { budgetPercent, longSeconds }: CloudTier): string {
  return `${burnAlertName(service.service, objective.name)}, ${budgetPercent} % of the budget in ${promDuration(longSeconds)}`;
}

/** A tier by the objective's own burn rate: both windows, and enough events. */
function burnRatePolicy(context: Context, tier: CloudTier, filtered: FilteredIndicator): PlannedPolicy {
  const { facts, project, service, objective } = context;
  const slo = `projects/${project}/services/${monitoredServiceId(service)}/serviceLevelObjectives/${objective.name}`;
  const burning = (seconds: number) => ({
    displayName: `burn rate over ${promDuration(seconds)} above ${tier.factor}`,
    conditionThreshold: {
      filter: `select_slo_burn_rate("${slo}", "${seconds}s")`,
      comparison: "COMPARISON_GT",
      thresholdValue: tier.factor,
      duration: "0s",
    },
  });
  return {
    name: policyName(context, tier),
    severity: tier.severity,
    args: {
      ...planNotice(facts, project, burnNotice(context, tier), tier.longSeconds),
      displayName: `${facts.system} ${facts.environment}: ${policyTitle(context, tier)}`,
      combiner: "AND",
      conditions: [burning(tier.longSeconds), burning(tier.shortSeconds), ...guard(context, tier, filtered)],
    },
  };
}

/** A tier as one query: both windows, and enough bad events. */
function queryPolicy(context: Context, tier: CloudTier): PlannedPolicy {
  const { facts, project, service, objective } = context;
  const share = tier.factor * budget(objective);
  const least = minimumBad(objective);
  const isTime = ["delta", "freshness", "saturation"].includes(objective.kind);
  const parts = [
    badShareAbove(service, objective, share, tier.longSeconds),
    badShareAbove(service, objective, share, tier.shortSeconds),
    ...(least === 0 || isTime ? [] : [badAtLeast(service, objective, least, tier.longSeconds)]),
  ];
  return promqlPolicy(facts, project, policyName(context, tier), burnNotice(context, tier), {
    displayName: policyTitle(context, tier),
    query: parts.join(" and "),
    forSeconds: 0,
    rangeSeconds: tier.longSeconds,
  });
}

/** A promise that nobody can check is a matter of its own. Cloud Run measures always; the service's own metrics may be missing. */
function unmeasuredPolicy({ facts, project, service, objective }: Context): PlannedPolicy {
  const alert = unmeasuredAlertName(service.service, objective.name);
  const notice: Notice = {
    alert,
    service: service.service,
    concern: `${objective.name}-unmeasured`,
    severity: "ticket",
    owner: objective.owner,
    runbook: objective.runbook,
    what: `There was nothing to measure this by: ${promiseText(objective)}.`,
    impact: "The promise may be broken, and nobody would be told.",
    since: "An hour before this began.",
    first:
      "Does the service run, does a collector scrape it, and do its metrics have these names and a bucket at the threshold?",
    more: { objective: objective.name },
  };
  return promqlPolicy(facts, project, `${service.service}-${objective.name}-unmeasured`, notice, {
    displayName: alert,
    query: unmeasured(service, objective),
    forSeconds: HOUR,
    rangeSeconds: HOUR,
  });
}

/** An objective of a service on Cloud Run. @param project that it is watched in */
export function planObjective(
  facts: MonitoringFacts,
  project: string,
  service: MeasuredService,
  objective: NormalizedObjective,
): PlannedObjective {
  const context: Context = { facts, project, service, objective };
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
