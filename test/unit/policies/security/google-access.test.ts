import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { apiKeyRestricted } from "../../../../policies/security/access/google/api-keys.ts";
import {
  accountDutiesSeparated,
  keyDutiesSeparated,
} from "../../../../policies/security/access/google/duties.ts";
import { membersOfOwnDomains, rolesToGroups } from "../../../../policies/security/access/google/members.ts";
import {
  noAdminServiceAccount,
  noAuthoritativeProjectGrant,
  noProjectWideImpersonation,
  noRoleForDefaultAccount,
} from "../../../../policies/security/access/google/project-grants.ts";
import { noDefaultServiceAccount } from "../../../../policies/security/access/no-default-service-account.ts";
import {
  CLOUD_RUN_SERVICE_V1,
  FUNCTION,
  FUNCTION_V1,
  GKE_CLUSTER,
  MACHINE,
  NODE_POOL,
} from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { saysWhenSet } from "./field-cases.ts";

const PROJECT = "gcp:projects/iAMMember:IAMMember";
const BINDING = "gcp:projects/iAMBinding:IAMBinding";
const POLICY = "gcp:projects/iAMPolicy:IAMPolicy";
const API = "serviceAccount:api@shop.iam.gserviceaccount.com";
const grant = (role: unknown, member: unknown, name = "x", type = PROJECT) =>
  resource(type, name, { role, member });
const whole = (role: string, ...members: string[]) =>
  resource(POLICY, "x", { policyData: JSON.stringify({ bindings: [{ role, members }] }) });

test.each([
  ["roles/iam.serviceAccountUser", [`gets "roles/iam.serviceAccountUser" on every service account there is`]],
  [
    "roles/iam.serviceAccountTokenCreator",
    [`gets "roles/iam.serviceAccountTokenCreator" on every service account there is`],
  ],
  ["roles/logging.logWriter", []],
])("EA-03 nobody acts as every account: %s", (role, expected) => {
  expect(says(noProjectWideImpersonation, grant(role, API))).toEqual(
    expected.map((text) => `x: member ${text}`),
  );
  expect(says(noProjectWideImpersonation, whole(role, API))).toEqual(
    expected.map((text) => `x: policyData ${text}`),
  );
  expect(
    says(noProjectWideImpersonation, grant(role, API, "x", "gcp:serviceaccount/iAMMember:IAMMember")),
  ).toEqual([]);
});

test("EA-03 an unknown role or member is not evaluated, and a misshapen one is found", () => {
  expect(says(noProjectWideImpersonation, grant(unknownValue, API))).toEqual([
    "?x: role is not known before deployment",
  ]);
  expect(says(noProjectWideImpersonation, grant("roles/viewer", unknownValue))).toEqual([
    "?x: member is not known before deployment",
  ]);
  expect(says(noProjectWideImpersonation, grant({}, API))).toEqual(["x: role is not a text"]);
});

test.each([
  ["roles/storage.admin", API, true],
  ["roles/compute.instanceAdmin.v1", API, true],
  ["roles/storage.objectUser", API, false],
  ["roles/storage.admin", "group:platform@example.com", false],
  ["roles/pubsub.admin", "serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com", false],
])("EA-03 a program that administers a project: %s %s", (role, member, found) => {
  const expected = found ? [`x: member gets "${role}": a program administers everything of that kind`] : [];
  expect(says(noAdminServiceAccount, grant(role, member))).toEqual(expected);
});

test("EA-03 a stack lists the roles that its pipeline needs all the same", () => {
  const deploys = grant("roles/run.admin", API);
  expect(says(noAdminServiceAccount, deploys)).toHaveLength(1);
  expect(saysWhenSet(noAdminServiceAccount, { roles: ["roles/run.admin"] }, deploys)).toEqual([]);
});

test("a default service account gets no role", () => {
  const member = "serviceAccount:1234-compute@developer.gserviceaccount.com";
  expect(says(noRoleForDefaultAccount, grant("roles/run.invoker", member))).toEqual([
    'x: member is a default service account, and gets "roles/run.invoker"',
  ]);
  expect(says(noRoleForDefaultAccount, grant("roles/run.invoker", API))).toEqual([]);
});

test("grants that take others away are advice", () => {
  expect(says(noAuthoritativeProjectGrant, whole("roles/viewer", API))).toEqual([
    "~x: it takes away every grant that it does not name",
  ]);
  expect(says(noAuthoritativeProjectGrant, resource(BINDING, "x", { members: [] }))).toEqual([
    "~x: it takes its role away from every member that it does not name",
  ]);
  expect(says(noAuthoritativeProjectGrant, grant("roles/viewer", API))).toEqual([]);
});

test("one member has not both duties, wherever they are given", () => {
  const admin = grant("roles/iam.serviceAccountAdmin", "group:platform@example.com", "admin");
  const user = (member: unknown) =>
    resource(BINDING, "user", { role: "roles/iam.serviceAccountUser", members: [member] });
  expect(says(accountDutiesSeparated, admin, user("group:platform@example.com"))).toEqual([
    'user: members[0] gets "roles/iam.serviceAccountUser", and has "roles/iam.serviceAccountAdmin" besides',
  ]);
  expect(says(accountDutiesSeparated, admin, user("group:release@example.com"))).toEqual([]);
  expect(says(accountDutiesSeparated, admin, user(unknownValue))).toEqual([
    "?user: members[0] is not known before deployment",
  ]);
  expect(says(accountDutiesSeparated, user(unknownValue))).toEqual([]);
});

test("who manages keys does not decrypt with them", () => {
  const decrypts = (member: string) =>
    grant(
      "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member,
      "key",
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    );
  const admin = grant("roles/cloudkms.admin", API, "admin");
  expect(says(keyDutiesSeparated, admin, decrypts(API))).toEqual([
    'key: member gets "roles/cloudkms.cryptoKeyEncrypterDecrypter", and has "roles/cloudkms.admin" besides',
  ]);
  expect(
    says(keyDutiesSeparated, admin, decrypts("serviceAccount:other@shop.iam.gserviceaccount.com")),
  ).toEqual([]);
});

test.each([
  ["user:a@gmail.com", ['member is of "gmail.com", where everybody can make an account']],
  ["user:a@example.com", []],
  ["serviceAccount:api@shop.iam.gserviceaccount.com", []],
  ["domain:googlemail.com", ['member is of "googlemail.com", where everybody can make an account']],
])("people are of no consumer domain: %s", (member, expected) => {
  expect(says(membersOfOwnDomains, grant("roles/viewer", member))).toEqual(
    expected.map((text) => `x: ${text}`),
  );
});

test("people are of a stack's own domains", () => {
  const set = { domains: ["example.com"] };
  const ask = (member: string) => saysWhenSet(membersOfOwnDomains, set, grant("roles/viewer", member));
  expect(ask("user:a@example.com")).toEqual([]);
  expect(ask("group:A@EXAMPLE.COM")).toEqual([]);
  expect(ask("domain:partner.example")).toEqual([
    'member is of "partner.example"; roles may be given to example.com',
  ]);
  expect(ask(API)).toEqual([]);
});

test("a member that another resource makes is no person; any other that is not known is not evaluated", () => {
  const unknown = { role: "roles/viewer", member: unknownValue };
  expect(says(membersOfOwnDomains, resource(PROJECT, "x", unknown))).toEqual([
    "?x: member is not known before deployment",
  ]);
  const made = {
    propertyDependencies: { member: ["urn:pulumi:production::shop::gcp:serviceaccount/account:Account::a"] },
  };
  expect(says(membersOfOwnDomains, resource(PROJECT, "x", unknown, made))).toEqual([]);
  expect(says(membersOfOwnDomains, resource(PROJECT, "x", { ...unknown, member: [] }, made))).toEqual([
    "x: member is not a text",
  ]);
});

test("roles go to groups", () => {
  expect(says(rolesToGroups, grant("roles/logging.viewer", "user:a@example.com"))).toEqual([
    '~x: member gives "roles/logging.viewer" to a person',
  ]);
  expect(says(rolesToGroups, grant("roles/logging.viewer", "group:a@example.com"))).toEqual([]);
});

test("an API key is good for named services and named callers", () => {
  const key = (props: object) => says(apiKeyRestricted, resource("gcp:projects/apiKey:ApiKey", "x", props));
  const apiTargets = [{ service: "maps-backend.googleapis.com" }];
  const browserKeyRestrictions = { allowedReferrers: ["https://shop.example.com/*"] };
  expect(key({ restrictions: { apiTargets, browserKeyRestrictions } })).toEqual([]);
  const open = "x: restrictions.apiTargets is not set: the key is good for every service of the project";
  const anyone = "x: restrictions names no callers: whoever reads the key can use it";
  expect(key({})).toEqual([open, anyone]);
  expect(key({ restrictions: { apiTargets } })).toEqual([anyone]);
  expect(key({ restrictions: { browserKeyRestrictions } })).toEqual([open]);
  expect(key({ restrictions: unknownValue })).toEqual(["?x: restrictions is not known before deployment"]);
});

test.each([
  [MACHINE, {}, []],
  [MACHINE, { serviceAccount: { scopes: ["cloud-platform"] } }, ["serviceAccount.email is not set"]],
  [NODE_POOL, { nodeConfig: {} }, ["nodeConfig.serviceAccount is not set"]],
  [NODE_POOL, { nodeConfig: { serviceAccount: "nodes@shop.iam.gserviceaccount.com" } }, []],
  [GKE_CLUSTER, { removeDefaultNodePool: true }, []],
  [
    GKE_CLUSTER,
    { enableAutopilot: true },
    ["clusterAutoscaling.autoProvisioningDefaults.serviceAccount is not set"],
  ],
  [FUNCTION, {}, ["serviceConfig.serviceAccountEmail is not set"]],
  [FUNCTION_V1, { serviceAccountEmail: "api@shop.iam.gserviceaccount.com" }, []],
  [CLOUD_RUN_SERVICE_V1, { template: { spec: {} } }, ["template.spec.serviceAccountName is not set"]],
  [
    CLOUD_RUN_SERVICE_V1,
    { template: { spec: { serviceAccountName: "api@shop.iam.gserviceaccount.com" } } },
    [],
  ],
])("EA-03 nothing runs as a default account: %s %o", (type, props, expected) => {
  expect(says(noDefaultServiceAccount, resource(type, "x", props))).toEqual(
    expected.map((text) => `x: ${text}: it would run as the default service account`),
  );
});
