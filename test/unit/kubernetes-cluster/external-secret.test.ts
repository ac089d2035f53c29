import { describe, expect, test } from "vitest";
import {
  collectValues,
  describeSources,
  secretFor,
} from "../../../sandbox/kubernetes/controllers/external-secret.ts";
import type { ExternalSecret } from "../../../sandbox/kubernetes/controllers/external-secret-types.ts";
import {
  openSecretSource,
  type SecretSource,
} from "../../../sandbox/kubernetes/controllers/secret-values.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A Secret Manager that answers with the id that it is asked for, or with JSON for the name "json". */
const cloud: SecretSource = {
  read: async (project, name, version) => ({
    data: base64(name === "json" ? '{"user":"ada","port":5432}' : `${project}/${name}/${version}`),
    source: "cloud",
  }),
};

const external = (spec: Partial<ExternalSecret["spec"]>): ExternalSecret => ({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: { name: "db", namespace: "n", uid: "u" },
  spec: { data: [{ secretKey: "password", remoteRef: { key: "db-password", version: "3" } }], ...spec },
});

describe("values", () => {
  test("are asked for in the store's project, by name and version, the latest by default", async () => {
    const data = [
      { secretKey: "a", remoteRef: { key: "one", version: "7" } },
      { secretKey: "b", remoteRef: { key: "two" } },
    ];
    expect(await collectValues(external({ data }), "p", cloud, undefined)).toEqual({
      a: { data: base64("p/one/7"), source: "cloud" },
      b: { data: base64("p/two/latest"), source: "cloud" },
    });
  });

  test("may be members of a JSON object, one or all", async () => {
    const data = [{ secretKey: "user", remoteRef: { key: "json", property: "user" } }];
    expect(await collectValues(external({ data }), "p", cloud, undefined)).toEqual({
      user: { data: base64("ada"), source: "cloud" },
    });
    const dataFrom = [{ extract: { key: "json" } }];
    expect(await collectValues(external({ data: [], dataFrom }), "p", cloud, undefined)).toEqual({
      user: { data: base64("ada"), source: "cloud" },
      port: { data: base64("5432"), source: "cloud" },
    });
    const missing = [{ secretKey: "host", remoteRef: { key: "json", property: "host" } }];
    await expect(collectValues(external({ data: missing }), "p", cloud, undefined)).rejects.toThrow(
      'the secret "json" has no property "host"',
    );
    const text = [{ secretKey: "host", remoteRef: { key: "text", property: "host" } }];
    await expect(collectValues(external({ data: text }), "p", cloud, undefined)).rejects.toThrow(
      'the secret "text" is no JSON object',
    );
  });

  test("that are made up stay as long as the secret is there, and are never the same twice", async () => {
    const nothing = await openSecretSource(undefined);
    const first = await collectValues(external({}), "p", nothing, undefined);
    const second = await collectValues(external({}), "p", nothing, undefined);
    expect(first.password?.data).not.toBe(second.password?.data);
    const before = { data: { password: first.password?.data ?? "" } };
    expect(await collectValues(external({}), "p", nothing, before)).toEqual(first);
  });
});

describe("the secret", () => {
  const values = { password: { data: base64("s3cret"), source: "cloud" } as const };

  test("has the values under their keys, and belongs to the external secret", () => {
    expect(secretFor(external({}), values)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "db",
        namespace: "n",
        labels: { "reconcile.external-secrets.io/managed": "true" },
        ownerReferences: [
          {
            apiVersion: "external-secrets.io/v1",
            kind: "ExternalSecret",
            name: "db",
            uid: "u",
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      data: { password: base64("s3cret") },
    });
  });

  test.each(["Orphan", "Merge"] as const)("belongs to nobody where the policy is %s", (creationPolicy) => {
    const made = secretFor(external({ target: { creationPolicy } }), values);
    expect(made.metadata?.ownerReferences).toBeUndefined();
  });

  test("is immutable, of another name and type, where the target says so", () => {
    const target = { name: "tls", immutable: true, template: { type: "kubernetes.io/basic-auth" } };
    expect(secretFor(external({ target }), values)).toMatchObject({
      metadata: { name: "tls" },
      immutable: true,
      type: "kubernetes.io/basic-auth",
    });
  });

  test("has what its template makes of the values, instead of them or beside them", () => {
    const data = { url: "redis://:{{ .password }}@cache" };
    const url = base64("redis://:s3cret@cache");
    expect(secretFor(external({ target: { template: { data } } }), values).data).toEqual({ url });
    const merged = external({ target: { template: { data, mergePolicy: "Merge" } } });
    expect(secretFor(merged, values).data).toEqual({ url, password: base64("s3cret") });
  });

  test.each([
    ["{{ .user }}", 'the template of "url" asks for "user", which is not fetched'],
    ["{{ .password | b64enc }}", 'the template of "url" has more than keys'],
  ])("refuses the template %s", (text, message) => {
    const made = () => secretFor(external({ target: { template: { data: { url: text } } } }), values);
    expect(made).toThrow(message);
  });
});

test("a status says where values are from, and none of them", () => {
  const made = { data: base64("x"), source: "made up" } as const;
  const real = { data: base64("y"), source: "cloud" } as const;
  expect(describeSources({ a: real })).toBe("secret synced from the local cloud");
  expect(describeSources({ a: real, b: made })).toContain("the values of b are made up by the sandbox");
  expect(describeSources({ b: made })).toContain("its values are made up by the sandbox");
});
