import { describe, expect, test } from "vitest";
import { Redis } from "../../../components/data/redis.ts";
import { find, ofType, testScope } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";
import { declaredWith, kind, type Loose, redisDeclared, redisRefusal } from "./support.ts";

const selector = {
  "app.kubernetes.io/name": "redis",
  "app.kubernetes.io/part-of": "shop",
  "slipway.dev/track": "stable",
};

async function statefulSet(...change: Parameters<typeof redisDeclared>): Promise<Loose> {
  return find(await redisDeclared(...change), kind.statefulSet, "shop-redis-store-stateful-set").inputs;
}

describe("a Redis on Kubernetes", () => {
  test("OS-01 is one pod and one volume, which outlives both pod and set in production", async () => {
    const { spec } = await statefulSet();
    expect(spec).toMatchObject({
      serviceName: "redis",
      replicas: 1,
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector } },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "4Gi" } } },
        },
      ],
    });
    const staging = await statefulSet(
      { persistence: { size: "4 GiB", storageClass: "premium-rwo" } },
      testScope({ environment: "staging" }),
    );
    expect(staging.spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: "Delete",
      whenScaled: "Retain",
    });
    expect(staging.spec.volumeClaimTemplates[0].spec.storageClassName).toBe("premium-rwo");
  });

  test("OS-01 runs as nobody in particular, on a file system that it can't write to but for its folders", async () => {
    const { spec: pod } = (await statefulSet()).spec.template;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: "redis",
      priorityClassName: "shop-data",
      terminationGracePeriodSeconds: 40,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 999,
        fsGroup: 999,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    const [container] = pod.containers;
    expect(container).toMatchObject({
      image: "docker.io/library/redis:7.2-bookworm",
      command: ["sh", "/etc/redis/start.sh"],
      ports: [{ name: "store", containerPort: 6379, protocol: "TCP" }],
      resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    });
    expect(container.volumeMounts).toEqual([
      { name: "data", mountPath: "/data" },
      { name: "config", mountPath: "/etc/redis", readOnly: true },
      { name: "scratch", mountPath: "/run/redis" },
      { name: "redis-password", mountPath: "/secrets/redis-password", readOnly: true },
    ]);
    expect(pod.volumes).toEqual([
      {
        name: "config",
        configMap: { name: expect.stringMatching(/^redis-[0-9a-f]{8}$/), defaultMode: 0o444 },
      },
      { name: "scratch", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      {
        name: "redis-password",
        secret: {
          secretName: "redis-redis-password-v1",
          defaultMode: 0o440,
          items: [{ key: "value", path: "value" }],
        },
      },
    ]);
  });

  test("OS-02 is asked by its own client, and is alive while its disk is full", async () => {
    const [container] = (await statefulSet()).spec.template.spec.containers;
    const ready = { command: ["sh", "-c", '[ "$(sh /etc/redis/ping.sh)" = PONG ]'] };
    expect(container.startupProbe).toEqual({
      exec: ready,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 17,
    });
    expect(container.readinessProbe).toEqual({
      exec: ready,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    });
    expect(container.livenessProbe).toEqual({
      exec: { command: ["sh", "-c", '[ -n "$(sh /etc/redis/ping.sh)" ]'] },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
  });

  test("OS-01 keeps every write, loses none to make room, and rolls its pod when that changes", async () => {
    const config = async (change = {}): Promise<Loose> =>
      find(await redisDeclared(change), kind.config, "shop-redis-store-config").inputs;
    const { data, immutable, metadata } = await config();
    expect(immutable).toBe(true);
    expect(data["redis.conf"].split("\n")).toEqual([
      "port 6379",
      "bind * -::*",
      "dir /data",
      "appendonly yes",
      "appendfsync everysec",
      "aof-use-rdb-preamble yes",
      "auto-aof-rewrite-percentage 100",
      "auto-aof-rewrite-min-size 64mb",
      "save 3600 1",
      "stop-writes-on-bgsave-error yes",
      "shutdown-on-sigterm save",
      // (1 GiB - 32 MiB) / 2
      "maxmemory 520093696",
      "maxmemory-policy noeviction",
      "lazyfree-lazy-expire yes",
      "tcp-keepalive 60",
      'logfile ""',
      "loglevel notice",
      "",
    ]);
    const other = await config({ persistence: { size: "4 GiB", fsync: "always" } });
    expect(other.data["redis.conf"]).toContain("appendfsync always");
    expect(other.metadata.name).not.toBe(metadata.name);
  });

  test("OS-01 reaches nothing, and is reached by whom it is named by", async () => {
    const resources = await declaredWith(({ scope, namespace, vault }) => {
      const redis = new Redis("shop-redis", {
        scope,
        namespace,
        vault,
        service: "redis",
        runtime: "kubernetes",
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
    expect(find(resources, kind.policy, "shop-redis-store-isolation").inputs.spec).toEqual({
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
    });
    expect(find(resources, kind.policy, "shop-api-workload-to-redis").inputs.spec).toMatchObject({
      podSelector: { matchLabels: selector },
      ingress: [{ ports: [{ port: 6379, protocol: "TCP" }] }],
    });
    const { data } = find(resources, kind.config, "shop-api-workload-config").inputs as Loose;
    expect(data).toMatchObject({
      REDIS_HOST: "redis.shop.svc.cluster.local",
      REDIS_PORT: "6379",
      REDIS_TLS: "false",
    });
    expect(Object.keys(data)).not.toContain("REDIS_TLS_CA");
  });

  test("OS-01 stands behind one address, and lets itself be evicted", async () => {
    const resources = await redisDeclared();
    expect(find(resources, kind.service, "shop-redis-store-service").inputs.spec).toEqual({
      type: "ClusterIP",
      selector,
      ports: [{ name: "store", port: 6379, targetPort: "store", protocol: "TCP" }],
    });
    expect(find(resources, kind.budget, "shop-redis-store-disruption-budget").inputs.spec).toEqual({
      selector: { matchLabels: selector },
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
    expect(ofType(resources, kind.instance)).toEqual([]);
  });

  test("its password is in no object but Secret Manager's", async () => {
    const resources = await redisDeclared();
    const { secretData } = find(
      resources,
      "gcp:secretmanager/secretVersion:SecretVersion",
      "shop-redis-password-version",
    ).inputs;
    expect(secretData).toBe("[secret]");
    const [external] = ofType(resources, kind.external) as Loose[];
    expect(external.inputs.spec.data).toEqual([
      { secretKey: "value", remoteRef: { key: "redis-password", version: "1" } },
    ]);
    const [container] = (await statefulSet()).spec.template.spec.containers;
    expect(container.env).toBeUndefined();
  });

  test("is counted in the namespace's quota", async () => {
    const [quota] = ofType(await redisDeclared(), kind.quota) as Loose[];
    expect(quota.inputs.spec.hard).toMatchObject({
      pods: "1",
      "requests.cpu": "250m",
      "limits.cpu": "1",
      "requests.memory": "1024Mi",
      "requests.storage": "4096Mi",
    });
  });

  test("has children that can be changed and adopted", async () => {
    const changed = await redisDeclared({
      transform: {
        clusterService: (args) => ({ ...args, spec: { ...(args.spec as object), type: "None" } }),
      },
    }).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(changed).toContain('got "None"');
    expect(await redisRefusal({ adopt: { "stateful-sett": "shop/redis" } })).toBe(
      'shop-redis-store: adopt: there is no "stateful-sett" to adopt; there are: config, isolation, stateful-set, service, disruption-budget',
    );
  });
});

describe("a Redis that can't be is refused, with what would do", () => {
  test.each([
    [
      { memory: "1gb" },
      'memory: "1gb" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
    ],
    [{ memory: "64 MiB" }, 'memory: "64 MiB" is too little: use 128 MiB or more'],
    [{ port: 70_000 }, "port: 70000 must be a whole number from 1 to 65535"],
    [{ cpu: 0 }, "cpu: 0 CPU must be above 0 and at most 96"],
    [
      { service: "a".repeat(64) },
      `service: "${"a".repeat(64)}" must be 2 to 26 lower-case letters, digits or "-", begin with a letter and not end with "-"`,
    ],
    [
      { persistence: { size: "512 MiB" } },
      'persistence.size: "512 MiB" is too little: use 1024 MiB or more, what its memory holds has to fit',
    ],
    [
      { persistence: { size: "4Gi" } },
      'persistence.size: "4Gi" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
    ],
    [
      { persistence: { size: "4 GiB", storageClass: "Fast Disk" } },
      'storageClass: "Fast Disk" is no storage class\'s name; list them: kubectl get storageclass',
    ],
    [{ namespace: undefined }, 'runtime: "kubernetes" needs a `namespace` to run in'],
    [
      { availability: "replicated" },
      'availability: "replicated" is more than one pod can promise; use `runtime: "memorystore"`, or leave it out',
    ],
  ])("%j", async (change, problem) => {
    expect(await redisRefusal(change)).toBe(`shop-redis: ${problem}`);
  });

  test("with every problem at once", async () => {
    expect(await redisRefusal({ memory: "1gb", port: 0 })).toBe(
      [
        "shop-redis: 2 problems",
        "  - port: 0 must be a whole number from 1 to 65535",
        '  - memory: "1gb" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
      ].join("\n"),
    );
  });

  test("where its name is taken", async () => {
    const twice = declaredWith(({ scope, namespace, vault }) => {
      for (const name of ["shop-redis", "shop-cache"]) {
        new Redis(name, {
          scope,
          namespace,
          vault,
          service: "redis",
          runtime: "kubernetes",
          memory: "1 GiB",
          persistence: { size: "4 GiB" },
        });
      }
    });
    await expect(twice).rejects.toThrow('there are two services named "redis"');
  });
});
