import type { ResourceModel } from "../model.ts";
import { labels, length, projectId } from "../rules.ts";
import { isObject, UNKNOWN } from "../values.ts";

/** What each type of channel wants. Source: `gcloud beta monitoring channel-descriptors`, 2026-11. */
const wants: Readonly<
  Record<string, { readonly labels: readonly string[]; readonly sensitive: readonly string[] }>
> = {
  email: { labels: ["email_address"], sensitive: [] },
  sms: { labels: ["number"], sensitive: [] },
  slack: { labels: ["channel_name"], sensitive: ["authToken"] },
  pagerduty: { labels: [], sensitive: ["serviceKey"] },
  webhook_tokenauth: { labels: ["url"], sensitive: [] },
  webhook_basicauth: { labels: ["url", "username"], sensitive: ["password"] },
  pubsub: { labels: ["topic"], sensitive: [] },
  google_chat: { labels: ["space"], sensitive: [] },
  hipchat: { labels: [], sensitive: [] },
  campfire: { labels: [], sensitive: [] },
};

const channel: ResourceModel = {
  token: "gcp:monitoring/notificationChannel:NotificationChannel",
  values: { type: Object.keys(wants) },
  rules: {
    displayName: length(0, 512),
    description: length(0, 1024),
    userLabels: labels,
    project: projectId,
  },
  check: (inputs, report) => {
    const wanted = wants[String(inputs.type)];
    if (wanted === undefined) return;
    for (const [field, keys] of [
      ["labels", wanted.labels],
      ["sensitiveLabels", wanted.sensitive],
    ] as const) {
      const given = inputs[field];
      if (given === UNKNOWN) continue;
      for (const key of keys) {
        // PagerDuty's and Slack's credentials are taken in the plain labels too, though no one should put them there.
        const plain = isObject(inputs.labels) ? inputs.labels : {};
        const isThere =
          (isObject(given) && given[key] !== undefined) ||
          plain[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] !== undefined;
        if (!isThere)
          report(`is required for channels of the type ${String(inputs.type)}`, { at: [field, key] });
      }
    }
  },
  replaceOn: ["project"],
  defaults: { enabled: true, forceDelete: false },
  id: (_context, outputs) => String(outputs.name),
  outputs: ({ keep, project, digits }) => ({
    name: keep("name", () => `projects/${project}/notificationChannels/${digits("channel", 19)}`),
    verificationStatus: keep("verificationStatus", () => ""),
  }),
  secrets: ["sensitiveLabels"],
};

export const monitoring: readonly ResourceModel[] = [channel];
