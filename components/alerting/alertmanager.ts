import { promDuration } from "../objectives/promql.ts";
import { seconds } from "../units.ts";
import { SEVERITIES, type Severity } from "./alert.ts";
import type { Channel, EscalationLevel } from "./escalation.ts";
import type { MonitoringFacts } from "./facts.ts";

/** Folder that Alertmanager reads its secrets from: one file for each, by its id in Secret Manager. */
const SECRETS = "/etc/alertmanager/secrets";

/** Alerts of one of these together are one message. */
const GROUP = ["environment", "system", "service", "concern"];

const TITLE =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ len .Alerts.Firing }}{{ end }}] {{ .CommonAnnotations.summary }}';

/** Message of every channel that takes text: what, how bad, since when, what to do first, as the alert says it. */
const TEXT = [
  "{{ range .Alerts }}{{ .Annotations.description }}",
  'Began: {{ .StartsAt.UTC.Format "2006-01-02 15:04 MST" }}{{ if eq .Status "resolved" }}, ended: {{ .EndsAt.UTC.Format "2006-01-02 15:04 MST" }}{{ end }}',
  "Runbook: {{ .Annotations.runbook_url }}",
  "{{ end }}",
].join("\n");

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** Where a secret is, for Alertmanager; never what it is. */
function secretFile(id: string): string {
  return `${SECRETS}/${id}`;
}

function webhook(address: string, token: string): Json {
  return {
    url: address,
    send_resolved: true,
    http_config: { authorization: { credentials_file: secretFile(token) } },
  };
}

/** Severities in PagerDuty's words. */
const PAGERDUTY: Readonly<Record<Severity, string>> = {
  page: "critical",
  warning: "warning",
  ticket: "info",
};

/** What one channel is in a receiver: its kind of configuration, and that. */
function receiverPart(
  { escalation }: MonitoringFacts,
  channel: Channel<string>,
  severity: Severity,
): [string, Json][] {
  switch (channel.kind) {
    case "pagerduty":
      return [
        [
          "pagerduty_configs",
          {
            routing_key_file: secretFile(channel.key),
            severity: PAGERDUTY[severity],
            description: TITLE,
            details: { description: TEXT },
            client: "Alertmanager",
          },
        ],
      ];
    case "slack":
      if (channel.webhook === undefined) return [];
      return [
        [
          "slack_configs",
          {
            api_url_file: secretFile(channel.webhook),
            channel: channel.channel,
            send_resolved: true,
            title: TITLE,
            text: TEXT,
          },
        ],
      ];
    case "discord":
      // By Discord's address for Slack's messages: every Alertmanager reads that one's secret from a file.
      return [
        [
          "slack_configs",
          { api_url_file: secretFile(channel.webhook), send_resolved: true, title: TITLE, text: TEXT },
        ],
      ];
    case "sms":
      if (channel.gateway === undefined) return [];
      return [["webhook_configs", webhook(channel.gateway.address, channel.gateway.token)]];
    case "tickets":
      return [["webhook_configs", webhook(channel.address, channel.token)]];
    case "email":
      return [["email_configs", mailPart(escalation.mail, channel.to)]];
  }
}

function mailPart(mail: MonitoringFacts["escalation"]["mail"], to: string): Json {
  const message = { to, send_resolved: true, headers: { Subject: TITLE }, text: TEXT, html: "" };
  if (mail === undefined) {
    return { ...message, from: to, smarthost: "localhost:25", require_tls: false };
  }
  return {
    ...message,
    from: mail.from,
    smarthost: mail.server,
    auth_username: mail.user,
    auth_password_file: secretFile(mail.password),
  };
}

function receiverName(system: string, severity: Severity): string {
  return `${system}-${severity}`;
}

function receiver(facts: MonitoringFacts, severity: Severity): Json {
  const { channels, levels } = facts.escalation;
  const parts = levels[severity].channels.flatMap((name) =>
    receiverPart(facts, channels[name] as Channel<string>, severity),
  );
  const byKind = Map.groupBy(parts, ([kind]) => kind);
  return {
    name: receiverName(facts.system, severity),
    ...Object.fromEntries([...byKind].map(([kind, each]) => [kind, each.map(([, part]) => part)])),
  };
}

/**
 * How long messages wait, from the time within which somebody answers: the first for a tenth of it, so that what belongs
 * together comes together; the next as long as it; and the same again after twelve times as long.
 */
function timing({ within }: EscalationLevel): Record<string, Json> {
  const answer = seconds(within);
  return {
    group_wait: promDuration(answer / 10),
    group_interval: promDuration(answer),
    repeat_interval: promDuration(answer * 12),
  };
}

/** The routes of one system: one for each severity; what has none is a warning. */
function systemRoute({ system, escalation }: MonitoringFacts): Json {
  return {
    matchers: [`system="${system}"`],
    receiver: receiverName(system, "warning"),
    routes: SEVERITIES.map((severity) => ({
      matchers: [`severity="${severity}"`],
      receiver: receiverName(system, severity),
      ...timing(escalation.levels[severity]),
    })),
  };
}

/** Nobody is told of what is less bad while they are told of what is worse, of the same concern. */
const INHIBIT = [
  { source: "page", targets: "warning|ticket" },
  { source: "warning", targets: "ticket" },
].map(({ source, targets }) => ({
  source_matchers: [`severity="${source}"`],
  target_matchers: [`severity=~"${targets}"`],
  equal: GROUP,
}));

/**
 * Alertmanager's configuration for the systems of a stack. Secrets are named by the file they are in, one for each id in
 * Secret Manager. What belongs to no system goes where the first system's warnings go.
 */
export function alertmanagerConfig(systems: readonly MonitoringFacts[]): Json {
  return {
    route: {
      receiver: receiverName(systems[0]?.system ?? "", "warning"),
      group_by: GROUP,
      routes: systems.map(systemRoute),
    },
    inhibit_rules: INHIBIT,
    receivers: systems.flatMap((facts) => SEVERITIES.map((severity) => receiver(facts, severity))),
  };
}

/** Channels that Alertmanager can't reach as they are declared, each with what it wants; such a level would be silent. */
export function alertmanagerProblems({ escalation }: Pick<MonitoringFacts, "escalation">): string[] {
  return Object.entries(escalation.channels).flatMap(([name, channel]) => {
    const at = `escalation.channels["${name}"]`;
    if (channel.kind === "sms" && channel.gateway === undefined) {
      return [`${at}: Alertmanager sends no SMS; give it a \`gateway\` that takes its webhook`];
    }
    if (channel.kind === "slack" && channel.webhook === undefined) {
      return [`${at}: Alertmanager posts to Slack by an incoming \`webhook\`; give it one beside the token`];
    }
    return [];
  });
}
