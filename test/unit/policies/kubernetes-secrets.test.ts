import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { noServiceAccountKey } from "../../../policies/security/access/no-service-account-key.ts";
import { noLiteralSecret } from "../../../policies/security/secrets/no-literal-secret.ts";
import { noSecretInEnvironment } from "../../../policies/security/secrets/no-secret-in-environment.ts";
import { pinnedSecretVersion } from "../../../policies/security/secrets/pinned-secret-version.ts";
import { secretOfOwnEnvironment } from "../../../policies/security/secrets/secret-of-own-environment.ts";
import { SECRET } from "../../../policies/types.ts";
import { CONFIG, DEPLOYMENT, EXTERNAL_SECRET, object, PODS, withPods } from "./kubernetes-support.ts";
import { changed, resource, says } from "./support.ts";

// Put together here so that no scanner takes this file for a leak.
const made = (...parts: string[]) => parts.join("");
const marked = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

describe("no-secret-in-environment", () => {
  const ENV = "spec.template.spec.containers[0].env";
  const withEnv = (env: unknown) => object(changed(DEPLOYMENT, ENV, [env]));

  test.each([
    [{ name: "LOG_LEVEL", value: "warn" }, []],
    [{ name: "JWT_SECRET_FILE", value: "/secrets/jwt/value" }, []],
    [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }, []],
    [{ name: "FLAGS", valueFrom: { configMapKeyRef: { name: "api", key: "flags" } } }, []],
    [
      { name: "DB_PASSWORD", value: "hunter2" },
      [`api: ${ENV}[0] ("DB_PASSWORD") holds a secret, by its name`],
    ],
    [
      { name: "DB", value: "postgres://app:hunter2@db/shop" },
      [`api: ${ENV}[0] ("DB") holds what looks like an address with a password in it`],
    ],
    [
      { name: "DB", valueFrom: { secretKeyRef: { name: "db", key: "uri" } } },
      [`api: ${ENV}[0] ("DB") puts a Secret into the environment`],
    ],
    [
      { name: "DB", value: marked("x") },
      [`api: ${ENV}[0] ("DB") holds a value that the program marks as a secret`],
    ],
    [{ name: "URL", value: unknownValue }, [`?api: ${ENV}[0].value is not known before deployment`]],
    [{ name: "URL", value: {} }, [`api: ${ENV}[0].value is not a text`]],
  ])("EA-07 a variable %j", (env, expected) => {
    expect(says(noSecretInEnvironment, withEnv(env))).toEqual(expected);
  });

  test("EA-07 a whole Secret is one in the environment, a whole ConfigMap is looked at itself", () => {
    for (const [type, at] of PODS) {
      const envFrom = [{ configMapRef: { name: "api" } }, { secretRef: { name: "db" } }];
      expect(says(noSecretInEnvironment, withPods(type, { initContainers: [{ envFrom }] }))).toEqual([
        `api: ${at}.initContainers[0].envFrom[1].secretRef puts all of a Secret into the environment`,
      ]);
    }
  });

  const data = (entries: unknown) => says(noSecretInEnvironment, object(changed(CONFIG, "data", entries)));
  const kind = (name: string, what: string) => [`api: data.${name} holds ${what}`];
  test.each([
    [{ LOG_LEVEL: "warn", JWT_SECRET_FILE: "/secrets/jwt" }, []],
    [{ DB_PASSWORD: "hunter2" }, kind("DB_PASSWORD", "a secret, by its name")],
    [{ "db.password": "hunter2" }, kind("db.password", "a secret, by its name")],
    [{ DB_PASSWORD: "" }, []],
    [{ SETTING: made("AKIA", "IOSFODNN7EXAMPLE") }, kind("SETTING", "what looks like an AWS access key")],
    [
      { SETTING: made("9f86d081884c7d65", "9a2feaa0c55ad015") },
      kind("SETTING", "what looks like a random key"),
    ],
    [{ SETTING: marked("x") }, kind("SETTING", "a value that the program marks as a secret")],
    [{ SETTING: marked(unknownValue) }, kind("SETTING", "a value that the program marks as a secret")],
    [{ SETTING: unknownValue }, ["?api: data.SETTING is not known before deployment"]],
    [{ SETTING: {} }, ["api: data.SETTING is not a text"]],
    [unknownValue, ["?api: data is not known before deployment"]],
    [[], ["api: data is not an object"]],
    [undefined, []],
  ])("EA-07 a ConfigMap with %j", (entries, expected) => {
    expect(data(entries)).toEqual(expected);
  });

  test("EA-07 a file in a ConfigMap is read by line: checksums, certificates and placeholders are no secrets", () => {
    const lines = (...text: string[]) => ({ "app.conf": text.join("\n") });
    const certificate = made("-----BEGIN CERTIFICATE-----\n", "q7Xv2LmP9sKd4RtZ8wYb3NcH6fJg1QaE\n".repeat(3));
    expect(data({ "ca.crt": certificate })).toEqual([]);
    expect(data(lines("password = ${DB_PASSWORD}", "next=1"))).toEqual([]);
    expect(data(lines("password=", "next=1"))).toEqual([]);
    expect(data(lines("password: {{ .password }}", `sum ${"0f".repeat(32)}`))).toEqual([]);
    expect(data(lines("host=db", "password = hunter2"))).toEqual(
      kind("app.conf", "what looks like a connection string with a password in it"),
    );
    expect(data({ key: made("x\n-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\n") })).toEqual(
      kind("key", "what looks like a private key"),
    );
  });

  test("EA-07 no message quotes what was found", () => {
    const said = [
      ...data({ DB: "postgres://app:hunter2@db/shop", DB_PASSWORD: "correct-horse" }),
      ...says(noSecretInEnvironment, withEnv({ name: "DB_PASSWORD", value: "correct-horse" })),
    ];
    expect(said).toHaveLength(3);
    expect(said.join()).not.toMatch(/hunter2|correct-horse/);
  });
});

describe("no-literal-secret", () => {
  const secret = (props: object) =>
    object({ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, ...props });
  const there = (at: string) => [`api: ${at} holds a secret that stands in the program or the manifest`];
  test.each([
    [{ data: { password: "aHVudGVyMg==" } }, there("data.password")],
    [{ stringData: { password: "hunter2" } }, there("stringData.password")],
    [{ data: { password: marked("aHVudGVyMg==") } }, there("data.password")],
    [{ data: { password: marked(unknownValue) } }, there("data.password")],
    [{ data: marked({ password: "x" }) }, there("data.password")],
    [{ data: marked(unknownValue) }, ["api: data holds secrets that the program, and its state, know"]],
    [{ data: { password: unknownValue } }, ["?api: data.password is not known before deployment"]],
    [{ data: unknownValue }, ["?api: data is not known before deployment"]],
    [{ data: { password: [] } }, ["api: data.password is not a text"]],
    [{ data: "text" }, ["api: data is not an object"]],
    [{ data: {}, stringData: null }, []],
    [{ data: { "tls.crt": "LS0t", "tls.key": "LS0t" } }, there("data.tls.key")],
    [{ stringData: { known_hosts: "github.com ssh-ed25519 AAAA", "identity.pub": "AAAA" } }, []],
    [{ data: { "tls.crt": marked("LS0t"), "tls.key": marked("LS0t") } }, there("data.tls.key")],
    [{ data: { token: marked("ENC[AES256_GCM,data:QX==,type:str]"), other: marked("") } }, []],
    [{ stringData: { token: "" } }, []],
    [{ data: { token: "ENC[AES256_GCM,data:QX==,iv:QX==,tag:QX==,type:str]" } }, []],
    [{ data: { token: "ENC[AES256_GCM,data:QX==] and more" } }, there("data.token")],
    [{}, []],
  ])("P8-01 %j", (props, expected) => {
    expect(says(noLiteralSecret, secret(props))).toEqual(expected);
  });

  test("EA-08 a token that never expires is a key of a service account", () => {
    expect(says(noServiceAccountKey, secret({ type: "kubernetes.io/service-account-token" }))).toEqual([
      'api: type is "kubernetes.io/service-account-token": the cluster puts a token into it that never expires',
    ]);
    expect(says(noServiceAccountKey, secret({ type: "Opaque" }))).toEqual([]);
    expect(says(noServiceAccountKey, secret({ type: unknownValue }))).toEqual([
      "?api: type is not known before deployment",
    ]);
  });
});

describe("secrets by reference", () => {
  const AT = "spec.data[0].remoteRef.version";
  test.each([
    ["3", []],
    [3, []],
    ["uuid/123-4", []],
    ["latest", [`api: ${AT} is "latest", which is another version after each rotation`]],
    ["AWSCURRENT", [`api: ${AT} is "AWSCURRENT", which is another version after each rotation`]],
    ["", [`api: ${AT} is not set, which means "latest"`]],
    [undefined, [`api: ${AT} is not set, which means "latest"`]],
    [unknownValue, [`?api: ${AT} is not known before deployment`]],
    [{}, [`api: ${AT} is not a text`]],
  ])("EA-06 version %s", (version, expected) => {
    expect(says(pinnedSecretVersion, object(changed(EXTERNAL_SECRET, AT, version)))).toEqual(expected);
  });

  test("EA-06 older versions of the kind, whole secrets, searches, and several namespaces at once", () => {
    const of = (spec: unknown, kind = "ExternalSecret", version = "v1beta1") =>
      object({ apiVersion: `external-secrets.io/${version}`, kind, spec });
    expect(says(pinnedSecretVersion, of({ data: [{ remoteRef: { key: "a" } }] }))).toEqual([
      'api: spec.data[0].remoteRef.version is not set, which means "latest"',
    ]);
    expect(
      says(pinnedSecretVersion, of({ dataFrom: [{ extract: { key: "a" } }, { sourceRef: {} }] })),
    ).toEqual(['api: spec.dataFrom[0].extract.version is not set, which means "latest"']);
    expect(says(pinnedSecretVersion, of({ dataFrom: [{ find: { name: {} } }] }))).toEqual([
      "api: spec.dataFrom[0].find takes whatever there is: it can name no version",
    ]);
    const cluster = of({ externalSecretSpec: { data: [{ remoteRef: {} }] } }, "ClusterExternalSecret", "v1");
    expect(says(pinnedSecretVersion, cluster)).toEqual([
      'api: spec.externalSecretSpec.data[0].remoteRef.version is not set, which means "latest"',
    ]);
  });

  test("EA-06 the CSI driver's versions are numbers", () => {
    const of = (secrets: unknown) =>
      says(
        pinnedSecretVersion,
        object({
          apiVersion: "secrets-store.csi.x-k8s.io/v1",
          kind: "SecretProviderClass",
          spec: { provider: "gcp", parameters: { secrets } },
        }),
      );
    const named = (version: string) =>
      `- resourceName: "projects/p/secrets/jwt/versions/${version}"\n  path: jwt\n`;
    expect(of(named("3"))).toEqual([]);
    expect(of(named("3") + named("latest"))).toEqual([
      "api: spec.parameters.secrets names a version that is no number: it is another one after each rotation",
    ]);
    expect(of(undefined)).toEqual([]);
    expect(of(unknownValue)).toEqual(["?api: spec.parameters.secrets is not known before deployment"]);
  });

  test("EA-13 an external secret is of its own environment", () => {
    const secret = (environment: string) =>
      resource(SECRET, "jwt", { secretId: "jwt", project: "shop", labels: { environment } });
    const labels = { "slipway.dev/environment": "production" };
    const external = object(changed(EXTERNAL_SECRET, "metadata.labels", labels));
    expect(says(secretOfOwnEnvironment, secret("production"), external)).toEqual([]);
    expect(says(secretOfOwnEnvironment, secret("staging"), external)).toEqual([
      'api: spec.data[0].remoteRef.key is a secret of environment "staging", and this is of "production"',
    ]);
    expect(says(secretOfOwnEnvironment, secret("staging"), object(EXTERNAL_SECRET))).toEqual([]);
  });
});
