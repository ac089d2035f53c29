import type { Severity } from "../../components/alerting/alert.ts";
import type { Channel } from "../../components/alerting/escalation.ts";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { windowText } from "../../components/objectives/promise.ts";

/** `backend/availability` */
export function objectiveName(service: string, objective: string): string {
  return `${service}/${objective}`;
}

/** `page (P1, answer within 5 min)` */
export function severityText({ escalation }: MonitoringFacts, severity: Severity): string {
  const { priority, within } = escalation.levels[severity];
  return `${severity} (${priority}, answer within ${within})`;
}

/** Whose budget it is: `the month's`, `the 7 days'`. */
export function budgetText(objective: Parameters<typeof windowText>[0]): string {
  if (objective.calendar === true || objective.windowDays === 30) return "the month's budget";
  return objective.windowDays === 1 ? "the day's budget" : `the budget of ${windowText(objective)}`;
}

const KINDS: Readonly<Record<Channel<string>["kind"], string>> = {
  pagerduty: "PagerDuty",
  slack: "Slack",
  discord: "Discord",
  sms: "SMS",
  email: "e-mail",
  tickets: "tickets",
};

/** Where a message goes, by kind: never an address, a number or a key. */
export function channelText(channel: Channel<string>): string {
  return channel.kind === "slack" ? `${KINDS.slack} (${channel.channel})` : KINDS[channel.kind];
}
