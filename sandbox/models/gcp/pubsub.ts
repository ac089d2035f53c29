import type { ResourceModel } from "../model.ts";
import { labels, pattern, projectId, seconds } from "../rules.ts";
import { labelOutputs } from "./common.ts";
import { iamMember } from "./iam-member.ts";
import { location } from "./locations.ts";

const topic: ResourceModel = {
  token: "gcp:pubsub/topic:Topic",
  rules: {
    name: pattern(
      /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/,
      "3 to 255 letters, digits and `-_.~+%` that begin with a letter, not with `goog`",
    ),
    project: projectId,
    labels,
    messageRetentionDuration: seconds(600, 2_678_400),
    "messageStoragePolicy.allowedPersistenceRegions[]": location,
    kmsKeyName: pattern(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      "`projects/P/locations/L/keyRings/R/cryptoKeys/K`",
    ),
  },
  replaceOn: ["name", "project"],
  autoname: { property: "name", max: 255 },
  id: ({ join, project, text }) => join`projects/${project}/topics/${text("name")}`,
  outputs: labelOutputs,
};

export const pubsub: readonly ResourceModel[] = [
  topic,
  iamMember({
    token: "gcp:pubsub/topicIAMMember:TopicIAMMember",
    target: ["topic"],
    parent: ({ join, project, text }) =>
      text("topic").startsWith("projects/")
        ? text("topic")
        : join`projects/${project}/topics/${text("topic")}`,
  }),
];
