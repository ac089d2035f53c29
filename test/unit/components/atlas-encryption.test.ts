import { describe, expect, test } from "vitest";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { type PlanResource, planResource } from "../../../automation/plan/resources.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import type { WireMap } from "../../../automation/plan/wire.ts";
import { AtlasCluster } from "../../../components/data/atlas-cluster.ts";
import { Bucket } from "../../../components/data/bucket.ts";
import type { Scope } from "../../../components/scope.ts";
import { databaseCustomerManagedKey } from "../../../policies/security/encryption/customer-managed-key.ts";
import { appliedOutputs } from "../../../sandbox/models/index.ts";
import { declare, find, ofType, testScope } from "../../support/declare.ts";
import { says } from "../policies/support.ts";

const KEY = "gcp:kms/cryptoKey:CryptoKey";
const GRANT = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember";
const ENCRYPTION = "mongodbatlas:index/encryptionAtRest:EncryptionAtRest";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";

function cluster(scope: Scope = testScope()): AtlasCluster {
  return new AtlasCluster("shop-database", {
    scope,
    organization: "5a0d000000000000000000b0",
    tier: "M10",
    nodes: 3,
    backup: { rpo: "15 min", rto: "1 h", snapshotEvery: "12 h", keep: "30 days" },
    access: { services: "203.0.113.7" },
    database: "shop",
    users: { api: "readWrite" },
  });
}

/** What is declared once all of it stands, with the primary versions that Cloud KMS would then tell of each key. */
async function deployed(primaries: WireMap[]): Promise<PlanResource[]> {
  const models = {
    ...sandboxModels({}),
    outputs: ({ urn, name, type, inputs }: { urn: string; name: string; type: string; inputs: WireMap }) => {
      const { id, outputs } = appliedOutputs(type, { urn, name, inputs });
      return { ...(outputs as WireMap), id, ...(type === KEY ? { primaries } : {}) };
    },
  };
  const run = await runDeclarations(
    { root: "", project: "slipway", stack: "production", main: "", config: {}, secretKeys: [], notes: [] },
    models,
    async () => {
      cluster();
    },
  );
  return run.resources.map(planResource);
}

const version = (number: number) =>
  `projects/shop-production/locations/us-east1/keyRings/ring/cryptoKeys/key/cryptoKeyVersions/${number}`;

describe("an Atlas cluster's key", () => {
  test("EA-04 encrypts the cluster at rest, in the cluster's region, before there is any data", async () => {
    const resources = await declare(() => cluster());
    const database = find(resources, CLUSTER, "shop-database");
    const encryption = find(resources, ENCRYPTION, "shop-database-encryption");
    expect(database.inputs.encryptionAtRestProvider).toBe("GCP");
    const { urn, type, name, inputs: props } = database;
    expect(says(databaseCustomerManagedKey, { urn, type, name, props })).toEqual([]);
    expect(database.dependencies).toContain(encryption.urn);
    const [ring] = ofType(resources, "gcp:kms/keyRing:KeyRing");
    expect(ring?.inputs.location).toBe("us-east1");
    const waitsFor = encryption.dependencies.map((urn) => urn.split("::").at(-1));
    expect(waitsFor).toEqual(
      expect.arrayContaining(["shop-database-key-user-atlas", "shop-database-key-viewer-atlas"]),
    );
  });

  test("EA-04 is used by Atlas's own service account, under two roles, and by no key of an account", async () => {
    const resources = await deployed([{ name: version(1), state: "ENABLED" }]);
    expect(
      find(
        resources,
        "mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup",
        "shop-database-cloud-access",
      ).inputs.providerName,
    ).toBe("GCP");
    const grants = ofType(resources, GRANT).map(({ inputs }) => inputs);
    expect(grants.map(({ role }) => role)).toEqual([
      "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      "roles/cloudkms.viewer",
    ]);
    expect(new Set(grants.map(({ member }) => member)).size).toBe(1);
    expect(grants[0]?.member).toMatch(
      /^serviceAccount:mongodb-atlas-\w{16}@p-\w{24}\.iam\.gserviceaccount\.com$/,
    );
    expect(find(resources, ENCRYPTION, "shop-database-encryption").inputs.googleCloudKmsConfig).toEqual({
      enabled: true,
      keyVersionResourceId: version(1),
      roleId: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
  });

  test("EA-04 hands Atlas its new version after a rotation, which changes nothing else", async () => {
    const before = await deployed([{ name: version(1) }]);
    const after = await deployed([{ name: version(2) }]);
    const changed = after.filter(
      ({ inputs }, index) => JSON.stringify(inputs) !== JSON.stringify(before[index]?.inputs),
    );
    expect(after.map(({ urn }) => urn)).toEqual(before.map(({ urn }) => urn));
    expect(changed.map(({ name }) => name)).toEqual(["shop-database-encryption"]);
    expect(changed[0]?.inputs.googleCloudKmsConfig).toMatchObject({ keyVersionResourceId: version(2) });
  });

  test("EA-04 without a primary version is said so, with the way out", async () => {
    await expect(deployed([])).rejects.toThrow(
      /cryptoKeys\/shop-database-key-key-\w{7}: the key has no primary version; make one with `gcloud kms keys versions create --primary`, then refresh the stack/,
    );
  });

  test.each([
    ["production", true],
    ["staging", undefined],
  ] as const)("EA-04 in %s is there, and its protection is %s", async (environment, protect) => {
    const resources = await declare(() => cluster(testScope({ environment })));
    for (const [type, name] of [
      [KEY, "shop-database-key-key"],
      [ENCRYPTION, "shop-database-encryption"],
      ["mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup", "shop-database-cloud-access"],
    ] as const)
      expect(find(resources, type, name).options.protect).toBe(protect);
  });
});

test("EA-05 a bucket's key stays with those who encrypt: nobody else is told of its versions", async () => {
  const resources = await declare(
    () =>
      new Bucket("shop-objects", {
        scope: testScope(),
        location: { kind: "region", region: "us-east1" },
        versions: 10,
      }),
  );
  expect(ofType(resources, GRANT).map(({ inputs }) => inputs.role)).toEqual([
    "roles/cloudkms.cryptoKeyEncrypterDecrypter",
  ]);
});
