import type { Pack } from "../core/policy.ts";
import { data } from "./data/index.ts";
import { jobs } from "./jobs/index.ts";
import { redundancy } from "./redundancy/index.ts";
import { references } from "./references/index.ts";
import { scaling } from "./scaling/index.ts";
import { secrets } from "./secrets/index.ts";
import { versions } from "./versions/index.ts";
import { workloads } from "./workloads/index.ts";

/** What keeps a service there through failures, deployments and maintenance. A new policy is one file in the folder of its subject, and one line in that folder's index. */
export const reliability: Pack = {
  name: "reliability",
  description:
    "What keeps a service there through failures, deployments and maintenance: probes, resources, scaling, references, versions, redundancy, backups, rotation.",
  policies: [
    ...workloads,
    ...scaling,
    ...references,
    ...jobs,
    ...versions,
    ...redundancy,
    ...data,
    ...secrets,
  ],
};
