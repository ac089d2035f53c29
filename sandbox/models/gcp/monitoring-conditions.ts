import type { ReportFailure, Rule } from "../model.ts";
import { exactly, secondsOf } from "../rules.ts";
import { isObject, type Properties, UNKNOWN } from "../values.ts";

/** A condition is of one kind. */
export const conditionKind: Rule = exactly([
  "conditionThreshold",
  "conditionAbsent",
  "conditionMatchedLog",
  "conditionMonitoringQueryLanguage",
  "conditionPrometheusQueryLanguage",
  "conditionSql",
]);

/** Longest alignment period of a policy, and longest sum of it and the retest window: 25 hours. Source: discovery document, 2026-01. */
export const ALIGNMENT_MOST = 90_000;

/** Longest retest window: 24 hours. Source: https://cloud.google.com/monitoring/alerts/using-promql, read in 2026-11. */
export const RETEST_MOST = 86_400;

/** Reducing wants aligned series, and aligning wants a period. Source: discovery document, 2026-01, `Aggregation`. */
export const aggregation: Rule = (value, report) => {
  if (!isObject(value)) return;
  const { alignmentPeriod, crossSeriesReducer = "REDUCE_NONE", perSeriesAligner = "ALIGN_NONE" } = value;
  if ([crossSeriesReducer, perSeriesAligner].includes(UNKNOWN)) return;
  const isAligned = perSeriesAligner !== "ALIGN_NONE";
  if (crossSeriesReducer !== "REDUCE_NONE" && !isAligned)
    report("must align when crossSeriesReducer is set", { got: perSeriesAligner, at: ["perSeriesAligner"] });
  if (isAligned && alignmentPeriod === undefined)
    report("is required when perSeriesAligner is set", { at: ["alignmentPeriod"] });
};

/** A condition on a metric, or on the burn rate of an objective. */
export const metricThreshold: Rule = (value, report) => {
  if (!isObject(value)) return;
  const { filter, duration, evaluationMissingData, denominatorFilter, denominatorAggregations } = value;
  if (evaluationMissingData !== undefined && secondsOf(duration) === 0)
    report("must be at least 60s when evaluationMissingData is set", { got: duration, at: ["duration"] });
  if (denominatorAggregations !== undefined && denominatorFilter === undefined)
    report("is required when denominatorAggregations is set", { at: ["denominatorFilter"] });
  checkLength(value, report);
  if (typeof filter === "string" && /^\s*select_slo_/.test(filter)) checkBurnRate(value, filter, report);
};

function checkLength(condition: Properties, report: ReportFailure): void {
  const retest = secondsOf(condition.duration) ?? 0;
  const aggregations = Array.isArray(condition.aggregations) ? condition.aggregations : [];
  const period = Math.max(
    0,
    ...aggregations.map((each) => (isObject(each) ? secondsOf(each.alignmentPeriod) : 0) ?? 0),
  );
  // Each too long by itself is reported where it stands.
  if (retest > RETEST_MOST || period > ALIGNMENT_MOST) return;
  if (period > 0 && retest + period > ALIGNMENT_MOST)
    report(`must be at most ${ALIGNMENT_MOST}s together with the alignment period of ${period}s`, {
      got: condition.duration,
      at: ["duration"],
    });
}

const BURN_RATE = 'select_slo_burn_rate("projects/P/services/S/serviceLevelObjectives/O", "3600s")';
const SELECTOR =
  /^\s*select_slo_burn_rate\(\s*(["'])projects\/[^/"']+\/services\/[^/"']+\/serviceLevelObjectives\/[^/"']+\1\s*,\s*(["']?)([^"',)]*)\2\s*\)\s*$/;
/** Units of a look-back, in seconds; there are no days. Source: Cloud Monitoring, "Retrieving SLO data", read in 2026-11. */
const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3_600 };
/** Source: Cloud Monitoring, "Alerting on your burn rate": no alerts on more than 24 hours. */
const LOOKBACK_MOST = 86_400;
/** All that such a condition may have. Source: "Creating an alerting policy" of the SLO API, read in 2026-11. */
const BURN_RATE_FIELDS = ["filter", "comparison", "thresholdValue", "duration", "trigger"];

/** A condition on a burn rate: the selector instead of a metric, and nothing that aggregates. */
function checkBurnRate(condition: Properties, filter: string, report: ReportFailure): void {
  for (const [field, value] of Object.entries(condition))
    if (!BURN_RATE_FIELDS.includes(field) && value !== undefined && !field.startsWith("__"))
      report(
        `must not be set with select_slo_burn_rate; such a condition takes ${BURN_RATE_FIELDS.join(", ")}`,
        {
          at: [field],
        },
      );
  const lookback = SELECTOR.exec(filter)?.[3];
  if (lookback === undefined) report(`must be \`${BURN_RATE}\``, { got: filter, at: ["filter"] });
  else checkLookback(lookback, (reason) => report(reason, { got: lookback, at: ["filter"] }));
}

function checkLookback(lookback: string, report: (reason: string) => void): void {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(lookback) ?? [];
  const factor = UNITS[unit];
  if (amount === undefined || factor === undefined)
    report(`must look back by a number with one of the units ${Object.keys(UNITS).join(", ")}`);
  else if (Number(amount) * factor <= 0 || Number(amount) * factor > LOOKBACK_MOST)
    report("must look back by more than nothing and at most 24h");
}
