import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { ResourcePolicy } from "../../core/policy.ts";
import { ALERT_POLICY, NOTIFICATION_CHANNEL } from "../../types.ts";

const PROBLEMS: Readonly<Record<string, string>> = {
  [ALERT_POLICY]: "is false: it watches nothing",
  [NOTIFICATION_CHANNEL]: "is false: what is sent to it reaches nobody",
};

export const alertEnabled: ResourcePolicy = {
  id: "alert-enabled",
  title: "An alert policy and its channels must be turned on.",
  severity: "high",
  level: "mandatory",
  why: "Turned off for one noisy night, it stays so: everything looks watched, and nobody is told.",
  fix: "Leave `enabled` out, or take the policy or the channel away. For a night, snooze it: a snooze ends by itself.",
  example: {
    typescript: `new gcp.monitoring.NotificationChannel("oncall", {
  displayName: "shop: on call",
  type: "pagerduty",
  sensitiveLabels: { serviceKey: key },
});`,
  },
  requirements: ["OS-05", "EA-16"],
  types: [ALERT_POLICY, NOTIFICATION_CHANNEL],
  check: (resource) =>
    adviceOutsideProduction(
      resource,
      parts(() => {
        const at = resource.props.at("enabled");
        return at.flag() === false ? violation(at, PROBLEMS[resource.type] ?? "is false") : undefined;
      }),
    ),
};
