import type { Policy } from "../../core/policy.ts";
import { admissionPolicyRefuses, binaryAuthorizationAsked } from "./binary-authorization.ts";
import { applicationCorsRestricted } from "./cors-restricted.ts";
import { applicationCsrfProtected, applicationRateLimited, applicationRowSecurity } from "./switches.ts";
import { applicationTokenExpires } from "./token-expires.ts";

/** What programs are told to do, and which of them may run. */
export const application: readonly Policy[] = [
  applicationRateLimited,
  applicationCorsRestricted,
  applicationCsrfProtected,
  applicationTokenExpires,
  applicationRowSecurity,
  binaryAuthorizationAsked,
  admissionPolicyRefuses,
];
