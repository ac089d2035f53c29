import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { AtlasCluster, type AtlasClusterArgs } from "../../../components/data/atlas-cluster.ts";
import { Bucket } from "../../../components/data/bucket.ts";
import { Secret, type SecretArgs } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { shopService as service } from "../../support/service.ts";

describe("a secret", () => {
  const good = {
    secretId: "token",
    source: { kind: "password", length: 32 },
    rotation: { every: "90 days" },
  } as const;
  const secret = (change: Partial<SecretArgs> = {}) => {
    const scope = testScope();
    const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
    return new Secret("shop-token", { scope, vault, ...good, ...change });
  };

  test("EA-06 never shows its value: in the plan it is marked, wherever it goes", async () => {
    const resources = await declare(() =>
      secret({ source: { kind: "value", value: pulumi.secret("hunter2-hunter2") } }),
    );
    expect(JSON.stringify(resources)).not.toContain("hunter2");
    expect(
      find(resources, "gcp:secretmanager/secretVersion:SecretVersion", "shop-token-version").inputs
        .secretData,
    ).toBe("[secret]");
  });

  test("EA-06 that someone else puts there is pinned by number, and has no version of ours", async () => {
    const resources = await declare(() => secret({ source: { kind: "pinned", version: "7" } }));
    expect(ofType(resources, "gcp:secretmanager/secretVersion:SecretVersion")).toEqual([]);
  });

  test("EA-06 is encrypted with the system's own key and announces its rotation", async () => {
    const resources = await declare(() => secret());
    expect(find(resources, "gcp:secretmanager/secret:Secret", "shop-token").inputs).toMatchObject({
      replication: { auto: { customerManagedEncryption: {} } },
      rotation: { rotationPeriod: "7776000s" },
      topics: [{}],
    });
  });

  test("EA-06 that must stay in its regions lies there, under a key of each", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const regions = ["europe-west1", "europe-west3"] as const;
      const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "europe-west3", regions });
      return new Secret("shop-token", { scope, vault, ...good });
    });
    const { replication } = find(resources, "gcp:secretmanager/secret:Secret", "shop-token").inputs as {
      replication: { userManaged: { replicas: { location: string }[] } };
    };
    expect(replication.userManaged.replicas.map(({ location }) => location)).toEqual([
      "europe-west1",
      "europe-west3",
    ]);
    const rings = ofType(resources, "gcp:kms/keyRing:KeyRing")
      .map(({ inputs }) => inputs.location)
      .sort();
    expect(rings).toEqual(["europe-west1", "europe-west3", "europe-west3"]);
  });

  test("EA-07 that two variables name is mounted once", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
      const token = new Secret("shop-token", { scope, vault, ...good });
      service(scope, { secrets: { TOKEN: token, OLD_TOKEN: token } });
    });
    const { template } = find(resources, "gcp:cloudrunv2/service:Service", "shop-api").inputs as {
      template: { volumes: { name: string }[]; containers: { envs: object[]; volumeMounts: object[] }[] };
    };
    expect(template.volumes.map(({ name }) => name)).toEqual(["token"]);
    expect(template.containers[0]?.volumeMounts).toEqual([{ name: "token", mountPath: "/secrets/token" }]);
    expect(template.containers[0]?.envs).toEqual([
      { name: "LOG_LEVEL", value: "warn" },
      { name: "OLD_TOKEN_FILE", value: "/secrets/token/value" },
      { name: "TOKEN_FILE", value: "/secrets/token/value" },
    ]);
  });

  test("that can be guessed is refused", async () => {
    expect(await refusal(() => secret({ source: { kind: "password", length: 8 } }))).toBe(
      "shop-token: source.length: 8 can be guessed; use at least 24",
    );
  });
});

describe("an Atlas cluster", () => {
  const cluster = (change: Partial<AtlasClusterArgs> = {}) =>
    new AtlasCluster("shop-database", {
      scope: testScope(),
      organization: "5a0d000000000000000000b0",
      tier: "M10",
      nodes: 3,
      backup: { rpo: "15 min", rto: "1 h", snapshotEvery: "12 h", keep: "30 days" },
      access: { services: "203.0.113.7" },
      database: "shop",
      users: { api: "readWrite" },
      ...change,
    });

  test("EA-04 has users whose passwords are made and never shown", async () => {
    const resources = await declare(() => cluster());
    expect(
      find(resources, "mongodbatlas:index/databaseUser:DatabaseUser", "shop-database-user-api").inputs
        .password,
    ).toBe("[secret]");
  });

  test("EA-04 gives a connection string only once its user is there and the services are let in", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
      new Secret("shop-uri", {
        scope,
        vault,
        secretId: "uri",
        source: { kind: "value", value: cluster({ scope }).connectionString("api") },
        rotation: { by: "MongoDB Atlas" },
      });
    });
    const version = find(resources, "gcp:secretmanager/secretVersion:SecretVersion", "shop-uri-version");
    for (const [type, name] of [
      ["mongodbatlas:index/databaseUser:DatabaseUser", "shop-database-user-api"],
      ["mongodbatlas:index/projectIpAccessList:ProjectIpAccessList", "shop-database-access-services"],
      ["mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule", "shop-database-schedule"],
    ] as const) {
      expect(version.dependencies).toContain(find(resources, type, name).urn);
    }
  });

  test("without a region that Atlas has is refused", async () => {
    expect(await refusal(() => cluster({ scope: testScope({ region: "me-west1" }) }))).toMatch(
      /^shop-database: region: Atlas has no name for "me-west1" in components\/regions\.ts; it knows asia-east1, /,
    );
  });

  test("with an organization that is none is refused", async () => {
    expect(await refusal(() => cluster({ organization: "shop" }))).toBe(
      'shop-database: organization: "shop" must be 24 hexadecimal digits; Atlas shows it under Organization Settings',
    );
  });

  test("has no connection string for a user that was not declared", async () => {
    expect(await refusal(() => cluster().connectionString("root"))).toBe(
      'shop-database: users: there is no "root". Declared: api. Declare it, or use one of those.',
    );
  });
});

test("EA-05 a bucket over two continents is refused", async () => {
  const bucket = () =>
    new Bucket("shop-objects", {
      scope: testScope(),
      location: { kind: "dualRegion", regions: ["us-east1", "asia-east1"] },
      versions: 10,
    });
  expect(await refusal(bucket)).toContain("must lie on one continent");
});
