import type { Escalation } from "../../components/alerting/escalation.ts";

/**
 * Whom what reaches, and how soon somebody answers (P8-06): P1 a Discord channel, the page and an SMS, P2 mail, P3 a ticket.
 * Secrets are files that Alertmanager has, by their name. The number and the addresses stand for the on-call rota's.
 */
export const PHASE8_ESCALATION: Escalation<string> = {
  channels: {
    discord: { kind: "discord", webhook: "phase8-discord-webhook" },
    pagerduty: { kind: "pagerduty", key: "phase8-pagerduty-key" },
    sms: {
      kind: "sms",
      number: "+15555550108",
      gateway: { address: "https://sms.phase8.example/alertmanager", token: "phase8-sms-token" },
    },
    email: { kind: "email", to: "oncall@phase8.example" },
    tickets: {
      kind: "tickets",
      address: "https://tickets.phase8.example/alertmanager",
      token: "phase8-tickets-token",
    },
  },
  levels: {
    page: { priority: "P1", within: "5 min", channels: ["discord", "pagerduty", "sms"] },
    warning: { priority: "P2", within: "15 min", channels: ["email"] },
    ticket: { priority: "P3", within: "1 h", channels: ["tickets"] },
  },
};
