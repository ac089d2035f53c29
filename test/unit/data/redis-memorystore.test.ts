import { describe, expect, test } from "vitest";
import { Redis } from "../../../components/data/redis.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { find, ofType, testScope } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";
import { declaredWith, kind, type Loose, redisDeclared, redisRefusal } from "./support.ts";

const memorystore = { runtime: "memorystore" } as const;

async function instance(...[change, scope]: Parameters<typeof redisDeclared>): Promise<Loose> {
  const resources = await redisDeclared({ ...memorystore, ...change }, scope);
  return find(resources, kind.instance, "shop-redis").inputs;
}

describe("a Redis of Memorystore, from the same arguments", () => {
  test("OS-01 is encrypted, replicated in production, and kept by the hour", async () => {
    expect(await instance({})).toEqual({
      project: "shop-production",
      region: "us-east1",
      name: "shop-redis",
      displayName: "shop redis",
      tier: "STANDARD_HA",
      memorySizeGb: 1,
      redisVersion: "REDIS_7_2",
      authorizedNetwork: "projects/shop-production/global/networks/shop-network-3db871e",
      connectMode: "DIRECT_PEERING",
      authEnabled: true,
      transitEncryptionMode: "SERVER_AUTHENTICATION",
      customerManagedKey: "[unknown]",
      persistenceConfig: { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" },
      redisConfigs: { "maxmemory-policy": "noeviction", "maxmemory-gb": "0.8" },
      maintenancePolicy: {
        weeklyMaintenanceWindows: [
          { day: "SUNDAY", startTime: { hours: 4, minutes: 0, seconds: 0, nanos: 0 } },
        ],
      },
      deletionProtection: true,
      labels: { "managed-by": "slipway", environment: "production", system: "shop", service: "redis" },
    });
  });

  test("is a single one outside production, unless it is said", async () => {
    const staging = () => testScope({ environment: "staging" });
    expect(await instance({}, staging())).toMatchObject({ tier: "BASIC", deletionProtection: false });
    expect((await instance({ availability: "replicated" }, staging())).tier).toBe("STANDARD_HA");
    expect((await instance({ availability: "single" })).tier).toBe("BASIC");
    expect((await instance({ version: "7.0" })).redisVersion).toBe("REDIS_7_0");
  });

  test("has no object in a cluster, and turns its own API on", async () => {
    const resources = await redisDeclared(memorystore);
    for (const absent of [kind.statefulSet, kind.budget, kind.service]) {
      expect(ofType(resources, absent)).toEqual([]);
    }
    expect(find(resources, "gcp:projects/service:Service", "shop-redis-api").inputs).toMatchObject({
      service: "redis.googleapis.com",
      disableOnDestroy: false,
    });
    const user = find(
      resources,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "shop-redis-key-user-redis",
    );
    expect(user.inputs.role).toBe("roles/cloudkms.cryptoKeyEncrypterDecrypter");
  });

  test("its password is the one that Google makes, kept as every other", async () => {
    const resources = await redisDeclared(memorystore);
    expect(ofType(resources, "random:index/randomPassword:RandomPassword")).toEqual([]);
    expect(find(resources, "gcp:secretmanager/secret:Secret", "shop-redis-password").inputs.secretId).toBe(
      "redis-password",
    );
    expect(
      find(resources, "gcp:secretmanager/secretVersion:SecretVersion", "shop-redis-password-version").inputs
        .secretData,
    ).toBe("[secret]");
  });

  test("is called by a service in a cluster at its own address, with TLS", async () => {
    const resources = await declaredWith(({ scope, namespace, network, vault }) => {
      const redis = new Redis("shop-redis", {
        scope,
        network,
        vault,
        service: "redis",
        runtime: "memorystore",
        memory: "1 GiB",
        persistence: { size: "4 GiB" },
      });
      shopService(scope, {
        runtime: "kubernetes",
        namespace,
        calls: [redis],
        environment: { ...redis.environment },
        secrets: { REDIS_PASSWORD: redis.password },
      });
    });
    const { spec } = find(resources, kind.policy, "shop-api-workload-egress").inputs as Loose;
    expect(spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: "[unknown]" } }], ports: [{ port: 6378, protocol: "TCP" }] },
    ]);
    const { data } = find(resources, kind.config, "shop-api-workload-config").inputs as Loose;
    expect(data).toMatchObject({
      REDIS_HOST: "[unknown]",
      REDIS_PORT: "[unknown]",
      REDIS_TLS: "true",
      REDIS_TLS_CA: "[unknown]",
    });
  });

  test.each([
    [{ network: undefined }, 'runtime: "memorystore" needs a `network` that reaches it'],
    [{ memory: "512 MiB" }, 'memory: "512 MiB" is not sold by Memorystore: use whole GiB, from 1 to 300'],
    [{ memory: "1.5 GiB" }, 'memory: "1.5 GiB" is not sold by Memorystore: use whole GiB, from 1 to 300'],
    [
      { persistence: { size: "4 GiB", fsync: "always" } },
      'persistence.fsync: "always" promises that no write is lost, and Memorystore keeps no append-only file; leave it out, or use `runtime: "kubernetes"`',
    ],
  ])("refuses %j", async (change, problem) => {
    expect(await redisRefusal({ ...memorystore, ...change })).toBe(`shop-redis: ${problem}`);
  });
});

describe("a Redis that others keep", () => {
  const get = (place: Parameters<typeof Redis.get>[1]["place"]) =>
    declaredWith(({ scope, namespace, vault }) => {
      const password = new Secret("shop-redis-password", {
        scope,
        vault,
        secretId: "redis-password",
        source: { kind: "pinned", version: "4" },
        rotation: { by: "the platform's people" },
      });
      const redis = Redis.get("shop-redis", { scope, service: "redis", place, password });
      shopService(scope, {
        runtime: "kubernetes",
        namespace,
        calls: [redis],
        environment: { ...redis.environment },
        secrets: { REDIS_PASSWORD: redis.password },
      });
    });

  test("OS-01 in a namespace of theirs is reached, and nothing of it is declared", async () => {
    const resources = await get({
      runtime: "kubernetes",
      namespace: "platform",
      clusterService: "redis-master",
      labels: { app: "redis" },
    });
    expect(ofType(resources, kind.statefulSet)).toEqual([]);
    const { spec } = find(resources, kind.policy, "shop-api-workload-egress").inputs as Loose;
    expect(spec.egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "platform" } },
            podSelector: { matchLabels: { app: "redis" } },
          },
        ],
        ports: [{ port: 6379, protocol: "TCP" }],
      },
    ]);
  });

  test("OS-01 of Memorystore is read by its id", async () => {
    const resources = await get({
      runtime: "memorystore",
      id: "projects/platform/locations/us-east1/instances/shared",
    });
    const { spec } = find(resources, kind.policy, "shop-api-workload-egress").inputs as Loose;
    expect(spec.egress[0].ports).toEqual([{ port: 6378, protocol: "TCP" }]);
  });

  test("is refused where its place can't be one", async () => {
    await expect(get({ runtime: "memorystore", id: "shared" })).rejects.toThrow(
      'shop-redis: place.id: "shared" must be projects/PROJECT/locations/REGION/instances/NAME',
    );
    await expect(
      get({ runtime: "kubernetes", namespace: "Platform", clusterService: "redis", labels: {} }),
    ).rejects.toThrow('shop-redis: place.namespace: "Platform" must be lower-case letters');
  });
});
