import type { Escalation } from "../../components/alerting/escalation.ts";
import type { OnesourceEnvironment } from "./environments.ts";

/** Whom what reaches, and how soon somebody answers (OS-05). Secrets are files that Alertmanager has, by their name. */
export function onesourceEscalation({ alerts }: OnesourceEnvironment): Escalation<string> {
  return {
    channels: {
      pagerduty: { kind: "pagerduty", key: "onesource-pagerduty-key" },
      slack: { kind: "slack", channel: alerts.slack, webhook: "onesource-slack-webhook" },
      email: { kind: "email", to: alerts.email },
    },
    levels: {
      page: { priority: "P1", within: "5 min", channels: ["pagerduty", "slack"] },
      warning: { priority: "P2", within: "1 h", channels: ["slack", "email"] },
      ticket: { priority: "P3", within: "24 h", channels: ["email"] },
    },
  };
}
