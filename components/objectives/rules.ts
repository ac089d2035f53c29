import type { Severity } from "../alerting/alert.ts";
import type { AlertingRule, RecordingRule, RuleGroup } from "../alerting/rule.ts";
import { DAY, HOUR, plain } from "../units.ts";
import { BURN_FIRST, burnAlertName, unmeasuredAlertName } from "./alert-names.ts";
import { budgetShare, goneIn, minimumBad, tiersOf, windowsOf } from "./budget.ts";
import { baseWindow, type NormalizedTier } from "./burn-rate.ts";
import { countsEvents } from "./indicator.ts";
import type { MeasuredService } from "./measured-service.ts";
import type { NormalizedObjective } from "./objective.ts";
import { promiseText } from "./promise.ts";
import { promDuration, selector } from "./promql.ts";
import { type EventQueries, indicatorQueries, serviceLabels, type TimeQueries } from "./queries.ts";
import { RECORDED, recorded } from "./recorded.ts";

/** What rules say to whoever they wake. */
export interface RuleContext {
  /** Address of an alert's paragraph. @param runbook by its name; the system's first where there is none */
  readonly runbook: (runbook: string | undefined, alert: string) => string;
  /** Who is expected to answer, in words: `P1, answer within 5 min`. */
  readonly answer: (severity: Severity) => string;
}

/** Seconds between two looks at what is short, and at what is long. */
const INTERVAL = { short: 30, long: 120 } as const;

/** Longest window, in seconds, that is made from every look; longer ones are made from one look per base range. */
const SHORT = HOUR;

const MONTH = "objective:month:number";

/** An objective with everything that its rules are made from. */
interface Objective {
  readonly service: MeasuredService;
  readonly objective: NormalizedObjective;
  readonly tiers: readonly NormalizedTier[];
  readonly baseSeconds: number;
  readonly queries: EventQueries | TimeQueries;
  readonly labels: Readonly<Record<string, string>>;
  /** Share of events that may be bad. */
  readonly budget: number;
}

function objectiveOf(service: MeasuredService, objective: NormalizedObjective): Objective {
  const tiers = tiersOf(objective);
  return {
    service,
    objective,
    tiers,
    baseSeconds: baseWindow(tiers),
    queries: indicatorQueries(service, objective),
    labels: { ...serviceLabels(service), objective: objective.name },
    budget: budgetShare(objective),
  };
}

const series = ({ service, objective }: Objective, what: keyof typeof RECORDED, more = {}) =>
  recorded(what, service, objective.name, more);

/** Events and bad events: the only rules that read the service's own series, each once. */
function eventRules(of: Objective): RecordingRule[] {
  const { queries, objective, labels, baseSeconds } = of;
  const range = promDuration(baseSeconds);
  if (queries.unit === "time") {
    // `> -Inf` leaves out what is no number: no traffic, no quantile.
    const value = `${queries.value(range)} > -Inf`;
    return [
      { record: RECORDED.events, expr: `(${value}) >= bool -Inf`, labels },
      { record: RECORDED.bad, expr: `(${value}) > bool ${queries.limit}`, labels },
    ];
  }
  const matched = `on (${(objective.by ?? []).join(", ")})`;
  const events = series(of, "events");
  const { side, rate, zeroWhereAbsent } = queries.counted;
  const counted = zeroWhereAbsent ? `(${rate(range)} or ${matched} 0 * ${events})` : rate(range);
  return [
    { record: RECORDED.events, expr: queries.total(range), labels },
    { record: RECORDED.bad, expr: side === "bad" ? counted : `${events} - ${matched} ${counted}`, labels },
  ];
}

/**
 * A sum over a window. Up to an hour of every look. Beyond that of one look per base range, which together see each event once:
 * a tenth of the samples. A share of time is known at its looks only, so all of them count.
 */
function summed({ objective, baseSeconds }: Objective, what: string, windowSeconds: number): string {
  const direct = windowSeconds <= SHORT || !countsEvents(objective);
  const step = direct ? "" : `:${promDuration(baseSeconds)}`;
  return `sum_over_time(${what}[${promDuration(windowSeconds)}${step}])`;
}

/** Bad events in a window, as a count. */
function badCount(of: Objective, windowSeconds: number): string {
  const each = windowSeconds <= SHORT ? INTERVAL.short : of.baseSeconds;
  return `${each} * ${summed(of, series(of, "bad"), windowSeconds)}`;
}

function badShare(of: Objective, windowSeconds: number): string {
  if (windowSeconds === of.baseSeconds && of.queries.unit === "events") {
    return `${series(of, "bad")} / ${series(of, "events")}`;
  }
  return `${summed(of, series(of, "bad"), windowSeconds)} / ${summed(of, series(of, "events"), windowSeconds)}`;
}

function burnRule(of: Objective, windowSeconds: number): RecordingRule {
  return {
    record: RECORDED.burn,
    expr: `${badShare(of, windowSeconds)} / ${of.budget}`,
    labels: { ...of.labels, window: promDuration(windowSeconds) },
  };
}

/** What there was since the month began: looks of other months are left out. */
function thisMonth(of: Objective, sum: string): string {
  const month = selector(MONTH, serviceLabels(of.service));
  return `sum_over_time((${sum} and on () (${month} == (${month} @ end())))[31d:${promDuration(of.baseSeconds)}])`;
}

function budgetRules(of: Objective): RecordingRule[] {
  const { objective, budget, labels } = of;
  const whole =
    objective.calendar === true
      ? `${thisMonth(of, series(of, "bad"))} / ${thisMonth(of, series(of, "events"))}`
      : badShare(of, objective.windowDays * DAY);
  // Until the first look of the long window, minutes after a start, the last hour is all that is known.
  const gone = countsEvents(objective) ? `(${whole} or ${badShare(of, SHORT)})` : whole;
  return [
    { record: RECORDED.budget, expr: `1 - ${gone} / ${budget}`, labels },
    { record: RECORDED.target, expr: `vector(${plain(objective.target / 100)})`, labels },
  ];
}

/** Both windows of a tier burn, and there are enough bad events for that to mean something. */
function tierExpression(of: Objective, tier: NormalizedTier): string {
  const burning = (windowSeconds: number) =>
    `${series(of, "burn", { window: promDuration(windowSeconds) })} > ${tier.factor}`;
  const both = `${burning(tier.longSeconds)} and ignoring (window) ${burning(tier.shortSeconds)}`;
  const least = minimumBad(of.objective);
  if (least === 0 || of.queries.unit === "time") return both;
  return `${both} and ignoring (window) ${badCount(of, tier.longSeconds)} >= ${least}`;
}

function alertLabels({ objective, labels }: Objective, severity: Severity): Record<string, string> {
  return { ...labels, concern: objective.name, severity, owner: objective.owner };
}

function named({ objective, service }: Objective): string {
  const by = (objective.by ?? []).map((label) => ` ${label} {{ $labels.${label} }}`).join("");
  return `${service.system}/${service.service}${by}`;
}

/** What whoever is woken up reads: what, how bad, since when, what to do first. */
function burnDescription(of: Objective, tier: NormalizedTier, answer: string): string {
  const { objective } = of;
  const long = promDuration(tier.longSeconds);
  const gone = goneIn(objective, tier.factor);
  return [
    `What: too much is bad. The promise is ${promiseText(objective)}.`,
    `How bad: {{ $value | printf "%.1f" }} times as much as the promise allows. From ${tier.factor} times on, ${tier.budgetPercent} % of the budget goes in ${long}, and all of it in ${gone}.`,
    `Since when: it was bad over the last ${long}, and still is over the last ${promDuration(tier.shortSeconds)}.`,
    `First: ${BURN_FIRST}. Then the runbook.`,
    `Whose: ${objective.owner}. ${answer}.`,
  ].join("\n");
}

function burnAlert(of: Objective, tier: NormalizedTier, context: RuleContext): AlertingRule {
  const { objective, service } = of;
  const alert = burnAlertName(service.service, objective.name);
  const long = promDuration(tier.longSeconds);
  return {
    alert,
    expr: tierExpression(of, tier),
    labels: { ...alertLabels(of, tier.severity), window: long },
    annotations: {
      summary: `${named(of)}: the error budget of ${objective.name} burns {{ $value | printf "%.1f" }} times too fast`,
      description: burnDescription(of, tier, context.answer(tier.severity)),
      runbook_url: context.runbook(objective.runbook, alert),
    },
  };
}

/** A promise that nobody can check is a matter of its own: no data is never good news. */
function unmeasuredAlert(of: Objective, context: RuleContext): AlertingRule {
  const { objective, service } = of;
  const alert = unmeasuredAlertName(service.service, objective.name);
  return {
    alert,
    expr: `absent(${series(of, "bad")})`,
    for: "1h",
    labels: { ...alertLabels(of, "ticket"), concern: `${objective.name}-unmeasured` },
    annotations: {
      summary: `${service.system}/${service.service}: nothing is known of ${objective.name}`,
      description: [
        `What: for an hour there was nothing to measure this by: ${promiseText(objective)}.`,
        "How bad: the promise may be broken, and nobody would be told.",
        "Since when: an hour before this alert began.",
        "First: Does the service run, is it scraped, and do its metrics have these names and a bucket at the threshold? See the runbook.",
        `Whose: ${objective.owner}. ${context.answer("ticket")}.`,
      ].join("\n"),
      runbook_url: context.runbook(objective.runbook, alert),
    },
  };
}

function alertRules(of: Objective, context: RuleContext): AlertingRule[] {
  if (of.objective.alerting?.off !== undefined) return [];
  return [...of.tiers.map((tier) => burnAlert(of, tier, context)), unmeasuredAlert(of, context)];
}

/**
 * The rules of a service's objectives: first what counts events and what is short, looked at every 30 s, with all alerts; then
 * what is long, every 2 minutes. Empty where the service promises nothing.
 */
export function objectiveGroups(service: MeasuredService, context: RuleContext): RuleGroup[] {
  const objectives = service.objectives.map((objective) => objectiveOf(service, objective));
  if (objectives.length === 0) return [];
  const month: RecordingRule[] = objectives.some(({ objective }) => objective.calendar === true)
    ? [{ record: MONTH, expr: "month()", labels: serviceLabels(service) }]
    : [];
  const burns = (long: boolean) =>
    objectives.flatMap((of) =>
      windowsOf(of.tiers)
        .filter((seconds) => seconds > SHORT === long)
        .map((seconds) => burnRule(of, seconds)),
    );
  const name = `${service.system}/${service.service}`;
  return [
    {
      name: `${name} objectives`,
      interval: promDuration(INTERVAL.short),
      rules: [
        ...month,
        ...objectives.flatMap(eventRules),
        ...burns(false),
        ...objectives.flatMap((of) => alertRules(of, context)),
      ],
    },
    {
      name: `${name} objectives, long windows`,
      interval: promDuration(INTERVAL.long),
      rules: [...burns(true), ...objectives.flatMap(budgetRules)],
    },
  ];
}
