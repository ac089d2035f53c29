import { z } from "zod";
import { eachAlertingRule } from "../alerts.ts";
import { parts, violation } from "../core/finding.ts";
import type { Finding, Policy, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../types.ts";

const settings = z.strictObject({
  severities: z
    .array(z.string().min(1))
    .min(1)
    .default(["page", "warning", "ticket"])
    .describe("Severities that Alertmanager's routes tell apart."),
  owners: z
    .array(z.string().min(1))
    .min(1)
    .default(["owner", "team"])
    .describe("Labels of a rule that name who answers for it."),
});

/** Who makes an object, by the label that Kubernetes recommends for it. */
const MANAGED_BY = "app.kubernetes.io/managed-by";

/** What others' routes tell apart by custom; Slipway makes its own routes, so that it knows what its rules may say. */
const CUSTOMARY = ["critical", "info", "none"];

function checkRule(
  rule: Property,
  { severities, owners }: z.output<typeof settings>,
  isOwn: boolean,
): Finding[] {
  const [severity, labels] = [rule.at("labels", "severity"), rule.at("labels")];
  const known = isOwn ? severities : [...severities, ...CUSTOMARY];
  return parts(
    () =>
      known.includes(severity.text() ?? "")
        ? undefined
        : violation(severity, `is ${severity.quote()}: no route leads from it; use ${severities.join(", ")}`),
    () =>
      owners.some((owner) => (labels.at(owner).text() ?? "").trim() !== "")
        ? undefined
        : violation(labels.at(owners[0] ?? "owner"), "is not set: nobody answers for it"),
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
          for: 1m
          labels: { severity: page, owner: shop }`,
  },
  requirements: ["OS-05", "EA-16"],
  settings,
  types: [PROMETHEUS_RULE, ALERT_POLICY],
  check: (resource, context) => {
    if (resource.type !== PROMETHEUS_RULE) return checkPolicy(resource);
    const chosen = context.settings(settings);
    const by = resource.props.at("metadata", "labels", MANAGED_BY);
    return parts(() => {
      const isOwn = by.text() === "slipway";
      return eachAlertingRule(resource, (rule) => checkRule(rule, chosen, isOwn));
    });
  },
};
