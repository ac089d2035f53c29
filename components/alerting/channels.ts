import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { labels } from "../scope.ts";
import type { Secret } from "../secrets/secret.ts";

interface Children {
  pagerduty: gcp.monitoring.NotificationChannelArgs;
  slack: gcp.monitoring.NotificationChannelArgs;
  email: gcp.monitoring.NotificationChannelArgs;
}

/** Where alerts go: pages, a channel that the team reads, and mail. */
export interface ChannelsArgs extends ComponentArgs<Children> {
  /** Integration key of a PagerDuty service (Events API v1, as Cloud Monitoring speaks it). */
  readonly pagerduty: Secret;
  readonly slack: { readonly channel: string; readonly token: Secret };
  readonly email: string;
}

function channelProblems({ slack, email }: ChannelsArgs): string[] {
  return [
    ...(/^#[a-z0-9_-]+$/.test(slack.channel)
      ? []
      : [`slack.channel: "${slack.channel}" must begin with "#", such as "#alerts"`]),
    ...(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? [] : [`email: "${email}" is no e-mail address`]),
  ];
}

/** The notification channels of one system, their keys read from Secret Manager and never printed. */
export class Channels extends Component<Children> {
  /** Ids for alert policies, by severity: pages go to PagerDuty and Slack, tickets to Slack and mail. */
  readonly page: pulumi.Output<string>[];
  readonly ticket: pulumi.Output<string>[];

  constructor(name: string, args: ChannelsArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:alerting:Channels", name, args, options);
    refuse(name, channelProblems(args));
    const { project, system } = args.scope;
    const userLabels = labels(args.scope);
    const pagerduty = this.child("pagerduty", gcp.monitoring.NotificationChannel, {
      project,
      type: "pagerduty",
      displayName: `${system}: pages`,
      sensitiveLabels: { serviceKey: args.pagerduty.value },
      userLabels,
    });
    const slack = this.child("slack", gcp.monitoring.NotificationChannel, {
      project,
      type: "slack",
      displayName: `${system}: ${args.slack.channel}`,
      labels: { channel_name: args.slack.channel },
      sensitiveLabels: { authToken: args.slack.token.value },
      userLabels,
    });
    const email = this.child("email", gcp.monitoring.NotificationChannel, {
      project,
      type: "email",
      displayName: `${system}: mail`,
      labels: { email_address: args.email },
      userLabels,
    });
    this.page = [pagerduty.id, slack.id];
    this.ticket = [slack.id, email.id];
    this.registerOutputs({ page: this.page, ticket: this.ticket });
  }
}
