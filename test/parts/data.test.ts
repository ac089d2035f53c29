import type {
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { expect, test, vi } from "vitest";
import { Mongo } from "../../components/data/mongo.ts";
import { Redis } from "../../components/data/redis.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { declare, testScope } from "../support/declare.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 120_000 });

/** What both stores declare of Kubernetes, as a plan has it. */
async function storesIn(
  namespaceName: string,
  fsync: "everysec" | "always" = "everysec",
): Promise<AnyObject[]> {
  const resources = await declare(() => {
    const scope = testScope({ environment: "staging" });
    const namespace = new Namespace("shop-namespace", { scope, namespace: namespaceName });
    const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
    const around = { scope, namespace, vault };
    new Redis("shop-redis", {
      ...around,
      service: "redis",
      runtime: "kubernetes",
      memory: "128 MiB",
      persistence: { size: "512 MiB", fsync },
    });
    new Mongo("shop-mongo", {
      ...around,
      service: "mongo",
      memory: "512 MiB",
      persistence: { size: "1 GiB" },
    });
    namespace.seal();
  });
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as AnyObject);
}

describeWithCluster("data stores on a real API server", (cluster) => {
  test("OS-01 Redis and MongoDB become ready, each on a volume of its own, within the namespace's quota", async () => {
    const namespace = await cluster.testNamespace();
    await cluster.apply(...(await storesIn(namespace)));
    for (const name of ["redis", "mongo"]) {
      await until(
        () => cluster.read<V1StatefulSet>("apps/v1", "StatefulSet", namespace, name),
        ({ status }) => status?.readyReplicas === 1,
      );
      const claim = await until(
        () =>
          cluster.read<V1PersistentVolumeClaim>("v1", "PersistentVolumeClaim", namespace, `data-${name}-0`),
        ({ status }) => status?.phase === "Bound",
      );
      expect(claim.spec?.accessModes).toEqual(["ReadWriteOnce"]);
      const budget = await until(
        () => cluster.read<V1PodDisruptionBudget>("policy/v1", "PodDisruptionBudget", namespace, name),
        ({ status }) => status?.currentHealthy === 1,
      );
      // One pod, and a node must be able to be emptied of it.
      expect(budget.status?.disruptionsAllowed).toBe(1);
    }
    const quota = await until(
      () => cluster.read<V1ResourceQuota>("v1", "ResourceQuota", namespace, "quota"),
      ({ status }) => status?.used?.pods === "2",
    );
    const { hard, used } = quota.status as Required<NonNullable<V1ResourceQuota["status"]>>;
    expect([used["requests.memory"], used["requests.storage"]]).toEqual(["640Mi", "1536Mi"]);
    // No room for a pod that nobody declared.
    const taken = [
      "pods",
      "requests.cpu",
      "limits.cpu",
      "requests.memory",
      "limits.memory",
      "requests.storage",
    ];
    expect(taken.map((name) => used[name])).toEqual(taken.map((name) => hard[name]));
  });

  test("OS-01 another configuration replaces the pod, and keeps the volume", async () => {
    const namespace = await cluster.testNamespace();
    const read = {
      claim: () =>
        cluster.read<V1PersistentVolumeClaim>("v1", "PersistentVolumeClaim", namespace, "data-redis-0"),
      pod: () => cluster.read<V1Pod>("v1", "Pod", namespace, "redis-0"),
      set: () => cluster.read<V1StatefulSet>("apps/v1", "StatefulSet", namespace, "redis"),
    };
    await cluster.apply(...(await storesIn(namespace)));
    await until(read.set, ({ status }) => status?.readyReplicas === 1);
    const [claim, pod] = [await read.claim(), await read.pod()];
    await cluster.apply(...(await storesIn(namespace, "always")));
    await until(
      read.set,
      ({ metadata, status }) =>
        status?.observedGeneration === metadata?.generation &&
        status?.updatedReplicas === 1 &&
        status?.readyReplicas === 1 &&
        status?.currentRevision === status?.updateRevision,
    );
    expect((await read.claim()).metadata?.uid).toBe(claim.metadata?.uid);
    expect((await read.pod()).metadata?.uid).not.toBe(pod.metadata?.uid);
  });
});
