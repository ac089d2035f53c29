import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { labels } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Severity } from "./alert.ts";
import { type Channel, type Escalation, escalationProblems } from "./escalation.ts";

/** Each channel by its own name. */
type Children = Readonly<Record<string, gcp.monitoring.NotificationChannelArgs>>;

/** Whom what reaches. */
export interface ChannelsArgs extends ComponentArgs<Children> {
  /** Every secret has to be a `Secret`: the name of a file, which Alertmanager may have instead, is refused. */
  readonly escalation: Escalation<Secret | string>;
}

/** What Cloud Monitoring can't do with a channel, and the ways out. */
function channelProblems([name, channel]: [string, Channel<Secret | string>]): string[] {
  const at = `escalation.channels["${name}"]`;
  if (channel.kind === "discord") {
    return [
      `${at}: Cloud Monitoring does not post to Discord: use { kind: "tickets", … } with the address of a relay that does, use { kind: "slack", … }, or run the services on Kubernetes, whose Alertmanager posts there`,
    ];
  }
  if (channel.kind === "slack" && channel.token === undefined) {
    return [
      `${at}: Cloud Monitoring posts to Slack by a \`token\` and takes no \`webhook\`: give it a token that may post there`,
    ];
  }
  const secret = secretOf(channel);
  return typeof secret === "string"
    ? [
        `${at}: "${secret}" is a file's name, which only Alertmanager can read: give it the Secret itself, so that Cloud Monitoring gets its value`,
      ]
    : [];
}

/** What a channel is opened with; undefined where it needs nothing. */
function secretOf(channel: Channel<Secret | string>): Secret | string | undefined {
  if (channel.kind === "pagerduty") return channel.key;
  return channel.kind === "slack" || channel.kind === "tickets" ? channel.token : undefined;
}

type Planned = Pick<gcp.monitoring.NotificationChannelArgs, "type" | "labels" | "sensitiveLabels">;

/** User that a tracker knows Cloud Monitoring by. */
const WEBHOOK_USER = "alerts";

/** A channel as Cloud Monitoring takes it; its secret always among the sensitive labels, which are never shown. */
function planChannel(channel: Channel<Secret | string>): Planned | undefined {
  const secret = secretOf(channel);
  const value = typeof secret === "object" ? secret.value : "";
  switch (channel.kind) {
    case "pagerduty":
      return { type: "pagerduty", sensitiveLabels: { serviceKey: value } };
    case "slack":
      return {
        type: "slack",
        labels: { channel_name: channel.channel },
        sensitiveLabels: { authToken: value },
      };
    case "email":
      return { type: "email", labels: { email_address: channel.to } };
    case "sms":
      return { type: "sms", labels: { number: channel.number } };
    case "tickets":
      return {
        type: "webhook_basicauth",
        labels: { url: channel.address, username: WEBHOOK_USER },
        sensitiveLabels: { password: value },
      };
    case "discord":
      return undefined;
  }
}

/** The notification channels of one system's escalation table, their keys read from Secret Manager and never printed. */
export class Channels extends Component<Children> {
  /** Ids for alert policies, by severity. */
  readonly page: pulumi.Output<string>[];
  readonly warning: pulumi.Output<string>[];
  readonly ticket: pulumi.Output<string>[];

  constructor(name: string, args: ChannelsArgs, options?: pulumi.ComponentResourceOptions) {
    const { channels, levels } = args.escalation;
    refuse(name, [
      ...escalationProblems(args.escalation),
      ...Object.entries(channels).flatMap(channelProblems),
    ]);
    super("slipway:alerting:Channels", name, args, options);
    const ids = new Map(
      Object.entries(channels).map(([called, channel]) => [called, this.#channel(called, channel)]),
    );
    const reached = (severity: Severity) =>
      levels[severity].channels.map((called) => ids.get(called)).filter((id) => id !== undefined);
    this.page = reached("page");
    this.warning = reached("warning");
    this.ticket = reached("ticket");
    this.registerOutputs({ page: this.page, warning: this.warning, ticket: this.ticket });
  }

  #channel(called: string, channel: Channel<Secret | string>): pulumi.Output<string> | undefined {
    const planned = planChannel(channel);
    if (planned === undefined) return undefined;
    const { project, system } = this.scope;
    return this.child(called, gcp.monitoring.NotificationChannel, {
      project,
      displayName: `${system}: ${called}`,
      ...planned,
      userLabels: labels(this.scope),
    }).id;
  }
}
