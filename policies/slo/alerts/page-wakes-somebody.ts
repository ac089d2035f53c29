import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, notEvaluated, parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { UnknownRead } from "../../core/unknown.ts";
import { named } from "../../references.ts";
import { ALERT_POLICY, MONITORING, NOTIFICATION_CHANNEL } from "../../types.ts";

const settings = z.strictObject({
  waking: z
    .array(z.string().min(1))
    .default([
      "pagerduty",
      "opsgenie",
      "sms",
      "webhook_tokenauth",
      "webhook_basicauth",
      "webhook",
      "pubsub",
      "campfire",
    ])
    .describe("Types of channel that wake somebody, or hand over to what does."),
});

/**
 * Channels of an alert policy: by name, or, where names are not known yet, by what they were made from. Undefined stands for
 * one that is not in the stack.
 */
function channelsOf(stack: Stack, policy: Subject): readonly (Subject | undefined)[] {
  const at = policy.props.at("notificationChannels");
  const madeFrom = policy.propertyDependencies?.notificationChannels ?? [];
  const sources = stack.ofType(NOTIFICATION_CHANNEL).filter(({ urn }) => madeFrom.includes(urn));
  const list = at.items();
  return list.flatMap((item) => {
    if (!item.known) {
      if (sources.length === 0) throw new UnknownRead(item.path, item.urn);
      return sources;
    }
    const found = named(stack, item.text() ?? "", [NOTIFICATION_CHANNEL], ["name", "id"]);
    return [found];
  });
}

function checkPolicy(stack: Stack, policy: Subject, waking: readonly string[]): Finding | undefined {
  const { props } = policy;
  const isPage = (props.at("userLabels", "severity").text() ?? props.at("severity").text()) === "page";
  if (!isPage || !isProduction(policy)) return undefined;
  const channels = channelsOf(stack, policy);
  if (channels.length === 0) return undefined;
  const types = [...new Set(channels.flatMap((channel) => channel?.props.at("type").text() ?? []))];
  if (types.some((type) => waking.includes(type))) return undefined;
  return channels.includes(undefined)
    ? notEvaluated(
        policy.urn,
        "one of its channels is not in the stack, so it can't be told whether that wakes somebody",
      )
    : violation(
        props.at("notificationChannels"),
        `are of the types ${types.join(", ")} only, which wake nobody; a page needs one of ${waking.join(", ")}`,
      );
}

function checkMonitoring({ props }: Subject, waking: readonly string[]): Finding[] {
  const escalation = props.at("escalation");
  return parts(() => {
    const at = escalation.at("levels", "page", "channels");
    const names = at.items().map((name) => name.text() ?? "?");
    if (names.length === 0) return violation(at, "has none: a page reaches nobody");
    const missing = names.filter((name) => !escalation.at("channels", name).present);
    if (missing.length > 0) return violation(at, `names ${missing.join(", ")}, and there is no such channel`);
    const types = names.map((name) => escalation.at("channels", name, "kind").text() ?? "?");
    return types.some((type) => waking.includes(type))
      ? undefined
      : violation(at, `are of the kinds ${types.join(", ")} only, which wake nobody`);
  });
}

export const pageWakesSomebody: Policy = {
  id: "page-wakes-somebody",
  title: "A page must go to a channel that wakes somebody.",
  severity: "high",
  level: "mandatory",
  why: "A mail at three in the morning is read at nine. A page that only writes is a ticket with a louder name.",
  fix: "Add a PagerDuty, SMS or webhook channel to whatever pages, or call its severity a ticket.",
  example: {
    typescript: `const oncall = new gcp.monitoring.NotificationChannel("oncall", {
  type: "pagerduty",
  sensitiveLabels: { serviceKey: key },
});
new gcp.monitoring.AlertPolicy("errors", {
  displayName: "shop: more than 1 % of requests fail",
  combiner: "OR",
  userLabels: { severity: "page" },
  notificationChannels: [oncall.name],
  conditions: [],
});`,
  },
  requirements: ["OS-05", "P8-06"],
  settings,
  types: [ALERT_POLICY, NOTIFICATION_CHANNEL, MONITORING],
  check: (resource, context) =>
    resource.type === MONITORING && isProduction(resource)
      ? checkMonitoring(resource, context.settings(settings).waking)
      : [],
  checkStack: (stack: Stack, context: Context) => {
    const { waking } = context.settings(settings);
    return each(stack.ofType(ALERT_POLICY), (policy) => parts(() => checkPolicy(stack, policy, waking)));
  },
};
