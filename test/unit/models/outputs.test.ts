import { createPublicKey, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unseal } from "../../../sandbox/models/gcp/ciphertext.ts";
import {
  appliedOutputs,
  checkedInputs,
  invoke,
  modelledTypes,
  plannedOutputs,
  UNKNOWN,
} from "../../../sandbox/models/index.ts";
import { containsUnknown, markSecret, SECRET, SIGNATURE, unmark } from "../../../sandbox/models/values.ts";
import { good, goodResources } from "./examples.ts";

const argsOf = (token: string, inputs = good(token)) => ({
  urn: `urn:pulumi:production::slipway::${token}::thing`,
  name: "thing",
  inputs,
  project: "acme-prod",
});
const sealed = (value: unknown) => (value as Record<string, unknown>).value;
const P = "projects/acme-prod";

test.each([
  [
    "gcp:artifactregistry/repository:Repository",
    `${P}/locations/us-east1/repositories/images`,
    { name: "images", registryUri: "us-east1-docker.pkg.dev/acme-prod/images" },
  ],
  [
    "gcp:cloudrunv2/service:Service",
    `${P}/locations/us-east1/services/api`,
    {
      project: "acme-prod",
      uri: UNKNOWN,
      latestReadyRevision: UNKNOWN,
      effectiveLabels: markSecret({ "managed-by": "slipway" }),
    },
  ],
  [
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    `${P}/locations/us-east1/services/api/roles/run.invoker/serviceAccount:api-service@acme-prod.iam.gserviceaccount.com`,
    { etag: UNKNOWN },
  ],
  [
    "gcp:kms/cryptoKey:CryptoKey",
    `${P}/locations/us-east1/keyRings/main/cryptoKeys/thing-6ba2f4c`,
    { purpose: "ENCRYPT_DECRYPT" },
  ],
  [
    "gcp:projects/service:Service",
    "acme-prod/run.googleapis.com",
    { project: "acme-prod", disableOnDestroy: true },
  ],
  [
    "gcp:redis/instance:Instance",
    `${P}/locations/us-east1/instances/conversations`,
    { host: UNKNOWN, port: UNKNOWN, authString: markSecret(UNKNOWN), replicaCount: 1, tier: "STANDARD_HA" },
  ],
  [
    "gcp:secretmanager/secret:Secret",
    `${P}/secrets/token`,
    { name: `${P}/secrets/token`, createTime: UNKNOWN },
  ],
  [
    "gcp:serviceaccount/account:Account",
    `${P}/serviceAccounts/api-service@acme-prod.iam.gserviceaccount.com`,
    {
      email: "api-service@acme-prod.iam.gserviceaccount.com",
      member: "serviceAccount:api-service@acme-prod.iam.gserviceaccount.com",
      uniqueId: UNKNOWN,
    },
  ],
  [
    "gcp:storage/bucketObject:BucketObject",
    "acme-objects-thing-7ed7f77",
    {
      md5hash: "XUFAKrxLKna5cZ2REBfFkg==",
      selfLink: "https://www.googleapis.com/storage/v1/b/acme-objects/o/thing-7ed7f77",
    },
  ],
  ["random:index/randomPassword:RandomPassword", "none", { lower: true, numeric: true, special: false }],
  [
    "time:index/offset:Offset",
    "2030-01-31T00:00:00Z",
    { rfc3339: "2030-03-02T00:00:00Z", month: 3, day: 2, unix: 1_898_640_000 },
  ],
] as const)("%s: id and outputs are the provider's own", (token, id, outputs) => {
  const planned = plannedOutputs(token, argsOf(token));
  expect(planned.id?.replace(/-[0-9a-f]{7}/g, "-#")).toBe(id.replace(/-[0-9a-f]{7}/g, "-#"));
  const withoutDraws = (value: object) =>
    JSON.parse(JSON.stringify(value).replace(/thing-[0-9a-f]{7}/g, "thing-#"));
  expect(withoutDraws(planned.outputs)).toMatchObject(withoutDraws(outputs));
});

describe.each(modelledTypes())("%s", (token) => {
  test("a plan says the same each time, and invents no secret", () => {
    const planned = plannedOutputs(token, argsOf(token));
    expect(plannedOutputs(token, argsOf(token))).toEqual(planned);
    for (const name of planned.secretOutputs) {
      const value = planned.outputs[name];
      expect(value).toMatchObject({ [SIGNATURE]: SECRET });
      if (!(name in good(token))) expect([UNKNOWN, {}, good(token).labels]).toContainEqual(sealed(value));
    }
  });

  test("what was made has an id and leaves nothing unknown, and an update keeps it", () => {
    const args = argsOf(token);
    const made = appliedOutputs(token, args);
    expect(made.id).not.toMatch(/^$|undefined|04da6b54/);
    expect(containsUnknown(unmark(made.outputs).value)).toBe(false);
    const updated = appliedOutputs(token, { ...args, previous: made.outputs });
    expect(updated.id).toBe(made.id);
    for (const name of made.secretOutputs) expect(updated.outputs[name]).toEqual(made.outputs[name]);
  });

  test("checked inputs pass the check again, unchanged", () => {
    const checked = checkedInputs(token, argsOf(token));
    expect(checkedInputs(token, argsOf(token, checked))).toEqual(checked);
  });
});

test("a name is made of the logical name and seven digits, stays, and differs after a replacement", () => {
  const token = "gcp:compute/network:Network";
  const first = checkedInputs(token, argsOf(token));
  expect(first.name).toMatch(/^thing-[0-9a-f]{7}$/);
  expect(checkedInputs(token, argsOf(token)).name).toBe(first.name);
  expect(checkedInputs(token, { ...argsOf(token), before: { name: "older-1234567" } }).name).toBe(
    "older-1234567",
  );
  const replaced = checkedInputs(token, argsOf(token, { autoCreateSubnetworks: true }));
  expect(replaced.name).not.toBe(first.name);
  const long = checkedInputs(token, { ...argsOf(token), name: "n".repeat(100) });
  expect(long.name).toHaveLength(63);
});

test("secret inputs stay secret in the outputs, and write-only ones do not come back", () => {
  const token = "gcp:secretmanager/secretVersion:SecretVersion";
  const inputs = { secret: "token", secretData: markSecret("open sesame") };
  expect(plannedOutputs(token, argsOf(token, inputs)).outputs).toMatchObject({
    secretData: markSecret("open sesame"),
    name: UNKNOWN,
  });
  const writeOnly = { secret: "token", secretDataWo: markSecret("open sesame"), secretDataWoVersion: 1 };
  expect(plannedOutputs(token, argsOf(token, writeOnly)).outputs).not.toHaveProperty("secretDataWo");
  const container = { image: "x", envs: [{ name: "A", value: markSecret("s") }] };
  const run = "gcp:cloudrunv2/service:Service";
  const planned = plannedOutputs(
    run,
    argsOf(run, { location: "us-east1", template: { containers: [container] } }),
  );
  expect(planned.outputs.template).toMatchObject({
    containers: [{ envs: [{ name: "A", value: markSecret("s") }] }],
  });
});

test("an unknown input makes what derives from it unknown", () => {
  const token = "gcp:serviceaccount/account:Account";
  const planned = plannedOutputs(token, argsOf(token, { accountId: UNKNOWN }));
  expect(planned.id).toBeUndefined();
  expect(planned.outputs).toMatchObject({
    email: UNKNOWN,
    member: UNKNOWN,
    name: UNKNOWN,
    project: "acme-prod",
  });
});

describe("random", () => {
  const draw = (inputs: Record<string, unknown>) =>
    String(
      sealed(
        appliedOutputs(
          "random:index/randomPassword:RandomPassword",
          argsOf("random:index/randomPassword:RandomPassword", inputs),
        ).outputs.result,
      ),
    );

  test("a password has the length, the classes and the least of each that were asked for", () => {
    for (let run = 0; run < 50; run += 1) {
      const text = draw({ length: 12, minUpper: 3, minNumeric: 2, minSpecial: 4, overrideSpecial: "_%" });
      expect(text).toHaveLength(12);
      expect(text.replace(/[^A-Z]/g, "").length).toBeGreaterThanOrEqual(3);
      expect(text.replace(/[^0-9]/g, "").length).toBeGreaterThanOrEqual(2);
      expect(text.replace(/[^_%]/g, "").length).toBeGreaterThanOrEqual(4);
      expect(text).toMatch(/^[A-Za-z0-9_%]+$/);
    }
    expect(draw({ length: 40, upper: false, lower: false, special: false })).toMatch(/^\d{40}$/);
    expect(draw({ length: 20 })).not.toBe(draw({ length: 20 }));
  });

  test("an id's forms are the same bytes, each behind the prefix", () => {
    const token = "random:index/randomId:RandomId";
    const { id, outputs } = appliedOutputs(token, argsOf(token, { byteLength: 4, prefix: "a-" }));
    const bytes = Buffer.from(id, "base64url");
    expect(outputs).toMatchObject({
      b64Url: `a-${id}`,
      b64Std: `a-${bytes.toString("base64")}`,
      hex: `a-${bytes.toString("hex")}`,
      dec: `a-${bytes.readUInt32BE()}`,
    });
  });
});

describe("tls", () => {
  test.each([
    ["RSA", "-----BEGIN RSA PRIVATE KEY-----", "ssh-rsa "],
    ["ECDSA", "-----BEGIN EC PRIVATE KEY-----", ""],
    ["ED25519", "-----BEGIN PRIVATE KEY-----", "ssh-ed25519 "],
  ])("%s keys sign what their public part verifies", (algorithm, header, line) => {
    const token = "tls:index/privateKey:PrivateKey";
    const { outputs } = appliedOutputs(token, argsOf(token, { algorithm }));
    const pem = String(sealed(outputs.privateKeyPem));
    expect(pem.startsWith(header)).toBe(true);
    expect(String(outputs.publicKeyOpenssh).startsWith(line)).toBe(true);
    const digest = algorithm === "ED25519" ? null : "sha256";
    const signature = sign(digest, Buffer.from("text"), pem);
    expect(
      verify(digest, Buffer.from("text"), createPublicKey(String(outputs.publicKeyPem)), signature),
    ).toBe(true);
  });
});

test("Atlas's role on Google Cloud and its authorization name one account, whose form its API promises", () => {
  const setup = "mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup";
  const authorization =
    "mongodbatlas:index/cloudProviderAccessAuthorization:CloudProviderAccessAuthorization";
  expect(plannedOutputs(setup, argsOf(setup)).outputs).toMatchObject({
    roleId: UNKNOWN,
    gcpConfigs: UNKNOWN,
  });
  const { roleId, gcpConfigs } = appliedOutputs(setup, argsOf(setup)).outputs;
  const [config] = gcpConfigs as [{ serviceAccountForAtlas: string; status: string }];
  expect(config.status).toBe("COMPLETE");
  expect(config.serviceAccountForAtlas).toMatch(
    /^mongodb-atlas-[0-9a-z]{16}@p-[0-9a-z]{24}\.iam\.gserviceaccount\.com$/,
  );
  const authorized = argsOf(authorization, { ...good(authorization), roleId });
  expect(appliedOutputs(authorization, authorized).outputs.gcps).toEqual([
    { serviceAccountForAtlas: config.serviceAccountForAtlas },
  ]);
});

test("Atlas says whether it can use a key once it was given one", () => {
  const token = "mongodbatlas:index/encryptionAtRest:EncryptionAtRest";
  expect(plannedOutputs(token, argsOf(token)).outputs).toMatchObject({
    enabledForSearchNodes: false,
    googleCloudKmsConfig: { enabled: true, valid: UNKNOWN },
  });
  const made = appliedOutputs(token, argsOf(token));
  expect(made.id).toBe(good(token).projectId);
  expect(made.outputs).toMatchObject({ googleCloudKmsConfig: { enabled: true, valid: true } });
  const off = { ...good(token), googleCloudKmsConfig: { enabled: false } };
  expect(appliedOutputs(token, argsOf(token, off)).outputs).toMatchObject({
    googleCloudKmsConfig: { enabled: false, valid: false },
  });
});

test("ciphertext opens with its key and its additional data only", async () => {
  const { seal } = await import("../../../sandbox/models/gcp/ciphertext.ts");
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const text = seal(key, "open sesame", "for the door");
  expect(text).not.toContain("sesame");
  expect(unseal(key, text, "for the door")).toBe("open sesame");
  expect(() => unseal(other, text, "for the door")).toThrow();
  expect(() => unseal(key, text, "for the gate")).toThrow();
});

test("functions answer for the project they are asked about, and not for what they do not know", () => {
  const project = invoke("gcp:organizations/getProject:getProject", { projectId: "acme-prod" });
  expect(project).toMatchObject({ projectId: "acme-prod", number: expect.stringMatching(/^\d{12}$/) });
  const agent = invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {}, "acme-prod");
  expect(agent.emailAddress).toBe(`service-${project.number}@gs-project-accounts.iam.gserviceaccount.com`);
  expect(invoke("gcp:organizations/getProject:getProject", { projectId: UNKNOWN })).toEqual({});
  expect(() => invoke("gcp:redis/getInstance:getInstance", {})).toThrow(
    "The sandbox has no model of the function gcp:redis/getInstance:getInstance",
  );
});

test("no value whatsoever makes a plan fail with an exception", () => {
  const values = fc.oneof(fc.jsonValue(), fc.constant(UNKNOWN), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(fc.constantFrom(...modelledTypes()), fc.nat(), values, (token, index, value) => {
      const fields = Object.keys(good(token));
      const inputs = { ...good(token), [fields[index % Math.max(1, fields.length)] ?? "name"]: value };
      expect(plannedOutputs(token, argsOf(token, inputs)).outputs).toBeTypeOf("object");
    }),
    { numRuns: 500 },
  );
});

test("there are as many examples as models", () =>
  expect(Object.keys(goodResources)).toHaveLength(modelledTypes().length));
