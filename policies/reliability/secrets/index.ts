import type { Policy } from "../../core/policy.ts";
import { certificateRenewedInTime } from "./certificate-renewed.ts";
import { externalSecretFollows, secretVersionsAgree } from "./secret-followed.ts";
import { rotationIsHeard, secretRotates, secretSurvivesRegion } from "./secret-rotates.ts";

/** What has to be renewed, and reaches those that use it. */
export const secrets: readonly Policy[] = [
  secretRotates,
  rotationIsHeard,
  secretVersionsAgree,
  externalSecretFollows,
  secretSurvivesRegion,
  certificateRenewedInTime,
];
