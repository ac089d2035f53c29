import { type Duration, seconds } from "../units.ts";
import { SEVERITIES, type Severity } from "./alert.ts";

/**
 * Where a message goes. `Key` is what a channel's secret is: a `Secret` where it is declared, its id in Secret Manager where
 * it is plain data; never its value.
 * - `pagerduty`: integration key of a service there. Calls and messages whoever is on duty.
 * - `slack`, `discord`: a channel, by an incoming webhook (`webhook`; Discord's with `/slack` at its end, which takes what Slack
 *   takes); Cloud Monitoring posts to Slack by a `token`.
 * - `sms`: a number in E.164 (`+15551234567`). Alertmanager has no SMS of its own: it hands it to `gateway`, which takes its
 *   webhook.
 * - `email`: an address.
 * - `tickets`: a tracker that takes a webhook.
 */
export type Channel<Key> =
  | { readonly kind: "pagerduty"; readonly key: Key }
  | { readonly kind: "slack"; readonly channel: string; readonly token?: Key; readonly webhook?: Key }
  | { readonly kind: "discord"; readonly webhook: Key }
  | { readonly kind: "sms"; readonly number: string; readonly gateway?: Webhook<Key> }
  | { readonly kind: "email"; readonly to: string }
  | ({ readonly kind: "tickets" } & Webhook<Key>);

/** Something that takes Alertmanager's or Cloud Monitoring's messages. The address holds no secret; the token goes beside it. */
export interface Webhook<Key> {
  /** Begins with `https://`. */
  readonly address: string;
  /** Alertmanager sends it as a bearer token, Cloud Monitoring as the password of the user `alerts`. */
  readonly token: Key;
}

/** Whom an alert of one severity reaches, and how soon somebody has to answer. */
export interface EscalationLevel {
  /** What people call it, such as `"P1"`. */
  readonly priority: string;
  /** Time within which somebody answers. The message is out well before. */
  readonly within: Duration;
  /** Names of channels, all of which get it. */
  readonly channels: readonly string[];
}

/** One table says whom what reaches: Alertmanager's routes and Cloud Monitoring's channels are made from it. */
export interface Escalation<Key> {
  readonly channels: Readonly<Record<string, Channel<Key>>>;
  /** How Alertmanager sends mail. Default: by the relay on its own machine, `localhost:25`. Cloud Monitoring has its own. */
  readonly mail?: {
    /** Host and port. */
    readonly server: string;
    readonly from: string;
    readonly user: string;
    readonly password: Key;
  };
  readonly levels: Readonly<Record<Severity, EscalationLevel>>;
}

const MINUTE = 60;

function addressProblem(at: string, address: string): string[] {
  return /^https:\/\/[^\s?#]+$/.test(address)
    ? []
    : [
        `${at}: "${address.replace(/[?#].*/, "?…")}" must be an https address without a query: a token goes beside it`,
      ];
}

function channelProblems(name: string, channel: Channel<unknown>): string[] {
  const at = `escalation.channels["${name}"]`;
  const named = /^[a-z][a-z0-9-]*$/.test(name) ? [] : [`${at}: use lower-case letters, digits and "-"`];
  switch (channel.kind) {
    case "slack":
      return [
        ...named,
        ...(/^#[a-z0-9_-]+$/.test(channel.channel)
          ? []
          : [`${at}.channel: "${channel.channel}" must begin with "#", such as "#alerts"`]),
        ...(channel.token === undefined && channel.webhook === undefined
          ? [`${at}: give it a \`token\` (Cloud Monitoring) or a \`webhook\` (Alertmanager)`]
          : []),
      ];
    case "email":
      return [
        ...named,
        ...(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(channel.to)
          ? []
          : [`${at}.to: "${channel.to}" is no e-mail address`]),
      ];
    case "tickets":
      return [...named, ...addressProblem(`${at}.address`, channel.address)];
    case "sms":
      return [
        ...named,
        ...(channel.gateway === undefined
          ? []
          : addressProblem(`${at}.gateway.address`, channel.gateway.address)),
        ...(/^\+[1-9]\d{6,14}$/.test(channel.number)
          ? []
          : [
              `${at}.number: "${channel.number}" must be in E.164: "+", the country, the number, digits only`,
            ]),
      ];
    default:
      return named;
  }
}

/** Problems of an escalation table, each with its value and what would do. */
export function escalationProblems({ channels, levels }: Escalation<unknown>): string[] {
  const names = Object.keys(channels);
  const used = new Set(SEVERITIES.flatMap((severity) => levels[severity].channels));
  return [
    ...Object.entries(channels).flatMap(([name, channel]) => channelProblems(name, channel)),
    ...SEVERITIES.flatMap((severity) => {
      const at = `escalation.levels.${severity}`;
      const { channels: reached, within } = levels[severity];
      return [
        ...(reached.length === 0 ? [`${at}.channels: nobody is told; name one of: ${names.join(", ")}`] : []),
        ...reached
          .filter((name) => !names.includes(name))
          .map((name) => `${at}.channels: there is no channel "${name}"; there are: ${names.join(", ")}`),
        ...(seconds(within) >= MINUTE
          ? []
          : [`${at}.within: "${within}" is sooner than a message arrives; use "1 min" or more`]),
      ];
    }),
    ...names
      .filter((name) => !used.has(name))
      .map((name) => `escalation.channels["${name}"]: no level reaches it; name it in one, or leave it out`),
  ];
}
