import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { SLO } from "../../types.ts";
import { OBJECTIVE_TYPES, type StatedObjective, statedBy } from "../stated.ts";

/** Longest rolling period that Cloud Monitoring takes, in days (monitoring v3, `rollingPeriod`). */
const CLOUD_MONITORING_MOST = 30;

const settings = z.strictObject({
  least: z.number().positive().default(7).describe("Shortest window, in days."),
  most: z.number().positive().default(92).describe("Longest window, in days. A quarter has 92 at most."),
});

function checkPeriod({ props }: Subject): Finding | undefined {
  const [rolling, calendar] = [props.at("rollingPeriodDays"), props.at("calendarPeriod")];
  if (!rolling.present && !calendar.present)
    return violation(rolling, "is not set, nor is calendarPeriod: Cloud Monitoring wants one of them");
  if (rolling.present && calendar.present)
    return violation(calendar, "is set beside rollingPeriodDays: Cloud Monitoring takes one of them");
  const days = rolling.number();
  return days === undefined || (Number.isInteger(days) && days >= 1 && days <= CLOUD_MONITORING_MOST)
    ? undefined
    : violation(rolling, `is ${days}: Cloud Monitoring takes 1 to ${CLOUD_MONITORING_MOST} whole days`);
}

function checkWindow(
  { window, days }: StatedObjective,
  { least, most }: z.output<typeof settings>,
): Finding | undefined {
  const length = days();
  // What its tool decides is 28 or 30 days.
  if (length === undefined || (length >= least && length <= most)) return undefined;
  return violation(
    window,
    length < least
      ? `is ${length} days: one bad hour breaks it, and its burn alerts have windows of minutes; use ${least} to ${most}`
      : `is ${length} days: what broke it is forgotten before it is mended; use ${least} to ${most}`,
  );
}

export const objectiveWindow: Policy = {
  id: "objective-window-sane",
  title: "An objective must be held over some weeks.",
  severity: "low",
  level: "mandatory",
  why: "A day's budget is one short failure, and the short windows of its burn alerts shrink to nothing; a year's budget forgives what users do not.",
  fix: "Use 28 or 30 days, or a calendar month.",
  example: {
    typescript: `new gcp.monitoring.Slo("availability", {
  service: "shop",
  goal: 0.995,
  rollingPeriodDays: 28,
  basicSli: { availability: { enabled: true } },
});`,
  },
  requirements: ["OS-04"],
  settings,
  types: [...OBJECTIVE_TYPES],
  check: (resource, context) => {
    const limits = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      parts(
        () => (resource.type === SLO ? checkPeriod(resource) : undefined),
        () => each(statedBy(resource), (objective) => checkWindow(objective, limits)),
      ),
    );
  },
};
