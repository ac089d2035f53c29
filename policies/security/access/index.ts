import type { Policy } from "../../core/policy.ts";
import { ciTrust } from "./ci-trust.ts";
import { googleAccess } from "./google/index.ts";
import { clusterAccess } from "./kubernetes/index.ts";
import { noDefaultServiceAccount } from "./no-default-service-account.ts";
import { noGrantToEveryone } from "./no-grant-to-everyone.ts";
import { noPrimitiveRole } from "./no-primitive-role.ts";
import { noProjectWideSecretAccess } from "./no-project-wide-secret-access.ts";
import { noServiceAccountKey } from "./no-service-account-key.ts";
import { ownServiceAccount } from "./own-service-account.ts";
import { tokenOnlyWhereUsed } from "./token-only-where-used.ts";

/** Who may do what, and as whom. */
export const access: readonly Policy[] = [
  noServiceAccountKey,
  noPrimitiveRole,
  noProjectWideSecretAccess,
  noGrantToEveryone,
  noDefaultServiceAccount,
  ownServiceAccount,
  ciTrust,
  tokenOnlyWhereUsed,
  ...clusterAccess,
  ...googleAccess,
];
