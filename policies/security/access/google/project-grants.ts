import { z } from "zod";
import { each, violation } from "../../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../../core/policy.ts";
import { type Grant, grantsOf, PROJECT_IAM_TYPES } from "../iam.ts";

/** What is wrong with grants on a whole project, folder or organization. */
function checkGrants(resource: Subject, problem: (grant: Grant) => string | undefined): readonly Finding[] {
  return each(grantsOf(resource), (read) => {
    const grant = read();
    const wrong = grant && problem(grant);
    return grant === undefined || wrong === undefined ? undefined : violation(grant.at, wrong);
  });
}

/** An account that somebody made, none of Google's own agents. */
const OWN_ACCOUNT = /^serviceAccount:[^@]+@(?!gcp-sa-)[^@.]+\.iam\.gserviceaccount\.com$/;
const DEFAULT_ACCOUNT = /^serviceAccount:[^@]+(-compute@developer|@appspot)\.gserviceaccount\.com$/;

/** Roles by which one becomes a service account. */
const IMPERSONATES = [
  "roles/iam.serviceAccountUser",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountOpenIdTokenCreator",
  "roles/iam.workloadIdentityUser",
];

export const noProjectWideImpersonation: Policy = {
  id: "no-project-wide-impersonation",
  title: "Nobody may act as every service account of a project, folder or organization.",
  severity: "high",
  level: "mandatory",
  why: "Whoever may act as all accounts has the rights of all of them, and of those that are made later.",
  fix: "Give the role on the one account that is meant (serviceaccount.IAMMember).",
  example: {
    typescript: `new gcp.serviceaccount.IAMMember("deployer-acts-as-api", {
  serviceAccountId: "projects/shop/serviceAccounts/api@shop.iam.gserviceaccount.com",
  role: "roles/iam.serviceAccountUser",
  member: "serviceAccount:deployer@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.6"], owasp: ["A01"] },
  requirements: ["EA-03"],
  types: PROJECT_IAM_TYPES,
  check: (resource) =>
    checkGrants(resource, ({ role }) =>
      IMPERSONATES.includes(role) ? `gets "${role}" on every service account there is` : undefined,
    ),
};

const settings = z.strictObject({
  roles: z
    .array(z.string().startsWith("roles/"))
    .default([])
    .describe("Roles of administrators that a service account may have all the same."),
});

export const noAdminServiceAccount: Policy = {
  id: "no-admin-service-account",
  title: "A service account must not administer a whole project, folder or organization.",
  severity: "high",
  level: "mandatory",
  why: "A program that is taken over gives its rights away: those of an administrator are everything of that kind.",
  fix: "Give a role that only uses, on the one resource; what a pipeline needs all the same is listed in the policy's setting roles.",
  example: {
    typescript: `new gcp.storage.BucketIAMMember("api-writes", {
  bucket: "uploads",
  role: "roles/storage.objectUser",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.5"], owasp: ["A01"] },
  requirements: ["EA-03"],
  settings,
  types: PROJECT_IAM_TYPES,
  check: (resource, context) => {
    const allowed = context.settings(settings).roles;
    return checkGrants(resource, ({ role, member }) =>
      OWN_ACCOUNT.test(member) && /admin(\.v\d+)?$/i.test(role) && !allowed.includes(role)
        ? `gets "${role}": a program administers everything of that kind`
        : undefined,
    );
  },
};

export const noRoleForDefaultAccount: Policy = {
  id: "no-role-for-default-account",
  title: "A default service account must get no role on a project, folder or organization.",
  severity: "high",
  level: "mandatory",
  why: "Whatever names no account of its own runs as this one, also what is made later and by mistake.",
  fix: "Give the role to an account that was made for the purpose.",
  example: {
    typescript: `new gcp.projects.IAMMember("api-traces", {
  project: "shop",
  role: "roles/cloudtrace.agent",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  frameworks: { "cis-gcp": ["4.1"], owasp: ["A01"] },
  types: PROJECT_IAM_TYPES,
  check: (resource) =>
    checkGrants(resource, ({ role, member }) =>
      DEFAULT_ACCOUNT.test(member) ? `is a default service account, and gets "${role}"` : undefined,
    ),
};

export const noAuthoritativeProjectGrant: Policy = {
  id: "no-authoritative-project-grant",
  title: "Grants on a project, folder or organization should be added, not replaced.",
  severity: "medium",
  level: "advisory",
  why: "An IAMPolicy takes away every grant that it does not name, an IAMBinding every member of its role: also those of other teams, and of Google's own agents.",
  fix: "Use an IAMMember for each member of each role.",
  example: {
    typescript: `new gcp.projects.IAMMember("api-traces", {
  project: "shop",
  role: "roles/cloudtrace.agent",
  member: "serviceAccount:api@shop.iam.gserviceaccount.com",
});`,
  },
  types: /^gcp:(projects|folder|organizations)\/iAM(Binding|Policy):/,
  check: ({ type }) => [
    {
      message: type.endsWith("Policy")
        ? "it takes away every grant that it does not name"
        : "it takes its role away from every member that it does not name",
    },
  ],
};
