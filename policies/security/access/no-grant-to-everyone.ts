import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { EVERYONE, membersOf, rolesOf } from "./iam.ts";
import { bindingSubjects, isBinding } from "./rbac.ts";

/** All but buckets, which `no-public-bucket` looks at. */
const TYPES =
  /^gcp:(?!storage\/bucketIAM).*(IAM|Iam)(Member|Binding|Policy)$|^kubernetes:rbac\.authorization\.k8s\.io\/v1:(Cluster)?RoleBinding$/;

/** What Kubernetes calls strangers, everyone whom the cluster knows, and every pod in it. */
const EVERYONE_IN_CLUSTER = [
  "system:anonymous",
  "system:unauthenticated",
  "system:authenticated",
  "system:serviceaccounts",
];

function checkBinding(binding: Subject): readonly Finding[] {
  return each(bindingSubjects(binding), (subject) => {
    const name = subject.at("name").text() ?? "";
    if (!EVERYONE_IN_CLUSTER.includes(name)) return undefined;
    const role = binding.props.at("roleRef", "name");
    return violation(subject, `gives ${role.known && role.present ? role.quote() : "a role"} to "${name}"`);
  });
}

/** Whether this is the one role that everyone may have, on the one kind of resource. */
function mayBePublic(resource: Subject): boolean {
  return (
    resource.type.startsWith("gcp:cloudrunv2/serviceIam") &&
    rolesOf(resource).every(({ role }) => role === "roles/run.invoker")
  );
}

function checkGrants(resource: Subject): readonly Finding[] {
  return each(membersOf(resource), (read) => {
    const grant = read();
    if (grant === undefined || !EVERYONE.includes(grant.member)) return undefined;
    if (grant.member === "allUsers" && mayBePublic(resource)) return undefined;
    const role = rolesOf(resource)[0]?.role;
    return violation(grant.at, `gives ${role === undefined ? "a role" : quoted(role)} to "${grant.member}"`);
  });
}

export const noGrantToEveryone: Policy = {
  id: "no-grant-to-everyone",
  title: "No role may be given to everyone.",
  severity: "critical",
  level: "mandatory",
  why: "The whole internet is called allUsers, and everyone with any Google account allAuthenticatedUsers: both are strangers. So are system:unauthenticated and system:authenticated in Kubernetes; system:serviceaccounts is every pod.",
  fix: "Name the accounts. The one exception is roles/run.invoker for allUsers on a service behind the edge.",
  requirements: ["EA-03"],
  example: {
    typescript: `new gcp.pubsub.TopicIAMMember("api-publishes", {
  topic: "orders",
  role: "roles/pubsub.publisher",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.9"], owasp: ["A01"], "owasp-kubernetes": ["K03"] },
  types: TYPES,
  check: (resource) => (isBinding(resource) ? checkBinding(resource) : checkGrants(resource)),
};
