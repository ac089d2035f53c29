import type { ReportFailure, ResourceModel, Rule } from "../model.ts";
import { DELETION_POLICIES, exactly, labels, length, pattern, projectId } from "../rules.ts";
import { isObject, type Properties, UNKNOWN, valueAt } from "../values.ts";

/** What one type of channel wants: its labels, each with what it must look like, and the credential beside them. */
interface Wants {
  readonly labels: Readonly<Record<string, Rule>>;
  readonly sensitive?: keyof typeof credentials;
}

/** Credentials, by the name of their field; the API's own label beside it. */
const credentials = { authToken: "auth_token", serviceKey: "service_key", password: "password" } as const;

const address = pattern(/^https?:\/\/\S+$/, "an address that begins with `https://` or `http://`");
const text = length(1, 2048);

/** Source: `gcloud beta monitoring channel-descriptors`, 2026-11. */
const wants: Readonly<Record<string, Wants>> = {
  email: {
    labels: { email_address: pattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "an e-mail address") },
  },
  sms: {
    labels: { number: pattern(/^\+[1-9]\d{6,14}$/, "a phone number in E.164, such as `+15551234567`") },
  },
  slack: { labels: { channel_name: text }, sensitive: "authToken" },
  pagerduty: { labels: {}, sensitive: "serviceKey" },
  webhook_tokenauth: { labels: { url: address } },
  webhook_basicauth: { labels: { url: address, username: text }, sensitive: "password" },
  pubsub: {
    labels: { topic: pattern(/^projects\/[^/]+\/topics\/[^/]+$/, "`projects/PROJECT/topics/TOPIC`") },
  },
  google_chat: { labels: { space: pattern(/^spaces\/[^/]+$/, "`spaces/SPACE`") } },
  hipchat: { labels: {} },
  campfire: { labels: {} },
};

function checkLabels(type: string, wanted: Wants, given: unknown, report: ReportFailure): void {
  if (given === UNKNOWN) return;
  for (const [key, rule] of Object.entries(wanted.labels)) {
    const value = isObject(given) ? given[key] : undefined;
    const at = ["labels", key];
    if (value === undefined) report(`is required for channels of the type ${type}`, { at });
    else if (value !== UNKNOWN) rule(value, (reason, detail) => report(reason, { ...detail, at }));
  }
}

function checkCredentials(type: string, wanted: Wants, inputs: Properties, report: ReportFailure): void {
  const { sensitiveLabels } = inputs;
  if (sensitiveLabels === UNKNOWN || inputs.labels === UNKNOWN) return;
  for (const [field, label] of Object.entries(credentials)) {
    const isSensitive =
      valueAt(sensitiveLabels, field) !== undefined || valueAt(sensitiveLabels, `${field}Wo`) !== undefined;
    // PagerDuty's and Slack's credentials are taken in the plain labels too, though no one should put them there.
    const isPlain = valueAt(inputs, "labels", label) !== undefined;
    const mayComeLater =
      isObject(sensitiveLabels) && [field, `${field}Wo`].some((name) => sensitiveLabels[name] === UNKNOWN);
    const at = ["sensitiveLabels", field];
    if (isSensitive && isPlain) report(`must not be set in labels.${label} as well`, { at });
    if (wanted.sensitive === field && !isSensitive && !isPlain && !mayComeLater)
      report(`is required for channels of the type ${type}`, { at });
  }
}

export const channel: ResourceModel = {
  token: "gcp:monitoring/notificationChannel:NotificationChannel",
  values: { type: Object.keys(wants), deletionPolicy: DELETION_POLICIES },
  rules: {
    displayName: length(0, 512),
    description: length(0, 1024),
    userLabels: labels,
    project: projectId,
    sensitiveLabels: exactly(Object.keys(credentials).flatMap((field) => [field, `${field}Wo`])),
  },
  check: (inputs, report) => {
    const type = String(inputs.type);
    const wanted = wants[type];
    if (wanted === undefined) return;
    checkLabels(type, wanted, inputs.labels, report);
    checkCredentials(type, wanted, inputs, report);
  },
  replaceOn: ["project"],
  defaults: { enabled: true, forceDelete: false, deletionPolicy: "DELETE" },
  id: (_context, outputs) => String(outputs.name),
  outputs: ({ inputs, join, keep, project, digits }) => ({
    name: keep("name", () => join`projects/${project}/notificationChannels/${digits("channel", 19)}`),
    verificationStatus: keep("verificationStatus", () => ""),
    ...(isObject(inputs.sensitiveLabels)
      ? { sensitiveLabels: withoutWriteOnly(inputs.sensitiveLabels) }
      : {}),
  }),
  secrets: ["sensitiveLabels"],
};

/** Credentials that are for the service alone never come back from it. */
function withoutWriteOnly(given: Properties): Properties {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !name.endsWith("Wo")));
}
