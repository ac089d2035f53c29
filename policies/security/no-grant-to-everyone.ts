import { each, violation } from "../core/finding.ts";
import type { Policy, Subject } from "../core/policy.ts";
import { quoted } from "../core/property.ts";
import { EVERYONE, membersOf, rolesOf } from "./iam.ts";

/** All but buckets, which `no-public-bucket` looks at. */
const TYPES = /^gcp:(?!storage\/bucketIAM).*(IAM|Iam)(Member|Binding|Policy)$/;

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
  why: "The whole internet is called allUsers, and everyone with any Google account allAuthenticatedUsers: both are strangers.",
  fix: "Name the accounts. The one exception is roles/run.invoker for allUsers on a service behind the edge.",
  requirements: ["EA-03"],
  types: TYPES,
  check: (resource) =>
    each(membersOf(resource), (read) => {
      const grant = read();
      if (grant === undefined || !EVERYONE.includes(grant.member)) return undefined;
      if (grant.member === "allUsers" && mayBePublic(resource)) return undefined;
      const role = rolesOf(resource)[0]?.role;
      return violation(
        grant.at,
        `gives ${role === undefined ? "a role" : quoted(role)} to "${grant.member}"`,
      );
    }),
};
