import { expect, test } from "vitest";
import type { Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  admissionPolicyRefuses,
  binaryAuthorizationAsked,
} from "../../../../policies/security/application/binary-authorization.ts";
import { applicationCorsRestricted } from "../../../../policies/security/application/cors-restricted.ts";
import {
  applicationCsrfProtected,
  applicationRateLimited,
  applicationRowSecurity,
} from "../../../../policies/security/application/switches.ts";
import { applicationTokenExpires } from "../../../../policies/security/application/token-expires.ts";
import {
  CLOUD_RUN_SERVICE,
  CONFIG_MAP,
  DEPLOYMENT,
  FUNCTION,
  FUNCTION_V1,
  GKE_CLUSTER,
  INGRESS,
} from "../../../../policies/types.ts";
import { resource, SERVICE, says } from "../support.ts";
import { saysWhenSet } from "./field-cases.ts";

const AT = "template.containers[0].envs[0].value";
const service = (name: string, value: unknown, stack = "production") =>
  resource(
    CLOUD_RUN_SERVICE,
    "x",
    { ingress: SERVICE.ingress, template: { containers: [{ envs: [{ name, value }] }] } },
    { stack },
  );

const SWITCHES = [
  ["P8-01", applicationRateLimited, "RATE_LIMIT_ENABLED", "one client can ask as much as it likes"],
  ["P8-01", applicationCsrfProtected, "CSRF_PROTECTION", "another page can act in a user's name"],
  ["P8-01", applicationRowSecurity, "RLS_ENABLED", "one user's rows are another's for the asking"],
] as const;

test.each(SWITCHES)("%s %o is on", (_, policy, name, otherwise) => {
  for (const yes of ["true", "1", "on", "YES", "enabled"])
    expect(says(policy, service(name, yes))).toEqual([]);
  expect(says(policy, service(name, "false"))).toEqual([`x: ${AT} (${name}) is "false": ${otherwise}`]);
  expect(says(policy, service(name, ""))).toEqual([`x: ${AT} (${name}) is "": ${otherwise}`]);
  expect(says(policy, service(name, unknownValue))).toEqual([`?x: ${AT} is not known before deployment`]);
  expect(says(policy, service(name, []))).toEqual([`x: ${AT} is not a text`]);
  expect(says(policy, service("LOG_LEVEL", "warn"))).toEqual([]);
});

test("P8-01 variables that turn a protection off", () => {
  expect(says(applicationCsrfProtected, service("DISABLE_CSRF", "1"))).toEqual([
    `x: ${AT} (DISABLE_CSRF) is "1": another page can act in a user's name`,
  ]);
  expect(says(applicationCsrfProtected, service("DISABLE_CSRF", "false"))).toEqual([]);
});

test("P8-01 EA-13 outside production the rate limit may be off, and the rest is advice", () => {
  expect(says(applicationRateLimited, service("RATE_LIMIT_ENABLED", "false", "sandbox"))).toEqual([]);
  expect(says(applicationRowSecurity, service("RLS_ENABLED", "off", "staging"))).toEqual([
    `~x: ${AT} (RLS_ENABLED) is "off": one user's rows are another's for the asking`,
  ]);
});

test("P8-01 a stack may ask that the public's services say it, by names of its own", () => {
  const silent = service("LOG_LEVEL", "warn");
  const settings = { demanded: true, on: ["GUARD"], off: [] };
  expect(saysWhenSet(applicationCsrfProtected, settings, silent)).toEqual([
    "template.containers sets none of GUARD",
  ]);
  expect(saysWhenSet(applicationCsrfProtected, settings, service("GUARD", "true"))).toEqual([]);
  const internal = resource(CLOUD_RUN_SERVICE, "x", {
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    template: {},
  });
  expect(saysWhenSet(applicationCsrfProtected, settings, internal)).toEqual([]);
  expect(saysWhenSet(applicationCsrfProtected, settings, service("LOG_LEVEL", "warn", "staging"))).toEqual(
    [],
  );
});

test("P8-01 every way to give a program variables is read", () => {
  const off = { RLS_ENABLED: "false" };
  const given: [string, unknown, string][] = [
    [CONFIG_MAP, { data: off }, "data.RLS_ENABLED"],
    [
      FUNCTION,
      { serviceConfig: { environmentVariables: off } },
      "serviceConfig.environmentVariables.RLS_ENABLED",
    ],
    [FUNCTION_V1, { environmentVariables: off }, "environmentVariables.RLS_ENABLED"],
    [
      DEPLOYMENT,
      { spec: { template: { spec: { containers: [{ env: [{ name: "RLS_ENABLED", value: "false" }] }] } } } },
      "spec.template.spec.containers[0].env[0].value",
    ],
  ];
  for (const [type, props, path] of given) {
    expect(says(applicationRowSecurity, resource(type, "x", props))).toEqual([
      `x: ${path} (RLS_ENABLED) is "false": one user's rows are another's for the asking`,
    ]);
  }
  const elsewhere = { name: "RLS_ENABLED", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } };
  const pods = { spec: { template: { spec: { containers: [{ env: [elsewhere] }] } } } };
  expect(says(applicationRowSecurity, resource(DEPLOYMENT, "x", pods))).toEqual([]);
});

const WILD = "lets pages of other people call: name each origin";
test.each([
  ["https://app.example.com", undefined],
  ["https://app.example.com, https://admin.example.com", undefined],
  ["", undefined],
  ["*", WILD],
  ["https://app.example.com,*", WILD],
  ["https://*.example.com", WILD],
  ['["*"]', WILD],
  ["null", 'lets "null" call, which every page can say of itself'],
  ["https://nullable.example.com", undefined],
])("P8-01 EA-13 origins %s", (origins, expected) => {
  expect(says(applicationCorsRestricted, service("CORS_ORIGINS", origins))).toEqual(
    expected === undefined ? [] : [`x: ${AT} (CORS_ORIGINS) ${expected}`],
  );
});

test("P8-01 origins at an Ingress: without a list every one may call", () => {
  const ask = (annotations: object) =>
    says(applicationCorsRestricted, resource(INGRESS, "x", { metadata: { annotations } }));
  const [enable, origins] = ["enable-cors", "cors-allow-origin"].map(
    (name) => `nginx.ingress.kubernetes.io/${name}`,
  ) as [string, string];
  expect(ask({})).toEqual([]);
  expect(ask({ [enable]: "true" })).toEqual([`x: metadata.annotations.${origins} ${WILD}`]);
  expect(ask({ [enable]: "true", [origins]: "https://app.example.com" })).toEqual([]);
  expect(ask({ [enable]: "false", [origins]: "*" })).toEqual([]);
});

const UNTELLABLE = "from which no one can tell when a token ends";
test.each([
  ["JWT_ACCESS_TTL_SECONDS", "3600", undefined],
  ["JWT_ACCESS_TTL_SECONDS", "3601", "is 3601 s; a token may be good for 3600 s"],
  ["ACCESS_TOKEN_EXPIRE_MINUTES", "60", undefined],
  ["ACCESS_TOKEN_EXPIRE_MINUTES", "61", "is 3660 s; a token may be good for 3600 s"],
  ["JWT_EXPIRES_IN", "1h", undefined],
  ["JWT_EXPIRES_IN", "15 m", undefined],
  ["JWT_EXPIRES_IN", "7d", "is 604800 s; a token may be good for 3600 s"],
  ["JWT_EXPIRES_IN", "3600", undefined],
  ["JWT_EXPIRES_IN", "never", `is "never", ${UNTELLABLE}`],
  ["JWT_EXPIRES_IN", "1 moon", `is "1 moon", ${UNTELLABLE}`],
  ["JWT_EXPIRES_IN", "0", `is "0", ${UNTELLABLE}`],
  ["JWT_REFRESH_TTL_SECONDS", "1209600", undefined],
])("P8-01 a token ends within the hour: %s=%s", (name, value, expected) => {
  expect(says(applicationTokenExpires, service(name, value))).toEqual(
    expected === undefined ? [] : [`x: ${AT} (${name}) ${expected}`],
  );
});

test("P8-01 a token's end that is not known, and a stack's own limit", () => {
  expect(says(applicationTokenExpires, service("JWT_TTL", unknownValue))).toEqual([
    `?x: ${AT} is not known before deployment`,
  ]);
  expect(saysWhenSet(applicationTokenExpires, { seconds: 900 }, service("JWT_TTL", "15m"))).toEqual([]);
  expect(saysWhenSet(applicationTokenExpires, { seconds: 900 }, service("JWT_TTL", "16m"))).toEqual([
    `${AT} (JWT_TTL) is 960 s; a token may be good for 900 s`,
  ]);
});

const ask = (policy: Policy, type: string, props: unknown) => says(policy, resource(type, "x", props));

test.each([
  [{ evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" }, []],
  [
    { evaluationMode: "DISABLED" },
    ['x: binaryAuthorization.evaluationMode is "DISABLED": any image may run'],
  ],
  [{ enabled: true }, []],
  [undefined, ["x: binaryAuthorization.evaluationMode is not set: any image may run"]],
  [unknownValue, ["?x: binaryAuthorization is not known before deployment"]],
  [[], ["x: binaryAuthorization is not an object"]],
])("a cluster asks which images may run: %o", (binaryAuthorization, expected) => {
  expect(ask(binaryAuthorizationAsked, GKE_CLUSTER, { binaryAuthorization })).toEqual(expected);
});

const ADMISSION = "gcp:binaryauthorization/policy:Policy";

test("what runs in a project whose policy the stack declares must ask it", () => {
  const policy = resource(ADMISSION, "policy", { project: "p" });
  const runs = (props: object) => resource(CLOUD_RUN_SERVICE, "x", { project: "p", ...props });
  const asksNobody = "x: binaryAuthorization asks nobody whether an image may run";
  expect(says(binaryAuthorizationAsked, runs({}))).toEqual([]);
  expect(says(binaryAuthorizationAsked, policy, runs({}))).toEqual([asksNobody]);
  expect(says(binaryAuthorizationAsked, policy, runs({ project: "q" }))).toEqual([]);
  expect(says(binaryAuthorizationAsked, policy, runs({ binaryAuthorization: { useDefault: true } }))).toEqual(
    [],
  );
  expect(saysWhenSet(binaryAuthorizationAsked, { everywhere: true }, runs({}))).toEqual([
    asksNobody.slice("x: ".length),
  ]);
});

test("a policy of admission refuses what nobody attested", () => {
  const rule = {
    evaluationMode: "REQUIRE_ATTESTATION",
    enforcementMode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
    requireAttestationsBies: ["projects/p/attestors/a"],
  };
  const judge = (props: object) =>
    ask(admissionPolicyRefuses, ADMISSION, { defaultAdmissionRule: rule, ...props });
  expect(judge({})).toEqual([]);
  expect(judge({ defaultAdmissionRule: { ...rule, evaluationMode: "ALWAYS_ALLOW" } })).toEqual([
    'x: defaultAdmissionRule.evaluationMode is "ALWAYS_ALLOW": any image may run',
  ]);
  expect(judge({ defaultAdmissionRule: { ...rule, requireAttestationsBies: [] } })).toEqual([
    "x: defaultAdmissionRule.requireAttestationsBies names nobody who attests, so nothing is asked for",
  ]);
  expect(
    judge({ clusterAdmissionRules: [rule, { ...rule, enforcementMode: "DRYRUN_AUDIT_LOG_ONLY" }] }),
  ).toEqual([
    'x: clusterAdmissionRules[1].enforcementMode is "DRYRUN_AUDIT_LOG_ONLY": what may not run runs all the same',
  ]);
  expect(
    judge({ admissionWhitelistPatterns: [{ namePattern: "gcr.io/shop/*" }, { namePattern: "**" }] }),
  ).toEqual(['x: admissionWhitelistPatterns[1].namePattern is "**": any image may run']);
  expect(judge({ defaultAdmissionRule: unknownValue })).toEqual([
    "?x: defaultAdmissionRule is not known before deployment",
  ]);
});
