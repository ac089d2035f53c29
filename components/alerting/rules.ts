import type { MeasuredService } from "../objectives/measured-service.ts";
import { METRICS } from "../objectives/measured-service.ts";
import { aggregated, promDuration, selector } from "../objectives/promql.ts";
import { indicatorQueries, serviceLabels } from "../objectives/queries.ts";
import { objectiveGroups, type RuleContext } from "../objectives/rules.ts";
import { plain } from "../units.ts";
import type { NormalizedAlert, NormalizedCondition } from "./alert.ts";
import type { MonitoringFacts } from "./facts.ts";
import type { AlertingRule, RuleGroup } from "./rule.ts";
import { runbookAddress } from "./runbook.ts";

/** Seconds between two looks at a fixed alert. */
const INTERVAL = 30;

/** The service that an alert watches; for one of the system as a whole, what its metrics are called by convention. */
function watched(facts: MonitoringFacts, { service = "" }: NormalizedAlert): MeasuredService {
  const { system, environment } = facts;
  return (
    facts.services.find((each) => each.service === service) ?? {
      environment,
      system,
      service,
      runtime: "elsewhere",
      metrics: METRICS,
      objectives: [],
    }
  );
}

/** Labels that choose the series of an alert's metric. */
function ownLabels(facts: MonitoringFacts, alert: NormalizedAlert): Record<string, string> {
  const { system, environment } = facts;
  return alert.service === undefined ? { environment, system } : serviceLabels(watched(facts, alert));
}

/** What an alert looks at, what it is held against, and what both are in PromQL. */
export interface AlertQuery {
  /** The figure. */
  readonly value: string;
  /** `> 0.01`; empty where whatever there is counts. */
  readonly limit: string;
  /** How `value` reads: a share of 1, seconds, or a plain figure. */
  readonly unit: "share" | "seconds" | "percent" | "figure";
  /** Whole condition. */
  readonly expression: string;
}

function compared(value: string, limit: string, unit: AlertQuery["unit"]): AlertQuery {
  return { value, limit, unit, expression: limit === "" ? value : `${value} ${limit}` };
}

/** What Prometheus is asked for an alert. */
export function alertQuery(facts: MonitoringFacts, alert: NormalizedAlert): AlertQuery {
  const { condition } = alert;
  switch (condition.kind) {
    case "share": {
      const queries = indicatorQueries(watched(facts, alert), condition.indicator);
      if (queries.unit !== "events") throw new TypeError(`${alert.name} is a share of no events`);
      const range = promDuration(condition.overSeconds);
      return compared(
        `${queries.bad(range)} / ${queries.total(range)}`,
        `> ${plain(condition.above / 100)}`,
        "share",
      );
    }
    case "limit": {
      const queries = indicatorQueries(watched(facts, alert), condition.indicator);
      if (queries.unit !== "time") throw new TypeError(`${alert.name} has no limit`);
      const unit = condition.indicator.kind === "saturation" ? "percent" : "seconds";
      return compared(queries.value(promDuration(condition.overSeconds)), `> ${queries.limit}`, unit);
    }
    case "count": {
      const { metric, where = {}, by = [], above, overSeconds } = condition;
      const labels = { ...ownLabels(facts, alert), ...where };
      const increase = `increase(${selector(metric, labels)}[${promDuration(overSeconds)}])`;
      return compared(aggregated("sum", by, increase), `> ${above}`, "figure");
    }
    case "value":
      return valueQuery(condition, { ...ownLabels(facts, alert), ...condition.where });
    case "promql":
      return compared(condition.expression, "", "figure");
  }
}

function valueQuery(
  { metric, by = [], aggregate, above, below, orAbsent }: NormalizedCondition & { kind: "value" },
  labels: Parameters<typeof selector>[1],
): AlertQuery {
  const series = selector(metric, labels);
  const query = compared(
    aggregated(aggregate, by, series),
    above === undefined ? `< ${below}` : `> ${above}`,
    "figure",
  );
  return orAbsent ? { ...query, expression: `${query.expression} or absent(${series})` } : query;
}

/** How the figure of an alert reads in its text. */
const SHOWN: Readonly<Record<AlertQuery["unit"], string>> = {
  share: "{{ $value | humanizePercentage }}",
  seconds: "{{ $value | humanizeDuration }}",
  percent: '{{ $value | printf "%.1f" }} %',
  figure: "{{ $value | humanize }}",
};

function forText(seconds: number): string {
  return seconds === 0 ? "" : ` for ${promDuration(seconds)}`;
}

/** One fixed alert as a rule. */
function alertRule(facts: MonitoringFacts, alert: NormalizedAlert, context: RuleContext): AlertingRule {
  const { name, severity, owner, concern, service, what, impact, first, forSeconds, runbook } = alert;
  const { expression, unit } = alertQuery(facts, alert);
  const { system, environment } = facts;
  const by = "by" in alert.condition ? (alert.condition.by ?? []) : [];
  const which = by.map((label) => `, ${label} {{ $labels.${label} }}`).join("");
  return {
    alert: name,
    expr: expression,
    ...(forSeconds === 0 ? {} : { for: promDuration(forSeconds) }),
    labels: { environment, system, ...(service === undefined ? {} : { service }), concern, severity, owner },
    annotations: {
      summary: `${system}${service === undefined ? "" : `/${service}`}${which}: ${what}`,
      description: [
        `What: ${what} Now: ${SHOWN[unit]}.`,
        `How bad: ${impact}`,
        `Since when: it held${forText(forSeconds) || " at the last look"} before this alert began.`,
        `First: ${first}`,
        `Whose: ${owner}. ${context.answer(severity)}.`,
      ].join("\n"),
      runbook_url: context.runbook(runbook, name),
    },
  };
}

/** What every rule of a system says to whoever it wakes. */
export function ruleContext({ system, runbookBase, runbooks, escalation }: MonitoringFacts): RuleContext {
  const first = runbooks[0]?.name ?? "";
  return {
    runbook: (runbook, alert) => runbookAddress(runbookBase, system, runbook ?? first, alert),
    answer: (severity) => {
      const { priority, within } = escalation.levels[severity];
      return `${priority}: answer within ${within}`;
    },
  };
}

/** A system's fixed alerts in one group; none where it has none. */
export function alertGroups(facts: MonitoringFacts): RuleGroup[] {
  if (facts.alerts.length === 0) return [];
  const context = ruleContext(facts);
  return [
    {
      name: `${facts.system} alerts`,
      interval: promDuration(INTERVAL),
      rules: facts.alerts.map((alert) => alertRule(facts, alert, context)),
    },
  ];
}

/** Every rule of a system: its services' objectives, one after another, then its fixed alerts. */
export function systemRules(facts: MonitoringFacts): RuleGroup[] {
  const context = ruleContext(facts);
  return [...facts.services.flatMap((service) => objectiveGroups(service, context)), ...alertGroups(facts)];
}
