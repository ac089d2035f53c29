import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { IAM_TYPES, rolesOf } from "./iam.ts";
import { isBinding } from "./rbac.ts";

/** Roles from before there were roles: each spans every service of a project. */
const PRIMITIVE = ["roles/owner", "roles/editor", "roles/viewer"];

/** The role that may do everything in a cluster, or, given by a RoleBinding, in its namespace. */
const CLUSTER_ADMIN = "cluster-admin";

function checkBinding({ props }: Subject): Finding | undefined {
  const role = props.at("roleRef", "name");
  return role.text() === CLUSTER_ADMIN ? violation(role, `gives "${CLUSTER_ADMIN}"`) : undefined;
}

export const noPrimitiveRole: Policy = {
  id: "no-primitive-role",
  title: "Nobody may have the roles owner, editor or viewer, nor cluster-admin.",
  severity: "high",
  level: "mandatory",
  why: "They span every service of the project, or everything in a cluster: whoever takes over one such account has it all.",
  fix: "Give the predefined role of the one service, on the one resource, such as roles/storage.objectUser on a bucket; in Kubernetes a Role with the verbs and resources that are used.",
  requirements: ["EA-03"],
  example: {
    typescript: `new gcp.storage.BucketIAMMember("api-writes", {
  bucket: "uploads",
  role: "roles/storage.objectUser",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.5"], "cis-kubernetes": ["5.1.1"], owasp: ["A01"] },
  types: new RegExp(
    `${IAM_TYPES.source}|^kubernetes:rbac\\.authorization\\.k8s\\.io/v1:(Cluster)?RoleBinding$`,
  ),
  check: (resource) =>
    parts(() =>
      isBinding(resource)
        ? checkBinding(resource)
        : each(
            [...new Map(rolesOf(resource).map((grant) => [grant.role, grant])).values()],
            ({ role, at }) => (PRIMITIVE.includes(role) ? violation(at, `gives "${role}"`) : undefined),
          ),
    ),
};
