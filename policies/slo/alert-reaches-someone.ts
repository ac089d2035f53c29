import { eachAlertingRule } from "../alerts.ts";
import { parts, violation } from "../core/finding.ts";
import type { Finding, Policy, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../types.ts";

/** What Alertmanager's routes tell apart. */
const SEVERITIES = ["page", "warning", "ticket"];

function checkRule(rule: Property): Finding[] {
  const [severity, owner] = [rule.at("labels", "severity"), rule.at("labels", "owner")];
  return parts(
    () =>
      SEVERITIES.includes(severity.text() ?? "")
        ? undefined
        : violation(severity, `is ${severity.quote()}: no route leads from it; use ${SEVERITIES.join(", ")}`),
    () =>
      (owner.text() ?? "").trim() === "" ? violation(owner, "is not set: nobody answers for it") : undefined,
  );
}

function checkPolicy({ props }: Subject): Finding[] {
  const channels = props.at("notificationChannels");
  return parts(() =>
    channels.items().length > 0
      ? undefined
      : violation(channels, "has none: an incident is opened, and nobody is told"),
  );
}

export const alertReachesSomeone: Policy = {
  id: "alert-reaches-someone",
  title: "An alert must reach somebody.",
  severity: "high",
  level: "mandatory",
  why: "An alert without a channel fires in silence, and one whose severity no route knows is dropped on its way.",
  fix: "Give an alert policy notificationChannels; give a rule the labels severity (page, warning or ticket) and owner, the team that answers for it.",
  requirements: ["OS-05", "EA-16"],
  types: [PROMETHEUS_RULE, ALERT_POLICY],
  check: (resource) =>
    resource.type === PROMETHEUS_RULE
      ? parts(() => eachAlertingRule(resource, checkRule))
      : checkPolicy(resource),
};
