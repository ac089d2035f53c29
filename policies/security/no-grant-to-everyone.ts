import { each, violation } from "../core/finding.ts";
import type { Policy, Subject } from "../core/policy.ts";
import { EVERYONE, IAM_TYPES, membersOf, rolesOf } from "./iam.ts";

/** Looked at by `no-public-bucket`. */
const BUCKET_GRANT = /^gcp:storage\/bucketIAM/;

/** Whether this is the one role that everyone may have, on the one kind of resource. */
function mayBePublic(resource: Subject): boolean {
  return (
    resource.type.startsWith("gcp:cloudrunv2/serviceIam") &&
    rolesOf(resource).every(({ role }) => role === "roles/run.invoker")
  );
}

export const noGrantToEveryone: Policy = {
  id: "no-grant-to-everyone",
  title: "No role may be given to everyone.",
  severity: "critical",
  level: "mandatory",
  why: "allUsers is the whole internet; allAuthenticatedUsers is everyone with any Google account.",
  fix: "Name the accounts. The one exception is roles/run.invoker for allUsers on a service behind the edge.",
  requirements: ["EA-03"],
  types: IAM_TYPES,
  check: (resource) => {
    if (BUCKET_GRANT.test(resource.type)) return [];
    return each(membersOf(resource), (read) => {
      const grant = read();
      if (grant === undefined || !EVERYONE.includes(grant.member)) return undefined;
      if (grant.member === "allUsers" && mayBePublic(resource)) return undefined;
      return violation(
        grant.at,
        `gives ${rolesOf(resource).map(({ role }) => `"${role}"`)[0] ?? "a role"} to "${grant.member}"`,
      );
    });
  },
};
