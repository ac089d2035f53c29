import { eachAlertingRule } from "../../alerts.ts";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../../types.ts";
import { durationAt } from "../duration.ts";

/** A range (`[5m]`), or a recorded one: the label `window`, or a name that ends in it (`:rate5m`, `_ratio_rate1h`). */
const LOOKS_OVER_TIME = /\[[^\]]+\]|\bwindow\s*=|(?:rate|increase|ratio|avg)_?\d+[smhdw]\b/;

/** Shortest alignment period of Cloud Monitoring, in seconds: one sample of most metrics. */
const ONE_SAMPLE = 60;

const ONE = "one sample is enough, so a single failed scrape wakes somebody";

/** Severities that wake nobody: a ticket about one moment costs a glance. */
const CAN_WAIT: readonly (string | undefined)[] = ["warning", "ticket", "info", "none"];

function checkRule(rule: Property): Finding | undefined {
  if (CAN_WAIT.includes(rule.at("labels", "severity").text())) return undefined;
  const at = rule.at("for");
  if ((durationAt(at) ?? 0) > 0 || LOOKS_OVER_TIME.test(rule.at("expr").text() ?? "")) return undefined;
  return violation(at, `is not set, and the expression looks at one moment: ${ONE}`);
}

function isPatient(condition: Property): boolean {
  const [promql, threshold] = [
    condition.at("conditionPrometheusQueryLanguage"),
    condition.at("conditionThreshold"),
  ];
  if (promql.present)
    return (
      (durationAt(promql.at("duration")) ?? 0) > 0 || LOOKS_OVER_TIME.test(promql.at("query").text() ?? "")
    );
  // Logs, SQL and absence have windows of their own.
  if (!threshold.present || (durationAt(threshold.at("duration")) ?? 0) > 0) return true;
  const isLong = threshold
    .at("aggregations")
    .items()
    .some((aggregation) => (durationAt(aggregation.at("alignmentPeriod")) ?? 0) > ONE_SAMPLE);
  return isLong || (threshold.at("filter").text() ?? "").includes("select_slo_burn_rate");
}

function checkPolicy({ props }: Subject): Finding[] {
  if (CAN_WAIT.includes(props.at("userLabels", "severity").text())) return [];
  return each(props.at("conditions").items(), (condition) =>
    isPatient(condition)
      ? undefined
      : violation(condition, `has no duration, and looks over a minute or less: ${ONE}`),
  );
}

export const alertWaits: ResourcePolicy = {
  id: "alert-waits-for-more-than-one-sample",
  title: "An alert that wakes somebody must look at more than one moment.",
  severity: "medium",
  level: "mandatory",
  why: "Scrapes fail, instances restart, counters reset. Who was woken three times by what was over before they looked does not get up the fourth time.",
  fix: "Give the rule a `for`, or let its expression look over a range; give a condition a duration or a longer alignmentPeriod.",
  example: {
    yaml: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
spec:
  groups:
    - name: shop
      rules:
        - alert: RedisDown
          expr: redis_up == 0
          for: 1m`,
  },
  requirements: ["OS-05"],
  types: [PROMETHEUS_RULE, ALERT_POLICY],
  check: (resource) =>
    adviceOutsideProduction(
      resource,
      parts(() =>
        resource.type === PROMETHEUS_RULE ? eachAlertingRule(resource, checkRule) : checkPolicy(resource),
      ),
    ),
};
