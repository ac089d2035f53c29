import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ALERT_POLICY, CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING, PYRRA } from "../../types.ts";
import { DAY, durationAt, timeText } from "../duration.ts";
import { eachService, objectivesOf } from "../facts.ts";
import { burnConditions } from "./burn.ts";

/** Shortest range that a rate means something over: four scrapes, 15 s apart. */
const SHORTEST = 60;

/** Longest lookback of a burn rate in Cloud Monitoring (quoted by its users in 2022; PromQL has none). */
const LONGEST_LOOKBACK = DAY;

/** Pyrra's shortest window is a part of 28 × 24 × 12 of the objective's, rounded to whole minutes. */
const PYRRA_PARTS = 28 * 24 * 12;

function checkTier(tier: Property, days: number): readonly Finding[] {
  const [long, short] = [durationAt(tier.at("long")), durationAt(tier.at("short"))];
  return [
    ...(short !== undefined && short < SHORTEST
      ? [
          violation(
            tier.at("short"),
            `is ${timeText(short)}: a rate needs a minute at least, four scrapes 15 s apart`,
          ),
        ]
      : []),
    ...(long !== undefined && short !== undefined && long <= short
      ? [
          violation(
            tier.at("long"),
            `is ${timeText(long)}, no longer than the short window; a twelfth is usual`,
          ),
        ]
      : []),
    ...(long !== undefined && long > days * DAY
      ? [violation(tier.at("long"), `is ${timeText(long)}, longer than the objective's own ${days} days`)]
      : []),
  ];
}

function checkObjective(objective: Property): readonly Finding[] {
  const days = objective.at("windowDays").number() ?? 30;
  return each(objective.at("alerting", "tiers").items(), (tier) => checkTier(tier, days));
}

function checkPyrra({ props }: Subject): Finding | undefined {
  const at = props.at("spec", "window");
  const seconds = durationAt(at);
  return seconds === undefined || Math.round(seconds / PYRRA_PARTS / 60) >= 1
    ? undefined
    : violation(
        at,
        `is ${timeText(seconds)}: the short window of its fastest alert rounds to nothing; use 3d or longer`,
      );
}

function checkPolicy(policy: Subject): Finding[] {
  return each(burnConditions(policy), ({ filter, lookbackSeconds }) => {
    if (lookbackSeconds === undefined)
      return violation(filter, 'names no lookback that Cloud Monitoring reads, such as "3600s"');
    if (lookbackSeconds < SHORTEST)
      return violation(
        filter,
        `looks back ${timeText(lookbackSeconds)}: a burn rate needs a minute at least`,
      );
    return lookbackSeconds > LONGEST_LOOKBACK
      ? violation(
          filter,
          `looks back ${timeText(lookbackSeconds)}, and Cloud Monitoring's burn rates 24 h at most; ask by PromQL for longer`,
        )
      : undefined;
  });
}

function check(resource: Subject): readonly Finding[] {
  if (resource.type === PYRRA) return parts(() => checkPyrra(resource));
  if (resource.type === ALERT_POLICY) return parts(() => checkPolicy(resource));
  return eachService(resource, (facts) => each(objectivesOf(facts), checkObjective));
}

export const burnWindows: ResourcePolicy = {
  id: "burn-alert-windows-measurable",
  title: "The windows of a burn alert must be long enough to measure, and short enough to be answered.",
  severity: "medium",
  level: "mandatory",
  why: "A window below a minute holds no two scrapes and rounds to nothing; one above what the monitoring looks back is refused when it is deployed.",
  fix: "Use the SRE workbook's: 1 h and 5 m, 6 h and 30 m; 3 d and 6 h by PromQL.",
  example: {
    typescript: `new gcp.monitoring.AlertPolicy("burn", {
  displayName: "shop: availability burns",
  combiner: "AND",
  conditions: ["3600s", "300s"].map((lookback) => ({
    displayName: \`burn rate over \${lookback}\`,
    conditionThreshold: {
      filter: pulumi.interpolate\`select_slo_burn_rate("\${slo.name}", "\${lookback}")\`,
      comparison: "COMPARISON_GT",
      thresholdValue: 14.4,
      duration: "0s",
    },
  })),
});`,
  },
  requirements: ["OS-05"],
  types: [CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING, PYRRA, ALERT_POLICY],
  check,
};
