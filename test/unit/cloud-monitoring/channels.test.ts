import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { Channels, type ChannelsArgs } from "../../../components/alerting/channels.ts";
import type { Escalation } from "../../../components/alerting/escalation.ts";
import type { Scope } from "../../../components/scope.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { declare, ofType, refusal, testScope } from "../../support/declare.ts";
import { escalationWith } from "./support.ts";

const CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel";

/** A secret whose value must never be seen. */
function hunter(scope: Scope): Secret {
  const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
  const source = { kind: "value", value: pulumi.secret("hunter2-hunter2") } as const;
  const rotation = { by: "whoever gave it" } as const;
  return new Secret("shop-key", { scope, vault, secretId: "key", source, rotation });
}

function channels(
  change: (table: Escalation<Secret | string>) => Escalation<Secret | string> = (same) => same,
  more: Partial<ChannelsArgs> = {},
): Channels {
  const scope = testScope();
  const escalation = change(escalationWith<Secret | string>(hunter(scope)));
  return new Channels("shop-channels", { scope, escalation, ...more });
}

test("P8-06 each channel of the table is one of Cloud Monitoring's; its secret is among the sensitive labels and never shown", async () => {
  const resources = await declare(() => channels());
  expect(JSON.stringify(resources)).not.toContain("hunter2");
  const common = {
    project: "shop-production",
    userLabels: { "managed-by": "slipway", environment: "production", system: "shop" },
  };
  expect(Object.fromEntries(ofType(resources, CHANNEL).map(({ name, inputs }) => [name, inputs]))).toEqual({
    "shop-channels-pager": {
      ...common,
      type: "pagerduty",
      displayName: "shop: pager",
      sensitiveLabels: { serviceKey: "[secret]" },
    },
    "shop-channels-team": {
      ...common,
      type: "slack",
      displayName: "shop: team",
      labels: { channel_name: "#shop" },
      sensitiveLabels: { authToken: "[secret]" },
    },
    "shop-channels-mail": {
      ...common,
      type: "email",
      displayName: "shop: mail",
      labels: { email_address: "shop@example.com" },
    },
    "shop-channels-phone": {
      ...common,
      type: "sms",
      displayName: "shop: phone",
      labels: { number: "+15551234567" },
    },
    "shop-channels-tracker": {
      ...common,
      type: "webhook_basicauth",
      displayName: "shop: tracker",
      labels: { url: "https://tickets.example.com/new", username: "alerts" },
      sensitiveLabels: { password: "[secret]" },
    },
  });
});

test("P8-06 each severity reaches the channels that its level names", async () => {
  const counted: Record<string, number> = {};
  await declare(() => {
    const { page, warning, ticket } = channels();
    Object.assign(counted, { page: page.length, warning: warning.length, ticket: ticket.length });
  });
  expect(counted).toEqual({ page: 3, warning: 2, ticket: 1 });
});

test("one channel can be changed by its name", async () => {
  const resources = await declare(() =>
    channels((same) => same, { transform: { mail: { description: "read at nine" } } }),
  );
  const changed = ofType(resources, CHANNEL).filter(({ inputs }) => inputs.description !== undefined);
  expect(changed.map(({ name }) => name)).toEqual(["shop-channels-mail"]);
});

/** The table with one channel in place of another. */
const instead =
  (name: string, channel: Escalation<string>["channels"][string]) =>
  (table: Escalation<Secret | string>): Escalation<Secret | string> => ({
    ...table,
    channels: { ...table.channels, [name]: channel },
  });

test.each([
  [
    "P8-06 Discord",
    instead("team", { kind: "discord", webhook: "a-file" }),
    'shop-channels: escalation.channels["team"]: Cloud Monitoring does not post to Discord: use { kind: "tickets", … } with the address of a relay that does, use { kind: "slack", … }, or run the services on Kubernetes, whose Alertmanager posts there',
  ],
  [
    "Slack by a webhook",
    instead("team", { kind: "slack", channel: "#shop", webhook: "a-file" }),
    'shop-channels: escalation.channels["team"]: Cloud Monitoring posts to Slack by a `token` and takes no `webhook`: give it a token that may post there',
  ],
  [
    "a secret that only Alertmanager can read",
    instead("pager", { kind: "pagerduty", key: "a-file" }),
    'shop-channels: escalation.channels["pager"]: "a-file" is a file\'s name, which only Alertmanager can read: give it the Secret itself, so that Cloud Monitoring gets its value',
  ],
  [
    "an address that is none",
    instead("mail", { kind: "email", to: "nobody" }),
    'shop-channels: escalation.channels["mail"].to: "nobody" is no e-mail address',
  ],
] as const)("%s is refused, with the ways out", async (_, change, said) => {
  expect(await refusal(() => channels(change))).toBe(said);
});
