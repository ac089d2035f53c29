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

type Settings = z.output<typeof settings>;

function checkSeverity(rule: Property, { severities }: Settings, isOwn: boolean): Finding | undefined {
  const severity = rule.at("labels", "severity");
  const known = isOwn ? severities : [...severities, ...CUSTOMARY];
  return known.includes(severity.text() ?? "")
    ? undefined
    : violation(severity, `is ${severity.quote()}: no route leads from it; use ${severities.join(", ")}`);
}

/** The label of a rule that should name who answers for it, where none does. */
function missingOwner(rule: Property, { owners }: Settings): Property | undefined {
  const labels = rule.at("labels");
  return owners.some((owner) => (labels.at(owner).text() ?? "").trim() !== "")
    ? undefined
    : labels.at(owners[0] ?? "owner");
}

function checkOwnRule(rule: Property, chosen: Settings): Finding[] {
  return parts(
    () => checkSeverity(rule, chosen, true),
    () => {
      const owner = missingOwner(rule, chosen);
      return owner && violation(owner, "is not set: nobody answers for it");
    },
  );
}

/**
 * Rules that Slipway didn't make. Where Alertmanager leads them, by a namespace perhaps, can't be seen here: that is advice,
 * and of owners it is given once, as whoever names none names none in a hundred rules.
 */
function checkOthersRules(resource: Subject, chosen: Settings): Finding[] {
  const missing: Property[] = [];
  const found = eachAlertingRule(resource, (rule) =>
    parts(
      () => {
        const severity = checkSeverity(rule, chosen, false);
        return severity && { ...severity, level: "advisory" };
      },
      () => {
        const owner = missingOwner(rule, chosen);
        if (owner !== undefined) missing.push(owner);
        return undefined;
      },
    ),
  );
  const [first, ...rest] = missing;
  if (first === undefined) return found;
  const others =
    rest.length === 0 ? "" : `, nor for ${rest.length} other ${rest.length === 1 ? "alert" : "alerts"}`;
  return [...found, { ...violation(first, `is not set: nobody answers for it${others}`), level: "advisory" }];
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
      return by.text() === "slipway"
        ? eachAlertingRule(resource, (rule) => checkOwnRule(rule, chosen))
        : checkOthersRules(resource, chosen);
    });
  },
};
