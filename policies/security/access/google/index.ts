import type { Policy } from "../../../core/policy.ts";
import { apiKeyRestricted } from "./api-keys.ts";
import { accountDutiesSeparated, keyDutiesSeparated } from "./duties.ts";
import { membersOfOwnDomains, rolesToGroups } from "./members.ts";
import {
  noAdminServiceAccount,
  noAuthoritativeProjectGrant,
  noProjectWideImpersonation,
  noRoleForDefaultAccount,
} from "./project-grants.ts";

/** Who may do what on Google Cloud, and as whom. */
export const googleAccess: readonly Policy[] = [
  noProjectWideImpersonation,
  noAdminServiceAccount,
  noRoleForDefaultAccount,
  noAuthoritativeProjectGrant,
  accountDutiesSeparated,
  keyDutiesSeparated,
  membersOfOwnDomains,
  rolesToGroups,
  apiKeyRestricted,
];
