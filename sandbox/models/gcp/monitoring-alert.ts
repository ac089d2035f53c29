import type { ReportFailure, ResourceModel, Rule } from "../model.ts";
import { DELETION_POLICIES, integer, labels, length, number, pattern, projectId, seconds } from "../rules.ts";
import { isObject, type Properties, UNKNOWN, valueAt } from "../values.ts";
import {
  ALIGNMENT_MOST,
  aggregation,
  conditionKind,
  metricThreshold,
  RETEST_MOST,
} from "./monitoring-conditions.ts";

const THRESHOLD = "conditions[].conditionThreshold";
const ABSENT = "conditions[].conditionAbsent";
const PROMQL = "conditions[].conditionPrometheusQueryLanguage";
const MQL = "conditions[].conditionMonitoringQueryLanguage";
const SQL = "conditions[].conditionSql";

const MINUTE = 60;

const channelName = pattern(
  /^projects\/[^/]+\/notificationChannels\/[^/]+$/,
  "`projects/PROJECT/notificationChannels/CHANNEL`",
);
const prometheusName = pattern(
  /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/,
  "a label name of Prometheus: letters, digits and `_`, no digit first, not `__` first",
);

const prometheusLabels: Rule = (value, report) => {
  if (!isObject(value)) return;
  for (const key of Object.keys(value))
    prometheusName(key, (reason, detail) => report(reason, { ...detail, at: [key] }));
};

/** Bytes in UTF-8, which is what the API counts beside characters. */
function bytes(most: number): Rule {
  return (value, report) => {
    const size = typeof value === "string" ? Buffer.byteLength(value) : 0;
    if (size > most) report(`must have at most ${most} bytes, and has ${size}`);
  };
}

const trigger: Rule = (value, report) => {
  if (isObject(value) && value.count !== undefined && value.percent !== undefined)
    report("must have a count or a percent, not both");
};

/** What the kinds that look at metrics by a filter have in common. */
function metricRules(at: string): Record<string, Rule> {
  return {
    [`${at}.filter`]: length(1, 2048),
    [`${at}.trigger`]: trigger,
    [`${at}.trigger.count`]: integer(1),
    [`${at}.trigger.percent`]: number(0, 100),
    ...Object.fromEntries(
      ["aggregations[]", "denominatorAggregations[]"].flatMap((list) => [
        [`${at}.${list}`, aggregation],
        [`${at}.${list}.alignmentPeriod`, seconds(MINUTE, ALIGNMENT_MOST)],
      ]),
    ),
  };
}

/**
 * Kinds that bear no condition beside them. Source: discovery document, 2026-01, for logs and MQL; for PromQL the API says so
 * itself ("can only have a single condition").
 */
const ALONE = ["conditionMatchedLog", "conditionMonitoringQueryLanguage", "conditionPrometheusQueryLanguage"];

function checkTogether(inputs: Properties, report: ReportFailure): void {
  const conditions = Array.isArray(inputs.conditions) ? inputs.conditions.filter(isObject) : [];
  for (const [index, condition] of conditions.entries()) {
    const kind = ALONE.find((each) => condition[each] !== undefined);
    if (kind !== undefined && conditions.length > 1)
      report(`must be the only condition of its policy, which has ${conditions.length}`, {
        at: ["conditions", index, kind],
      });
  }
  if (inputs.conditions === UNKNOWN || conditions.length === 0) return;
  const at = ["alertStrategy", "notificationRateLimit"];
  const limit = valueAt(inputs, ...at);
  const isOnLogs = conditions.some(({ conditionMatchedLog }) => conditionMatchedLog !== undefined);
  if (isOnLogs && limit === undefined && inputs.alertStrategy !== UNKNOWN)
    report("is required with conditionMatchedLog", { at });
  if (!isOnLogs && limit !== undefined)
    report("only log-based alert policies may specify a notification rate limit", { at });
}

/** Source of figures, where none is named: Cloud Monitoring v3 discovery document, 2026-01. */
export const alertPolicy: ResourceModel = {
  token: "gcp:monitoring/alertPolicy:AlertPolicy",
  values: {
    deletionPolicy: DELETION_POLICIES,
    // The declarations list all six comparisons; the API takes two.
    [`${THRESHOLD}.comparison`]: ["COMPARISON_GT", "COMPARISON_LT"],
    [`${SQL}.rowCountTest.comparison`]: ["COMPARISON_GT", "COMPARISON_LT"],
    "documentation.mimeType": ["text/markdown"],
    "alertStrategy.notificationPrompts[]": ["OPENED", "CLOSED"],
  },
  required: [`${THRESHOLD}.filter`, `${ABSENT}.filter`, "alertStrategy.notificationRateLimit.period"],
  rules: {
    displayName: length(1, 512),
    project: projectId,
    userLabels: labels,
    conditions: length(1, 6),
    "conditions[]": conditionKind,
    [THRESHOLD]: metricThreshold,
    ...metricRules(THRESHOLD),
    [`${THRESHOLD}.duration`]: seconds(0, RETEST_MOST, MINUTE),
    [`${THRESHOLD}.denominatorFilter`]: length(1, 2048),
    [`${THRESHOLD}.forecastOptions.forecastHorizon`]: seconds(3_600, 216_000),
    ...metricRules(ABSENT),
    [`${ABSENT}.duration`]: seconds(2 * MINUTE, RETEST_MOST, MINUTE),
    [`${MQL}.query`]: length(1, 100_000),
    [`${MQL}.duration`]: seconds(0, RETEST_MOST, MINUTE),
    [`${MQL}.trigger`]: trigger,
    [`${PROMQL}.query`]: length(1, 100_000),
    // Any time from zero: the API names no multiple.
    [`${PROMQL}.duration`]: seconds(0),
    [`${PROMQL}.evaluationInterval`]: seconds(30, Number.POSITIVE_INFINITY, 30),
    [`${PROMQL}.labels`]: prometheusLabels,
    [`${PROMQL}.alertRule`]: [length(1, 2048), prometheusName],
    [`${PROMQL}.ruleGroup`]: length(1, 2048),
    [`${SQL}.minutes.periodicity`]: integer(5, 1_440, "minutes"),
    [`${SQL}.hourly.periodicity`]: integer(1, 48, "hours"),
    [`${SQL}.daily.periodicity`]: integer(1, 30, "days"),
    "notificationChannels[]": channelName,
    "documentation.content": [length(0, 8_192), bytes(10_240)],
    "documentation.subject": bytes(10_240),
    "documentation.links": length(0, 3),
    "documentation.links[].displayName": length(1, 63),
    "documentation.links[].url": length(1, 2_083),
    // Half an hour at least; no document names a most.
    "alertStrategy.autoClose": seconds(1_800),
    "alertStrategy.notificationRateLimit.period": seconds(1),
    "alertStrategy.notificationChannelStrategies[].renotifyInterval": seconds(1_800, 86_400),
    "alertStrategy.notificationChannelStrategies[].notificationChannelNames[]": channelName,
  },
  check: checkTogether,
  replaceOn: ["project"],
  defaults: { enabled: true, deletionPolicy: "DELETE", "documentation.mimeType": "text/markdown" },
  id: (_context, outputs) => String(outputs.name),
  outputs: (context) => {
    const { inputs, join, keep, project, digits, now } = context;
    const name = keep("name", () => join`projects/${project}/alertPolicies/${digits("policy", 19)}`);
    return {
      name,
      creationRecords: keep("creationRecords", () => [
        { mutateTime: now(), mutatedBy: "sandbox@slipway.invalid" },
      ]),
      conditions: Array.isArray(inputs.conditions)
        ? inputs.conditions.map((condition, index) =>
            isObject(condition)
              ? { ...condition, name: join`${name}/conditions/${digits(`condition ${index}`, 19)}` }
              : condition,
          )
        : inputs.conditions,
    };
  },
};
