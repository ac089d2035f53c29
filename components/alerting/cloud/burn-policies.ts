import { BURN_FIRST, burnAlertName, unmeasuredAlertName } from "../../objectives/alert-names.ts";
import { budgetShare, goneIn, minimumBad } from "../../objectives/budget.ts";
import { countsEvents } from "../../objectives/indicator.ts";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import type { NormalizedObjective } from "../../objectives/objective.ts";
import { promiseText, windowText } from "../../objectives/promise.ts";
import { promDuration } from "../../objectives/promql.ts";
import { HOUR } from "../../units.ts";
import type { MonitoringFacts } from "../facts.ts";
import { type Notice, planNotice } from "./documentation.ts";
import type { FilteredIndicator } from "./filters.ts";
import { type PlannedPolicy, promqlPolicy } from "./policy.ts";
import { badAtLeast, badShareAbove, unmeasured } from "./queries.ts";
import type { CloudTier } from "./tiers.ts";

/** An objective, and where it is watched. */
export interface ObjectiveContext {
  readonly facts: MonitoringFacts;
  readonly project: string;
  readonly service: MeasuredService;
  readonly objective: NormalizedObjective;
}

/** Id of a service in Cloud Monitoring: known before it is there, as burn rates name it. */
export function monitoredServiceId({ system, service }: Pick<MeasuredService, "system" | "service">): string {
  return `${system}-${service}`;
}

function burnNotice({ service, objective }: ObjectiveContext, tier: CloudTier): Notice {
  const { severity, budgetPercent, factor, longSeconds, shortSeconds, instead } = tier;
  const long = promDuration(longSeconds);
  const gone = goneIn(objective, factor);
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
    first: `${BURN_FIRST}. Then the runbook.`,
    more: { objective: objective.name, window: long },
  };
}

/**
 * Keeps little traffic from telling anybody. Bad events are counted where a filter can; else all events, of which there have to
 * be so many that, at this burn rate, enough are bad.
 */
function guard({ objective }: ObjectiveContext, tier: CloudTier, { bad, total }: FilteredIndicator) {
  const least = minimumBad(objective);
  if (least === 0) return [];
  const enough = bad === undefined ? Math.ceil(least / (tier.factor * budgetShare(objective))) : least;
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

function policyName({ service, objective }: ObjectiveContext, { severity, longSeconds }: CloudTier): string {
  return `${service.service}-${objective.name}-${severity}-${promDuration(longSeconds)}`;
}

function policyTitle(
  { service, objective }: ObjectiveContext,
  { budgetPercent, longSeconds }: CloudTier,
): string {
  return `${burnAlertName(service.service, objective.name)}, ${budgetPercent} % of the budget in ${promDuration(longSeconds)}`;
}

/** A tier by the objective's own burn rate: both windows, and enough events. */
export function burnRatePolicy(
  context: ObjectiveContext,
  tier: CloudTier,
  filtered: FilteredIndicator,
): PlannedPolicy {
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
export function queryPolicy(context: ObjectiveContext, tier: CloudTier): PlannedPolicy {
  const { facts, project, service, objective } = context;
  const share = tier.factor * budgetShare(objective);
  const least = minimumBad(objective);
  const parts = [
    badShareAbove(service, objective, share, tier.longSeconds),
    badShareAbove(service, objective, share, tier.shortSeconds),
    ...(least === 0 || !countsEvents(objective)
      ? []
      : [badAtLeast(service, objective, least, tier.longSeconds)]),
  ];
  return promqlPolicy(facts, project, policyName(context, tier), burnNotice(context, tier), {
    displayName: policyTitle(context, tier),
    query: parts.join(" and "),
    forSeconds: 0,
    rangeSeconds: tier.longSeconds,
  });
}

/** A promise that nobody can check is a matter of its own. Cloud Run measures always; the service's own metrics may be missing. */
export function unmeasuredPolicy({ facts, project, service, objective }: ObjectiveContext): PlannedPolicy {
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
