import { each, parts, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { PROJECT_IAM_TYPES, rolesOf } from "./iam.ts";

/** Roles that can read the values of secrets. */
const READS_SECRETS = ["roles/secretmanager.secretAccessor", "roles/secretmanager.admin"];

export const noProjectWideSecretAccess: Policy = {
  id: "no-project-wide-secret-access",
  title: "Nobody may read all secrets of a project, folder or organization.",
  severity: "high",
  level: "mandatory",
  why: "One service taken over would give away the secrets of all.",
  fix: "Give roles/secretmanager.secretAccessor on each secret, to the service that uses it (secretmanager.SecretIamMember).",
  requirements: ["EA-06"],
  example: {
    typescript: `new gcp.secretmanager.SecretIamMember("api-reads-key", {
  secretId: "session-key",
  role: "roles/secretmanager.secretAccessor",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { owasp: ["A01"] },
  types: PROJECT_IAM_TYPES,
  check: (resource) =>
    parts(() =>
      each([...new Map(rolesOf(resource).map((grant) => [grant.role, grant])).values()], ({ role, at }) =>
        READS_SECRETS.includes(role) ? violation(at, `gives "${role}" on every secret there is`) : undefined,
      ),
    ),
};
