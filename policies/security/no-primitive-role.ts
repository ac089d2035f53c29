import { each, parts, violation } from "../core/finding.ts";
import type { Policy } from "../core/policy.ts";
import { IAM_TYPES, rolesOf } from "./iam.ts";

/** Roles from before there were roles: each spans every service of a project. */
const PRIMITIVE = ["roles/owner", "roles/editor", "roles/viewer"];

export const noPrimitiveRole: Policy = {
  id: "no-primitive-role",
  title: "Nobody may have the roles owner, editor or viewer.",
  severity: "high",
  level: "mandatory",
  why: "They span every service of the project: whoever takes over one such account has them all.",
  fix: "Give the predefined role of the one service, on the one resource, such as roles/storage.objectUser on a bucket.",
  requirements: ["EA-03"],
  types: IAM_TYPES,
  check: (resource) =>
    parts(() =>
      each([...new Map(rolesOf(resource).map((grant) => [grant.role, grant])).values()], ({ role, at }) =>
        PRIMITIVE.includes(role) ? violation(at, `gives "${role}"`) : undefined,
      ),
    ),
};
