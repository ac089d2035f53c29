import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Subject } from "../../core/policy.ts";
import { SLO } from "../../types.ts";
import { DAY, figure, timeText } from "../duration.ts";
import { OBJECTIVE_TYPES, type StatedObjective, statedBy } from "../stated.ts";

/** Kinds that say how often users are served well. How much a cache answers, or how full a disk is, may be any share. */
const OF_USERS: readonly (string | undefined)[] = ["availability", "latency", "health", undefined];

/** Highest goal that Cloud Monitoring takes (monitoring v3, `ServiceLevelObjective.goal`). */
const CLOUD_MONITORING_MOST = 99.99;

const settings = z.strictObject({
  least: z
    .number()
    .min(0)
    .max(100)
    .default(90)
    .describe("Lowest target of what users are promised, in percent."),
  most: z
    .number()
    .min(0)
    .max(100)
    .default(99.99)
    .describe("Highest target that is believed without a word, in percent."),
});

function checkObjective(
  { type }: Subject,
  objective: StatedObjective,
  { least, most }: z.output<typeof settings>,
): Finding | undefined {
  const { target, kind } = objective;
  const percent = objective.percent();
  if (percent === undefined) return violation(target, "is not set: nothing says how much may fail");
  const value = `is ${target.quote()}`;
  if (percent >= 100)
    return violation(target, `${value}: that leaves no error budget, and no change keeps it`);
  if (percent <= 0) return violation(target, `${value}: that promises nothing`);
  if (type === SLO && percent > CLOUD_MONITORING_MOST)
    return violation(target, `${value}, and Cloud Monitoring takes 0.9999 at most`);
  if (percent < least && OF_USERS.includes(kind))
    return violation(target, `${value}: below ${least} %, what users are promised is worth little`);
  if (percent <= most) return undefined;
  const month = timeText(Math.round((1 - percent / 100) * 30 * DAY));
  return {
    ...violation(
      target,
      `${value}: above ${figure(most)} %, ${month} in 30 days are all that may fail, less than anyone needs to react`,
    ),
    level: "advisory",
  };
}

function check(resource: Subject, context: Context): readonly Finding[] {
  const limits = context.settings(settings);
  return adviceOutsideProduction(
    resource,
    parts(() => each(statedBy(resource), (objective) => checkObjective(resource, objective, limits))),
  );
}

export const objectiveTarget: Policy = {
  id: "objective-target-sane",
  title: "An objective's target must leave an error budget, and promise something.",
  severity: "medium",
  level: "mandatory",
  why: "At 100 % the first failure breaks the promise for a month, so nobody heeds it; far below 90 % it is kept while users leave. Both make alerts and release gates that say nothing.",
  fix: "Take what users notice and the service keeps now: 99.5 or 99.9 % of requests, 95 % of them in time.",
  example: {
    typescript: `new gcp.monitoring.Slo("availability", {
  service: "shop",
  goal: 0.995,
  rollingPeriodDays: 30,
  basicSli: { availability: { enabled: true } },
});`,
  },
  requirements: ["OS-04"],
  settings,
  types: [...OBJECTIVE_TYPES],
  check,
};
