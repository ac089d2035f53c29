import { each, parts, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { rolesOf } from "./iam.ts";

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
  types: /^gcp:(projects|folder|organizations)\/.*(IAM|Iam)(Member|Binding|Policy)$/,
  check: (resource) =>
    parts(() =>
      each([...new Map(rolesOf(resource).map((grant) => [grant.role, grant])).values()], ({ role, at }) =>
        READS_SECRETS.includes(role) ? violation(at, `gives "${role}" on every secret there is`) : undefined,
      ),
    ),
};
