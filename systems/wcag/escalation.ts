import type { Escalation } from "../../components/alerting/escalation.ts";

/** Whom what reaches (WC-01): PagerDuty for what is urgent, mail for the rest. Secrets are files that Alertmanager has. */
export const WCAG_ESCALATION: Escalation<string> = {
  channels: {
    pagerduty: { kind: "pagerduty", key: "wcag-pagerduty-key" },
    email: { kind: "email", to: "alerts@wcag.example" },
  },
  levels: {
    page: { priority: "P1", within: "5 min", channels: ["pagerduty"] },
    warning: { priority: "P2", within: "1 h", channels: ["email"] },
    ticket: { priority: "P3", within: "24 h", channels: ["email"] },
  },
};
