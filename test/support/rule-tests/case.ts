import {
  type AlertingRule,
  isAlerting,
  type RecordingRule,
  type RuleGroup,
} from "../../../components/alerting/rule.ts";
import type { RuleTests } from "../prometheus.ts";
import type { Readings } from "./instruments.ts";
import { type Course, inputSeries } from "./series.ts";

/** What a case proves of an alert. */
export const PROVEN = ["fires", "below", "reset", "gaps"] as const;

/** One thing that is to be seen of an alert. */
export interface RuleCase {
  readonly proves: (typeof PROVEN)[number] | "few" | "idle" | "before";
  readonly course: Course;
  readonly readings: Readings;
  /** Seconds between two evaluations. */
  readonly every: number;
  /** At which evaluations the alert fires, as it was reckoned. */
  readonly firing: readonly boolean[];
}

/** An alert by what tells its rule from all others. */
export interface AlertIdentity {
  readonly alert: string;
  readonly service?: string;
  readonly window?: string;
}

/** How an alert is called in tests: `backend BackendAvailabilityBurn 1h`. */
export function alertKey({ alert, service, window }: AlertIdentity): string {
  return [service, alert, window].filter((each) => each !== undefined).join(" ");
}

export function ruleIdentity({ alert, labels: { service, window } }: AlertingRule): AlertIdentity {
  return {
    alert,
    ...(service === undefined ? {} : { service }),
    ...(window === undefined ? {} : { window }),
  };
}

/** Whether an alert is made from a recording rule: its objective's events, and how its own windows burn. */
function feeds({ record, labels = {} }: RecordingRule, alert: AlertingRule): boolean {
  const ofIts = labels.service === alert.labels.service && labels.objective === alert.labels.objective;
  return (
    ofIts &&
    (labels.window === undefined
      ? record.endsWith("events:rate")
      : alert.expr.includes(`window="${labels.window}"`))
  );
}

/** One alert's rule, without its texts, and those that it is made from; the long windows' group first. */
export function rulesOf(groups: readonly RuleGroup[], alert: AlertingRule): RuleGroup[] {
  const wanted = (rule: RecordingRule | AlertingRule): (RecordingRule | AlertingRule)[] => {
    if (isAlerting(rule)) return rule === alert ? [{ ...rule, annotations: {} }] : [];
    return alert.labels.objective !== undefined && feeds(rule, alert) ? [rule] : [];
  };
  return groups
    .map((group) => ({ ...group, rules: group.rules.flatMap(wanted) }))
    .filter(({ rules }) => rules.length > 0)
    .toReversed();
}

/** Evaluations at which firing begins, or is over. */
function turns(firing: readonly boolean[]): number[] {
  return firing.flatMap((now, index) => (now !== (firing[index - 1] ?? false) ? [index] : []));
}

const seconds = (value: number) => `${value}s`;

/** What an alert has to look like. */
export interface Seen {
  readonly alertname: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its texts, where they are looked at. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * A case as promtool's test: the alert before and after each turn, with all its labels, and how often it fired from beginning to
 * end.
 */
export function promtoolTest(
  name: string,
  { course, readings, every, firing }: RuleCase,
  { alertname, labels, annotations }: Seen,
): RuleTests["tests"][number] {
  const end = (firing.length - 1) * every;
  const times = firing.filter((each) => each).length;
  const own = Object.entries({ alertname, ...labels }).map(([label, value]) => `${label}="${value}"`);
  const expected = { exp_labels: labels, ...(annotations && { exp_annotations: annotations }) };
  return {
    name,
    interval: seconds(course.scrape),
    input_series: readings.series.map((series) => inputSeries(series, course)),
    alert_rule_test: turns(firing)
      .flatMap((index) => [index - 1, index])
      .filter((index, place, every) => index >= 0 && every.indexOf(index) === place)
      .map((index) => ({
        eval_time: seconds(index * every),
        alertname,
        exp_alerts: firing[index] === true ? [expected] : [],
      })),
    promql_expr_test: [
      {
        expr: `sum(count_over_time(ALERTS{alertstate="firing",${own.join(",")}}[${seconds(end + 1)}]))`,
        eval_time: seconds(end),
        exp_samples: times === 0 ? [] : [{ labels: "{}", value: times }],
      },
    ],
  };
}
