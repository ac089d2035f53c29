import type { Pack } from "../core/policy.ts";
import { access } from "./access/index.ts";
import { application } from "./application/index.ts";
import { audit } from "./audit/index.ts";
import { encryption } from "./encryption/index.ts";
import { exposure } from "./exposure/index.ts";
import { images } from "./images/index.ts";
import { network } from "./network/index.ts";
import { pods } from "./pods/index.ts";
import { secrets } from "./secrets/index.ts";

/** Secrets, access, encryption, exposure, records and what programs are told to do. A new policy is one file in the folder of its subject, and one line in that folder's index. */
export const security: Pack = {
  name: "security",
  description: "Secrets, access, encryption and exposure on Google Cloud, Atlas, Cloud Run and Kubernetes.",
  policies: [
    ...secrets,
    ...access,
    ...encryption,
    ...exposure,
    ...network,
    ...pods,
    ...images,
    ...audit,
    ...application,
  ],
};
