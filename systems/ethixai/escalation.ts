import type { Escalation } from "../../components/alerting/escalation.ts";
import type { EthixaiEnvironment } from "./environments.ts";

/** Whom what reaches, and how soon somebody answers (EA-16). `Key`: a channel's secret, or its id in Secret Manager. */
export function escalation<Key>(
  { slackChannel, alertsEmail }: EthixaiEnvironment,
  { pagerdutyKey, slackToken }: { readonly pagerdutyKey: Key; readonly slackToken: Key },
): Escalation<Key | string> {
  return {
    channels: {
      pagerduty: { kind: "pagerduty", key: pagerdutyKey },
      // The token is Cloud Monitoring's; where it runs in a cluster, Alertmanager has the webhook in a file of this name.
      slack: { kind: "slack", channel: slackChannel, token: slackToken, webhook: "ethixai-slack-webhook" },
      email: { kind: "email", to: alertsEmail },
    },
    levels: {
      page: { priority: "P1", within: "5 min", channels: ["pagerduty", "slack"] },
      warning: { priority: "P2", within: "1 h", channels: ["slack", "email"] },
      ticket: { priority: "P3", within: "24 h", channels: ["slack", "email"] },
    },
  };
}
