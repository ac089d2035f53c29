import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { noServiceAccountKey } from "../../../policies/security/access/no-service-account-key.ts";
import { noSecretInEnvironment } from "../../../policies/security/secrets/no-secret-in-environment.ts";
import { pinnedSecretVersion } from "../../../policies/security/secrets/pinned-secret-version.ts";
import { secretOfOwnEnvironment } from "../../../policies/security/secrets/secret-of-own-environment.ts";
import { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE, SECRET } from "../../../policies/types.ts";
import { changed, resource, SERVICE, says } from "./support.ts";

const service = (props: unknown) => resource(CLOUD_RUN_SERVICE, "backend", props);
const ENVS = "template.containers[0].envs";
const withEnv = (env: unknown) => service(changed(SERVICE, ENVS, [env]));
const AT = `backend: ${ENVS}[0]`;

// Made up, and put together here so that no scanner takes this file for a leak.
const made = (...parts: string[]) => parts.join("");

test("EA-07 settings, and files of secrets, are no secrets", () => {
  const settings = {
    PORT: "8080",
    MONGODB_DATABASE: "ethixai",
    GCS_BUCKET: "ethixai-production-us-east1-uploads-2026",
    AI_CORE_URL: "https://ai-core-k3j5h2x7qa-ue.a.run.app",
    JWT_ACCESS_TTL_SECONDS: "900",
    JWT_PRIVATE_KEY_FILE: "/secrets/jwt-private-key/value",
    SESSION_COOKIE_SECRET_NAME: "session",
    MAX_TOKENS: "4096",
    PASSWORD_MIN_LENGTH: "12",
    PASSWORD_PATTERN: "^.{8,32}$",
    API_TOKEN_SECRET_NAMESPACE: "tekton",
    IMAGE: made(
      "us-docker.pkg.dev/p/r/i@sha256:",
      "0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f",
    ),
    CORS_ORIGINS: "https://app.ethixai.com,https://www.ethixai.com",
    REQUEST_ID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    SERVICE_ACCOUNT: "backend@ethixai-production.iam.gserviceaccount.com",
    REQUIRE_API_TOKEN: "true",
    EMPTY_SECRET: "",
  };
  const envs = Object.entries(settings).map(([name, value]) => ({ name, value }));
  expect(says(noSecretInEnvironment, service(changed(SERVICE, ENVS, envs)))).toEqual([]);
});

test.each([
  ["JWT_SECRET", "hunter2"],
  ["DB_PASSWORD", "x"],
  ["SENTRY_DSN", "whatever"],
  ["PAGERDUTY_ROUTING_KEY", "r"],
  ["stripeApiKey", "s"],
  ["GITHUB_TOKEN_PROD", "t"],
  ["SECRET_KEY_BASE", "b"],
])("EA-07 %s is a secret by its name", (name, value) => {
  expect(says(noSecretInEnvironment, withEnv({ name, value }))).toEqual([
    `${AT} ("${name}") holds a secret, by its name`,
  ]);
});

test.each([
  ["a private key", made("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\n")],
  [
    "a JSON web token",
    made("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTYifQ", ".dozjgNryP4J3jVmNHl0w5N_XgL0"),
  ],
  ["an AWS access key", made("AKIA", "IOSFODNN7EXAMPLE")],
  ["a Google API key", made("AIza", "SyA1234567890abcdefghijklmnopqrstuv")],
  ["a GitHub token", made("ghp_", "0123456789abcdefghijABCDEFGHIJ012345")],
  ["a Slack token", made("xoxb-", "1234567890-abcdefghij")],
  ["a webhook's address", made("https://hooks.slack.com/", "services/T000/B000/XXXX")],
  ["a Stripe key", made("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc")],
  ["an address with a password in it", "mongodb+srv://app:hunter2@shop.abcde.mongodb.net/shop"],
  [
    "an address with a key in it",
    made("https://", "0123456789abcdef0123456789abcdef", "@o1.ingest.sentry.io/2"),
  ],
  ["a connection string with a password in it", "Server=db;User=app;Password=hunter2;"],
  ["a random key", made("9f86d081884c7d65", "9a2feaa0c55ad015")],
  ["a random key", made("q7Xv2LmP9sKd4RtZ", "8wYb3NcH6fJg1QaE")],
  ["a random key", made("aB3$kLm9!pQ2", "#xZ7&vN4w")],
])("EA-07 a value is known as %s by its look, and never quoted", (kind, value) => {
  const said = says(noSecretInEnvironment, withEnv({ name: "SETTING", value }));
  expect(said).toEqual([`${AT} ("SETTING") holds what looks like ${kind}`]);
  expect(said.join()).not.toContain(value);
});

test("EA-07 a reference to Secret Manager is refused in the environment too", () => {
  const env = { name: "JWT", valueSource: { secretKeyRef: { secret: "jwt", version: "3" } } };
  expect(says(noSecretInEnvironment, withEnv(env))).toEqual([
    `${AT} ("JWT") puts a secret of Secret Manager into the environment`,
  ]);
});

test("EA-07 what Pulumi marks as a secret is one, whatever it looks like", () => {
  const value = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "plain" };
  expect(says(noSecretInEnvironment, withEnv({ name: "SETTING", value }))).toEqual([
    `${AT} ("SETTING") holds a value that the program marks as a secret`,
  ]);
});

test("EA-07 an unknown value hides neither a secret's name nor the variables beside it", () => {
  const envs = [
    { name: "AI_CORE_URL", value: unknownValue },
    { name: "DB_PASSWORD", value: unknownValue },
    { name: "API_TOKEN", value: "t" },
  ];
  expect(says(noSecretInEnvironment, service(changed(SERVICE, ENVS, envs)))).toEqual([
    `?backend: ${ENVS}[0].value is not known before deployment`,
    `backend: ${ENVS}[1] ("DB_PASSWORD") holds a secret, by its name`,
    `backend: ${ENVS}[2] ("API_TOKEN") holds a secret, by its name`,
  ]);
});

test("EA-07 a name that looks like a secret is not quoted", () => {
  const name = made("AKIA", "IOSFODNN7EXAMPLE");
  expect(says(noSecretInEnvironment, withEnv({ name, value: made("ASIA", "IOSFODNN7EXAMPLE") }))).toEqual([
    `${AT} ([withheld]) holds what looks like an AWS access key`,
  ]);
});

test("EA-07 jobs are looked at as services are", () => {
  const job = { template: { template: { containers: [{ envs: [{ name: "API_TOKEN", value: "t" }] }] } } };
  expect(says(noSecretInEnvironment, resource(CLOUD_RUN_JOB, "nightly", job))).toEqual([
    'nightly: template.template.containers[0].envs[0] ("API_TOKEN") holds a secret, by its name',
  ]);
});

test("EA-08 a key of a service account is refused, whatever is known of it", () => {
  expect(
    says(
      noServiceAccountKey,
      resource("gcp:serviceaccount/key:Key", "ci", { serviceAccountId: unknownValue }),
    ),
  ).toEqual(["ci: a key of a service account is created"]);
  expect(says(noServiceAccountKey, resource("gcp:storage/hmacKey:HmacKey", "s3", {}))).toEqual([
    "s3: an HMAC key of a service account is created",
  ]);
  expect(says(noServiceAccountKey, resource("gcp:serviceaccount/account:Account", "ci", {}))).toEqual([]);
});

const ITEMS = "template.volumes[0].secret.items";
test.each([
  ["3", []],
  ["latest", [`backend: ${ITEMS}[0].version is "latest", not the number of a version`]],
  [undefined, [`backend: ${ITEMS}[0].version is not set, which means "latest"`]],
  [unknownValue, [`?backend: ${ITEMS}[0].version is not known before deployment`]],
])("EA-06 a mounted secret's version %s", (version, expected) => {
  expect(says(pinnedSecretVersion, service(changed(SERVICE, `${ITEMS}[0].version`, version)))).toEqual(
    expected,
  );
});

test("EA-06 a volume without items, and a variable without version, mean latest", () => {
  expect(says(pinnedSecretVersion, service(changed(SERVICE, ITEMS, [])))).toEqual([
    `backend: ${ITEMS} names no version, which means "latest"`,
  ]);
  const env = { name: "JWT", valueSource: { secretKeyRef: { secret: "jwt", version: "latest" } } };
  expect(says(pinnedSecretVersion, withEnv(env))).toEqual([
    `${AT}.valueSource.secretKeyRef.version is "latest", not the number of a version`,
  ]);
  expect(
    says(pinnedSecretVersion, service(changed(SERVICE, "template.volumes", [{ name: "tmp", emptyDir: {} }]))),
  ).toEqual([]);
});

const secret = (environment: unknown) =>
  resource(SECRET, "jwt", { secretId: "jwt-secret", project: "shop-production", labels: { environment } });
const REFERENCE = "template.volumes[0].secret.secret";

test.each([
  ["production", []],
  ["staging", [`backend: ${REFERENCE} is a secret of environment "staging", and this is of "production"`]],
  [undefined, []],
  [unknownValue, ["?jwt: labels.environment is not known before deployment"]],
])("EA-13 a secret labelled %s", (environment, expected) => {
  expect(says(secretOfOwnEnvironment, secret(environment), service(SERVICE))).toEqual(expected);
});

test.each([
  ["projects/shop-production/secrets/jwt-secret", []],
  [
    "projects/shop-staging/secrets/other",
    [`backend: ${REFERENCE} belongs to project "shop-staging", and this runs in "shop-production"`],
  ],
  [
    "projects/123456/secrets/other",
    [`?backend: ${REFERENCE} names project "123456", which can't be compared with this one's`],
  ],
  ["projects/123456/secrets/jwt-secret", []],
  ["elsewhere", []],
  [unknownValue, [`?backend: ${REFERENCE} is not known before deployment`]],
])("EA-13 a reference %s", (reference, expected) => {
  expect(
    says(secretOfOwnEnvironment, secret("production"), service(changed(SERVICE, REFERENCE, reference))),
  ).toEqual(expected);
});
