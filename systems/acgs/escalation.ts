import type { Escalation } from "../../components/alerting/escalation.ts";

/** Whom what reaches. Secrets are files that Alertmanager has, by their name. */
export const ACGS_ESCALATION: Escalation<string> = {
  channels: {
    pagerduty: { kind: "pagerduty", key: "acgs-pagerduty-key" },
    email: { kind: "email", to: "alerts@acgs.example" },
  },
  levels: {
    page: { priority: "P1", within: "5 min", channels: ["pagerduty"] },
    warning: { priority: "P2", within: "1 h", channels: ["email"] },
    ticket: { priority: "P3", within: "24 h", channels: ["email"] },
  },
};
