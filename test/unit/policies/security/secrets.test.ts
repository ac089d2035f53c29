import { describe, expect, test } from "vitest";
import { looksSecret, secretKind } from "../../../../policies/core/secret-like.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { noSecretInCommand } from "../../../../policies/security/secrets/no-secret-in-command.ts";
import { noSecretInEnvironment } from "../../../../policies/security/secrets/no-secret-in-environment.ts";
import { noSecretInMetadata } from "../../../../policies/security/secrets/no-secret-in-metadata.ts";
import { noSecretInValues } from "../../../../policies/security/secrets/no-secret-in-values.ts";
import { secretFilesPrivate } from "../../../../policies/security/secrets/secret-files-private.ts";
import { storeByIdentity, storeForNamespaces } from "../../../../policies/security/secrets/secret-store.ts";
import { CLOUD_RUN_SERVICE, KUBERNETES_SECRET } from "../../../../policies/types.ts";
import { CONFIG, DEPLOYMENT, object, PODS, SERVICE, withPods } from "../kubernetes-support.ts";
import { SERVICE as CLOUD_RUN, changed, resource, says } from "../support.ts";

// Put together here so that no scanner takes this file for a leak.
const made = (...parts: string[]) => parts.join("");
const marked = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const KEY = made("AKIA", "IOSFODNN7EXAMPLE");
const AT = "spec.template.spec.containers[0]";

describe("no-secret-in-command", () => {
  const args = (...words: unknown[]) =>
    says(noSecretInCommand, object(changed(DEPLOYMENT, `${AT}.args`, words)));
  const at = (index: number, what: string) => [`api: ${AT}.args[${index}] holds ${what}`];

  test.each<[unknown[], string[]]>([
    [["--port=8080", "--verbose"], []],
    [["--db-password-file=/secrets/db"], []],
    [["--token=$(TOKEN)"], []],
    [["--token", "$TOKEN"], []],
    [["--password-file", "/secrets/x"], []],
    [["--password", "--quiet"], []],
    [["--token=/var/run/token"], []],
    [["--secret=false"], []],
    [["TOKEN=$(cat /secrets/token) exec api"], []],
    [["--db-password=hunter2"], at(0, 'a secret, by the name "db-password"')],
    [["export DB_PASSWORD='hunter2'; exec api"], at(0, 'a secret, by the name "DB_PASSWORD"')],
    [["--from-literal=password=hunter2"], at(0, 'a secret, by the name "password"')],
    [["--password", "hunter2"], at(1, 'a secret, by the flag "--password" before it')],
    [["--key", KEY], at(1, "what looks like an AWS access key")],
    [[`set -e\necho ${KEY}`], at(0, "what looks like an AWS access key")],
    [["postgres://app:hunter2@db/shop"], at(0, "what looks like an address with a password in it")],
    [["postgres://app:$(PASSWORD)@db/shop"], []],
    [[marked("x")], at(0, "a value that the program marks as a secret")],
    [["a", unknownValue], [`?api: ${AT}.args[1] is not known before deployment`]],
    [["a", {}], [`api: ${AT}.args[1] is not a text`]],
  ])("EA-07 %j", (words, expected) => {
    expect(args(...words)).toEqual(expected);
  });

  test("EA-07 in each kind of pod, in probes and hooks, and on Cloud Run", () => {
    for (const [type, pod] of PODS) {
      const container = { name: "a", command: ["x", "--token=abc"] };
      expect(says(noSecretInCommand, withPods(type, { initContainers: [container] }))).toEqual([
        `api: ${pod}.initContainers[0].command[1] holds a secret, by the name "token"`,
      ]);
    }
    const probe = (path: string, to: unknown) =>
      says(noSecretInCommand, object(changed(DEPLOYMENT, `${AT}.${path}`, to)));
    expect(probe("livenessProbe", { exec: { command: ["curl", "--token=abc"] } })).toEqual([
      `api: ${AT}.livenessProbe.exec.command[1] holds a secret, by the name "token"`,
    ]);
    expect(probe("lifecycle.preStop", { exec: { command: ["--token=abc"] } })).toHaveLength(1);
    const header = (name: string, value: unknown) =>
      probe("readinessProbe", { httpGet: { port: 1, httpHeaders: [{ name, value }] } });
    expect(header("Authorization", "Bearer abc")).toEqual([
      `api: ${AT}.readinessProbe.httpGet.httpHeaders[0].value holds a secret, by the name of its header`,
    ]);
    expect(header("Host", "shop.example.com")).toEqual([]);
    expect(header("Cookie", "shop_session-id=x-readiness-probe")).toEqual([]);
    expect(header("Cookie", "lang=en; auth_token=abc")).toEqual([
      `api: ${AT}.readinessProbe.httpGet.httpHeaders[0].value holds a secret, by the name "auth_token"`,
    ]);
    const service = changed(CLOUD_RUN, "template.containers[0].args", ["--api-key=abc"]);
    expect(says(noSecretInCommand, resource(CLOUD_RUN_SERVICE, "s", service))).toEqual([
      's: template.containers[0].args[0] holds a secret, by the name "api-key"',
    ]);
  });
});

describe("no-secret-in-metadata", () => {
  test.each<[string, unknown, string[]]>([
    ["annotations", { "checksum/secret": "9f86d081884c7d659a2feaa0c55ad015" }, []],
    ["annotations", { a: KEY }, ["api: metadata.annotations.a holds what looks like an AWS access key"]],
    ["labels", { a: KEY }, ["api: metadata.labels.a holds what looks like an AWS access key"]],
    [
      "labels",
      { a: marked("x") },
      ["api: metadata.labels.a holds a value that the program marks as a secret"],
    ],
    ["labels", { a: unknownValue }, ["?api: metadata.labels.a is not known before deployment"]],
    ["labels", [], ["api: metadata.labels is not an object"]],
  ])("EA-07 %s %j", (field, value, expected) => {
    expect(says(noSecretInMetadata, object(changed(SERVICE, `metadata.${field}`, value)))).toEqual(expected);
  });

  test("EA-07 of pods, too; and what kubectl keeps of a Secret is its data", () => {
    const pods = changed(DEPLOYMENT, "spec.template.metadata.annotations", { a: KEY });
    expect(says(noSecretInMetadata, object(pods))).toEqual([
      "api: spec.template.metadata.annotations.a holds what looks like an AWS access key",
    ]);
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    expect(says(noSecretInMetadata, resource(KUBERNETES_SECRET, "s", { metadata: { annotations } }))).toEqual(
      [
        "s: metadata.annotations.kubectl.kubernetes.io/last-applied-configuration holds the Secret's data once more",
      ],
    );
    expect(says(noSecretInMetadata, object(changed(SERVICE, "metadata.annotations", annotations)))).toEqual(
      [],
    );
  });
});

describe("a ConfigMap", () => {
  const config = (field: string, entries: unknown) =>
    says(noSecretInEnvironment, object({ ...CONFIG, data: undefined, [field]: entries }));
  const key = made("-----BEGIN RSA ", "PRIVATE KEY-----\nabc");
  const login = made('{"auths":{"r.example.com":{"au', 'th":"dXNlcjpwYXNzd29yZA=="}}}');

  test("EA-07 holds no key of a certificate, and no login to a registry, as text or as bytes", () => {
    expect(config("data", { "tls.key": key })).toEqual([
      "api: data.tls.key holds what looks like a private key",
    ]);
    expect(config("data", { "config.json": login })).toEqual([
      "api: data.config.json holds what looks like a registry's credentials",
    ]);
    const bytes = (text: string) => Buffer.from(text).toString("base64");
    expect(config("binaryData", { a: bytes(key), b: bytes("\u0000fine"), c: unknownValue })).toEqual([
      "api: binaryData.a holds what looks like a private key",
      "?api: binaryData.c is not known before deployment",
    ]);
    expect(config("binaryData", { a: marked("x") })).toEqual([
      "api: binaryData.a holds a value that the program marks as a secret",
    ]);
  });
});

test.each([
  ["a registry's credentials", made('"au', 'th": "dXNlcjpwYXNzd29yZA=="')],
  ["a Docker Hub token", made("dckr_", "pat_abcdefghijklmnopqrstu")],
  ["a Vault token", made("hvs", ".abcdefghijklmnopqrstuvwx")],
  ["a DigitalOcean token", made("dop_v1_", "0123456789abcdef".repeat(4))],
  ["a Shopify token", made("shpat_", "0123456789abcdef".repeat(2))],
  ["a Grafana token", made("glsa_", "0123456789abcdefghijklmnopqrstuv")],
  ["a Databricks token", made("dapi", "0123456789abcdef".repeat(2))],
  ["an Atlassian token", made("ATATT3", "x".repeat(60))],
  ["a Pulumi token", made("pul-", "0123456789".repeat(4))],
  ["a key of age", made("AGE-SECRET-KEY-1", "Q".repeat(58))],
])("EA-07 %s is known by its form", (kind, text) => {
  expect(secretKind(`x ${text}`)).toBe(kind);
  expect(looksSecret(text.slice(0, 12))).toBe(false);
});

test.each<[unknown, string[]]>([
  [{ auth: { existingSecret: "db-v3", enabled: true, port: 5432, database: null }, list: ["a", 1] }, []],
  [{ auth: { passwordSecretRef: "db-v3", passwordFile: "/secrets/db", token: "" } }, []],
  [{ auth: { password: "hunter2" } }, ["r: values.auth.password holds a secret, by its name"]],
  [{ tokens: [{ token: "abc" }] }, ["r: values.tokens[0].token holds a secret, by its name"]],
  [{ extra: [KEY] }, ["r: values.extra[0] holds what looks like an AWS access key"]],
  [
    { auth: { password: marked("x") } },
    ["~r: values.auth.password holds a secret, which Helm keeps in the cluster with the release"],
  ],
  [
    { auth: unknownValue, b: { password: "x" } },
    ["?r: values.auth is not known before deployment", "r: values.b.password holds a secret, by its name"],
  ],
  [[], ["r: values is not an object"]],
])("P8-01 values of a Helm release: %j", (values, expected) => {
  expect(says(noSecretInValues, resource("kubernetes:helm.sh/v3:Release", "r", { values }))).toEqual(
    expected,
  );
});

describe("secret-files-private", () => {
  const mounted = (...volumes: unknown[]) =>
    says(secretFilesPrivate, object(changed(DEPLOYMENT, "spec.template.spec.volumes", volumes)));
  const at = "~api: spec.template.spec.volumes[0]";
  const open = "every user in the container may read the secret";

  test("AC-02 nobody but the program's user and group may read it", () => {
    expect(
      mounted({ secret: { defaultMode: 0o440 } }, { secret: { defaultMode: 0o600 } }, { emptyDir: {} }),
    ).toEqual([]);
    expect(mounted({ secret: {} })).toEqual([
      `${at}.secret.defaultMode is not set, which means 0644: ${open}`,
    ]);
    expect(mounted({ secret: { defaultMode: 0o604 } })).toEqual([
      `${at}.secret.defaultMode is 0604: ${open}`,
    ]);
    expect(mounted({ secret: { defaultMode: 0o400, items: [{ mode: 0o444 }, {}] } })).toEqual([
      `${at}.secret.items[0].mode is 0444: ${open}`,
    ]);
    expect(mounted({ secret: { defaultMode: unknownValue } })).toEqual([
      "?api: spec.template.spec.volumes[0].secret.defaultMode is not known before deployment",
    ]);
  });

  test("AC-02 among other sources, too", () => {
    expect(mounted({ projected: { sources: [{ configMap: {} }] } })).toEqual([]);
    expect(mounted({ projected: { sources: [{ configMap: {} }, { secret: {} }] } })).toEqual([
      `${at}.projected.defaultMode is not set, which means 0644: ${open}`,
    ]);
  });
});

describe("stores of secrets", () => {
  const store = (kind: string, spec: unknown) =>
    object({ apiVersion: "external-secrets.io/v1", kind, metadata: { name: "api" }, spec });

  test.each([
    ["gcpsm", "auth.secretRef"],
    ["aws", "auth.secretRef"],
    ["azurekv", "authSecretRef"],
    ["vault", "auth.tokenSecretRef"],
    ["vault", "auth.appRole"],
  ])("EA-08 %s is come to without a key", (provider, path) => {
    const whole = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), { name: "key" });
    for (const kind of ["SecretStore", "ClusterSecretStore"]) {
      expect(says(storeByIdentity, store(kind, { provider: { [provider]: whole } }))).toEqual([
        `api: spec.provider.${provider}.${path} is a key that lies in the cluster`,
      ]);
    }
    const identity = { auth: { workloadIdentity: {} } };
    expect(says(storeByIdentity, store("SecretStore", { provider: { [provider]: identity } }))).toEqual([]);
  });

  test("EA-06 the cluster's says for whom it is", () => {
    const conditions = (value: unknown) =>
      says(storeForNamespaces, store("ClusterSecretStore", { conditions: value }));
    expect(conditions([{ namespaces: ["shop"] }])).toEqual([]);
    expect(conditions([])).toEqual([
      "api: spec.conditions is not set: every namespace reads every secret of the store",
    ]);
    expect(conditions(unknownValue)).toEqual(["?api: spec.conditions is not known before deployment"]);
    expect(says(storeForNamespaces, store("SecretStore", {}))).toEqual([]);
  });
});
