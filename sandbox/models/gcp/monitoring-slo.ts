import type { ResourceModel, Rule } from "../model.ts";
import {
  DELETION_POLICIES,
  exactly,
  integer,
  labels,
  length,
  number,
  pattern,
  projectId,
  seconds,
  secondsOf,
} from "../rules.ts";
import { isObject, UNKNOWN } from "../values.ts";
import { monitoringId, numberedName } from "./monitoring-service.ts";

const DAY_SECONDS = 86_400;

/** More than 0, and at most 0.9999. Source: Cloud Monitoring v3 discovery document, 2026-01. */
const goal: Rule = (value, report) => {
  if (typeof value === "number" && !(value > 0 && value <= 0.9999))
    report("must be more than 0 and at most 0.9999", { got: value });
};

/** One end or both, the lower one first. */
const range: Rule = (value, report) => {
  if (!isObject(value)) return;
  const { min, max } = value;
  if (min === undefined && max === undefined) report("needs min, max or both");
  if (typeof min === "number" && typeof max === "number" && min > max)
    report(`must be at most max, which is ${max}`, { got: min, at: ["min"] });
};

/** A window of at least a minute that divides a day into equal parts. Source: as above. */
const windowPeriod: readonly Rule[] = [
  seconds(60, DAY_SECONDS),
  (value, report) => {
    const length = secondsOf(value);
    if (length !== undefined && length >= 60 && length <= DAY_SECONDS && DAY_SECONDS % length !== 0)
      report("must divide a day (86400s) into equal parts", { got: value });
  },
];

const isTrue: Rule = (value, report) => {
  if (value === false) report("must be true", { got: value });
};

/** What holds of an indicator on requests, wherever it stands. */
function requestRules(at: string): Record<string, Rule> {
  return {
    [at]: exactly(["goodTotalRatio", "distributionCut"]),
    [`${at}.goodTotalRatio`]: exactly(["goodServiceFilter", "badServiceFilter", "totalServiceFilter"], [], 2),
    [`${at}.distributionCut.distributionFilter`]: length(1, 2048),
    [`${at}.distributionCut.range`]: range,
  };
}

/** What holds of an indicator that the service type itself brings, wherever it stands. */
function basicRules(at: string): Record<string, Rule> {
  return {
    [at]: exactly(["availability", "latency"]),
    [`${at}.availability.enabled`]: isTrue,
    [`${at}.latency.threshold`]: seconds(0),
  };
}

const indicators = ["basicSli", "requestBasedSli", "windowsBasedSli"];
const threshold = "windowsBasedSli.goodTotalRatioThreshold";

export const slo: ResourceModel = {
  token: "gcp:monitoring/slo:Slo",
  values: { deletionPolicy: DELETION_POLICIES },
  required: ["windowsBasedSli.windowPeriod"],
  rules: {
    goal,
    sloId: monitoringId,
    service: pattern(/^[^/]+$/, "the id of a service, not its name `projects/…`"),
    project: projectId,
    displayName: length(0, 512),
    userLabels: labels,
    rollingPeriodDays: integer(1, 30, "days"),
    ...basicRules("basicSli"),
    ...requestRules("requestBasedSli"),
    windowsBasedSli: exactly([
      "goodBadMetricFilter",
      "goodTotalRatioThreshold",
      "metricMeanInRange",
      "metricSumInRange",
    ]),
    "windowsBasedSli.windowPeriod": windowPeriod,
    "windowsBasedSli.metricMeanInRange.range": range,
    "windowsBasedSli.metricSumInRange.range": range,
    [threshold]: exactly(["performance", "basicSliPerformance"]),
    [`${threshold}.threshold`]: number(0, 1),
    ...requestRules(`${threshold}.performance`),
    ...basicRules(`${threshold}.basicSliPerformance`),
  },
  check: (inputs, report) => {
    exactly(["rollingPeriodDays", "calendarPeriod"], ["rollingPeriodDays"])(inputs, report);
    exactly(indicators, ["requestBasedSli"])(inputs, report);
  },
  replaceOn: ["service", "sloId", "project"],
  defaults: {
    deletionPolicy: "DELETE",
    "basicSli.availability.enabled": true,
    [`${threshold}.basicSliPerformance.availability.enabled`]: true,
  },
  id: (_context, outputs) => String(outputs.name),
  outputs: (context) => {
    const service = context.text("service");
    const id = context.text("sloId") || context.keep("sloId", () => context.hex("objective", 22));
    return service === UNKNOWN
      ? { sloId: id, name: context.keep("name", () => UNKNOWN) }
      : numberedName(context, `services/${service}/serviceLevelObjectives/`, "sloId", id);
  },
};
