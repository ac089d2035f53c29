import { describe, expect, test } from "vitest";
import { alertmanagerConfig } from "../../../components/alerting/alertmanager.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { PHASE8_ESCALATION } from "../../../systems/phase8/escalation.ts";
import { shop } from "../open-slo/support.ts";

const phase8: MonitoringFacts = { ...shop({}), system: "phase8", escalation: PHASE8_ESCALATION };
const SECRETS = "/etc/alertmanager/secrets";
const GROUP = ["environment", "system", "service", "concern"];
const TITLE =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ len .Alerts.Firing }}{{ end }}] {{ .CommonAnnotations.summary }}';
const TEXT =
  '{{ range .Alerts }}{{ .Annotations.description }}\nBegan: {{ .StartsAt.UTC.Format "2006-01-02 15:04 MST" }}{{ if eq .Status "resolved" }}, ended: {{ .EndsAt.UTC.Format "2006-01-02 15:04 MST" }}{{ end }}\nRunbook: {{ .Annotations.runbook_url }}\n{{ end }}';

/** A webhook's part: its address, and its token's file. */
const webhook = (url: string, token: string) => ({
  url,
  send_resolved: true,
  http_config: { authorization: { credentials_file: `${SECRETS}/${token}` } },
});

describe("an Alertmanager's configuration", () => {
  const config = alertmanagerConfig([phase8]);

  test("P8-06 routes by severity: a page after half a minute, and what has no severity as a warning", () => {
    expect(config).toMatchObject({
      route: {
        receiver: "phase8-warning",
        group_by: GROUP,
        routes: [
          {
            matchers: ['system="phase8"'],
            receiver: "phase8-warning",
            routes: [
              {
                matchers: ['severity="page"'],
                receiver: "phase8-page",
                group_wait: "30s",
                group_interval: "5m",
                repeat_interval: "1h",
              },
              {
                matchers: ['severity="warning"'],
                receiver: "phase8-warning",
                group_wait: "1m30s",
                group_interval: "15m",
                repeat_interval: "3h",
              },
              {
                matchers: ['severity="ticket"'],
                receiver: "phase8-ticket",
                group_wait: "6m",
                group_interval: "1h",
                repeat_interval: "12h",
              },
            ],
          },
        ],
      },
    });
  });

  test("P8-06 sends a page to Discord, PagerDuty and the SMS gateway, a warning by mail, and opens a ticket", () => {
    expect(config).toMatchObject({
      receivers: [
        {
          name: "phase8-page",
          slack_configs: [
            {
              api_url_file: `${SECRETS}/phase8-discord-webhook`,
              send_resolved: true,
              title: TITLE,
              text: TEXT,
            },
          ],
          pagerduty_configs: [
            {
              routing_key_file: `${SECRETS}/phase8-pagerduty-key`,
              severity: "critical",
              description: TITLE,
              details: { description: TEXT },
              client: "Alertmanager",
            },
          ],
          webhook_configs: [webhook("https://sms.phase8.example/alertmanager", "phase8-sms-token")],
        },
        {
          name: "phase8-warning",
          email_configs: [
            {
              to: "oncall@phase8.example",
              from: "oncall@phase8.example",
              smarthost: "localhost:25",
              require_tls: false,
              send_resolved: true,
              headers: { Subject: TITLE },
              text: TEXT,
              html: "",
            },
          ],
        },
        {
          name: "phase8-ticket",
          webhook_configs: [webhook("https://tickets.phase8.example/alertmanager", "phase8-tickets-token")],
        },
      ],
    });
  });

  test("P8-06 is silent about what is less bad while what is worse is told, of the same concern", () => {
    expect(config).toMatchObject({
      inhibit_rules: [
        {
          source_matchers: ['severity="page"'],
          target_matchers: ['severity=~"warning|ticket"'],
          equal: GROUP,
        },
        { source_matchers: ['severity="warning"'], target_matchers: ['severity=~"ticket"'], equal: GROUP },
      ],
    });
  });

  test("P8-06 of several systems has each one's routes and receivers, and the first one's for what is nobody's", () => {
    expect(alertmanagerConfig([shop({}), phase8])).toMatchObject({
      route: {
        receiver: "shop-warning",
        routes: [{ matchers: ['system="shop"'] }, { matchers: ['system="phase8"'] }],
      },
      receivers: [
        "shop-page",
        "shop-warning",
        "shop-ticket",
        "phase8-page",
        "phase8-warning",
        "phase8-ticket",
      ].map((name) => ({ name })),
    });
  });

  test("P8-06 sends mail by a server that asks for a password, which stays in its file", () => {
    const mail = {
      server: "mail.shop.example:587",
      from: "alerts@shop.example",
      user: "alerts",
      password: "shop-mail",
    };
    const { receivers } = alertmanagerConfig([
      { ...phase8, escalation: { ...PHASE8_ESCALATION, mail } },
    ]) as unknown as { receivers: { email_configs?: unknown[] }[] };
    expect(receivers.flatMap(({ email_configs = [] }) => email_configs)).toMatchObject([
      {
        to: "oncall@phase8.example",
        from: "alerts@shop.example",
        smarthost: "mail.shop.example:587",
        auth_username: "alerts",
        auth_password_file: `${SECRETS}/shop-mail`,
      },
    ]);
  });
});
