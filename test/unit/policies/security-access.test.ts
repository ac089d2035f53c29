import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { ciTrust } from "../../../policies/security/access/ci-trust.ts";
import { noDefaultServiceAccount } from "../../../policies/security/access/no-default-service-account.ts";
import { noGrantToEveryone } from "../../../policies/security/access/no-grant-to-everyone.ts";
import { noPrimitiveRole } from "../../../policies/security/access/no-primitive-role.ts";
import { noProjectWideSecretAccess } from "../../../policies/security/access/no-project-wide-secret-access.ts";
import { ownServiceAccount } from "../../../policies/security/access/own-service-account.ts";
import { CLOUD_RUN_SERVICE } from "../../../policies/types.ts";
import { changed, resource, SERVICE, says } from "./support.ts";

const PROJECT_MEMBER = "gcp:projects/iAMMember:IAMMember";
const PROJECT_BINDING = "gcp:projects/iAMBinding:IAMBinding";
const PROJECT_POLICY = "gcp:projects/iAMPolicy:IAMPolicy";
const ACCOUNT = "serviceAccount:a@p.iam.gserviceaccount.com";
const grant = (type: string, props: unknown) => resource(type, "grant", props);
const policyData = (bindings: unknown) => JSON.stringify({ bindings });

test.each([
  ["roles/owner", ['grant: role gives "roles/owner"']],
  ["roles/editor", ['grant: role gives "roles/editor"']],
  ["roles/viewer", ['grant: role gives "roles/viewer"']],
  ["roles/run.viewer", []],
  [unknownValue, ["?grant: role is not known before deployment"]],
])("EA-03 primitive roles: %s", (role, expected) => {
  expect(says(noPrimitiveRole, grant(PROJECT_MEMBER, { role, member: ACCOUNT }))).toEqual(expected);
  expect(says(noPrimitiveRole, grant(PROJECT_BINDING, { role, members: [ACCOUNT] }))).toEqual(expected);
});

test("EA-03 primitive roles in a whole policy are found once each, and a policy that is none is no pass", () => {
  const members = [ACCOUNT, "user:b@example.com"];
  const owner = grant(PROJECT_POLICY, { policyData: policyData([{ role: "roles/owner", members }]) });
  expect(says(noPrimitiveRole, owner)).toEqual(['grant: policyData gives "roles/owner"']);
  expect(says(noPrimitiveRole, grant(PROJECT_POLICY, { policyData: "{" }))).toEqual([
    "grant: policyData is not an access policy in JSON",
  ]);
  expect(says(noPrimitiveRole, grant(PROJECT_POLICY, { policyData: '{"bindings":{}}' }))).toEqual([
    "grant: policyData is not an access policy",
  ]);
});

test.each([
  [
    PROJECT_MEMBER,
    "roles/secretmanager.secretAccessor",
    ['grant: role gives "roles/secretmanager.secretAccessor" on every secret there is'],
  ],
  [
    "gcp:folder/iAMMember:IAMMember",
    "roles/secretmanager.admin",
    ['grant: role gives "roles/secretmanager.admin" on every secret there is'],
  ],
  ["gcp:secretmanager/secretIamMember:SecretIamMember", "roles/secretmanager.secretAccessor", []],
  [PROJECT_MEMBER, "roles/secretmanager.viewer", []],
  [PROJECT_MEMBER, unknownValue, ["?grant: role is not known before deployment"]],
])("EA-06 access to all secrets: %s %s", (type, role, expected) => {
  expect(says(noProjectWideSecretAccess, grant(type, { role, member: ACCOUNT }))).toEqual(expected);
});

const INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
test.each([
  [
    PROJECT_MEMBER,
    { role: "roles/run.invoker", member: "allUsers" },
    ['grant: member gives "roles/run.invoker" to "allUsers"'],
  ],
  [INVOKER, { role: "roles/run.invoker", member: "allUsers" }, []],
  [
    INVOKER,
    { role: "roles/run.developer", member: "allUsers" },
    ['grant: member gives "roles/run.developer" to "allUsers"'],
  ],
  [
    INVOKER,
    { role: "roles/run.invoker", member: "allAuthenticatedUsers" },
    ['grant: member gives "roles/run.invoker" to "allAuthenticatedUsers"'],
  ],
  [INVOKER, { role: unknownValue, member: "allUsers" }, ["?grant: role is not known before deployment"]],
  [
    PROJECT_MEMBER,
    { role: "roles/run.invoker", member: unknownValue },
    ["?grant: member is not known before deployment"],
  ],
  [
    PROJECT_BINDING,
    { role: "roles/run.invoker", members: [unknownValue, "allUsers", ACCOUNT] },
    [
      "?grant: members[0] is not known before deployment",
      'grant: members[1] gives "roles/run.invoker" to "allUsers"',
    ],
  ],
  [
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    { role: "roles/storage.objectViewer", member: "allUsers" },
    [],
  ],
])("EA-03 grants to everyone: %s %o", (type, props, expected) => {
  expect(says(noGrantToEveryone, grant(type, props))).toEqual(expected);
});

const service = (name: string, props: unknown) => resource(CLOUD_RUN_SERVICE, name, props);
const AT = "template.serviceAccount";

test.each([
  [SERVICE.template.serviceAccount, []],
  [
    "123-compute@developer.gserviceaccount.com",
    [`backend: ${AT} is "123-compute@developer.gserviceaccount.com", a default service account`],
  ],
  [
    "shop@appspot.gserviceaccount.com",
    [`backend: ${AT} is "shop@appspot.gserviceaccount.com", a default service account`],
  ],
  ["", [`backend: ${AT} is not set: it would run as the default service account`]],
  [undefined, [`backend: ${AT} is not set: it would run as the default service account`]],
  [unknownValue, [`?backend: ${AT} is not known before deployment`]],
])("EA-03 default service account: %s", (email, expected) => {
  expect(says(noDefaultServiceAccount, service("backend", changed(SERVICE, AT, email)))).toEqual(expected);
});

test("EA-03 two services share no account, however they write it", () => {
  const own = service("backend", SERVICE);
  const other = (email: unknown) => service("ai-core", changed(SERVICE, AT, email));
  expect(says(ownServiceAccount, own)).toEqual([]);
  expect(says(ownServiceAccount, own, other("ai-core@shop-production.iam.gserviceaccount.com"))).toEqual([]);
  const email = SERVICE.template.serviceAccount;
  expect(says(ownServiceAccount, own, other(`projects/-/serviceAccounts/${email}`))).toEqual([
    `backend: ${AT} is "${email}", which ai-core also runs as`,
    `ai-core: ${AT} is "projects/-/serviceAccounts/${email}", which backend also runs as`,
  ]);
});

test("EA-03 an account that is not known hides no two others that share one", () => {
  const unread = service("third", changed(SERVICE, AT, unknownValue));
  expect(says(ownServiceAccount, unread, service("a", SERVICE), service("b", SERVICE))).toEqual([
    `?third: ${AT} is not known before deployment`,
    `a: ${AT} is "${SERVICE.template.serviceAccount}", which b also runs as`,
    `b: ${AT} is "${SERVICE.template.serviceAccount}", which a also runs as`,
  ]);
  const none = changed(SERVICE, AT, undefined);
  expect(says(ownServiceAccount, service("a", none), service("b", none))).toEqual([]);
});

const PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const github = (attributeCondition: unknown) =>
  resource(PROVIDER, "github", {
    attributeCondition,
    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
  });

test.each([
  ['assertion.repository == "shop/shop" && assertion.ref == "refs/heads/main"', []],
  ["assertion.repository_owner_id == '42'", []],
  [undefined, ["github: attributeCondition is not set: anyone whom the issuer knows is let in"]],
  [" ", ["github: attributeCondition is not set: anyone whom the issuer knows is let in"]],
  [
    "true",
    ["github: attributeCondition asks nothing about who comes: anyone whom the issuer knows is let in"],
  ],
  [
    'assertion.ref == "refs/heads/main"',
    [
      "github: attributeCondition names no repository or owner: every workflow on GitHub that meets it is let in",
    ],
  ],
  [unknownValue, ["?github: attributeCondition is not known before deployment"]],
])("EA-08 condition of GitHub's provider: %s", (condition, expected) => {
  expect(says(ciTrust, github(condition))).toEqual(expected);
});

test("EA-08 a condition on another issuer need not name a repository", () => {
  const props = { attributeCondition: 'assertion.ref == "x"', oidc: { issuerUri: "https://gitlab.com" } };
  expect(says(ciTrust, resource(PROVIDER, "gitlab", props))).toEqual([]);
});

const POOL = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github";
test.each([
  [`${POOL}/attribute.repository/shop/shop`, []],
  [`${POOL}/*`, ["grant: member lets everyone in the workload identity pool become this account"]],
  [unknownValue, ["?grant: member is not known before deployment"]],
])("EA-08 who may become an account: %s", (member, expected) => {
  const props = { role: "roles/iam.workloadIdentityUser", member };
  expect(says(ciTrust, grant("gcp:serviceaccount/iAMMember:IAMMember", props))).toEqual(expected);
});
