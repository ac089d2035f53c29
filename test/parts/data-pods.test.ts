import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Redis } from "../../components/data/redis.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { SecretVault } from "../../components/secrets/vault.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { redisImage } from "../../sandbox/kubernetes/real/redis.ts";
import { declare, testScope } from "../support/declare.ts";
import { PodCluster, podsProblem, until } from "./kubernetes-pods-support.ts";

const problem =
  (await podsProblem()) ||
  ((await redisImage()) === undefined ? "there is no image of Redis: npm run parts" : "");
const absent = problem !== "" && process.env.SLIPWAY_DEMAND_PARTS !== "1";

const NAMESPACE = "stores";
const PASSWORD = "correcthorsebatterystaple0123456789abcd";

/** What a Redis declares of Kubernetes; its password and its volume are made here, in place of the cluster's drivers. */
async function redisObjects(): Promise<AnyObject[]> {
  const resources = await declare(() => {
    const scope = testScope({ environment: "staging" });
    const namespace = new Namespace("shop-namespace", { scope, namespace: NAMESPACE });
    const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
    new Redis("shop-redis", {
      scope,
      namespace,
      vault,
      service: "redis",
      runtime: "kubernetes",
      memory: "128 MiB",
      cpu: 0.1,
      persistence: { size: "512 MiB" },
    });
    namespace.seal();
  });
  return resources
    .map(({ inputs }) => inputs as unknown as AnyObject)
    .filter(({ apiVersion }) => apiVersion !== undefined && !apiVersion.startsWith("external-secrets.io"));
}

describe.skipIf(absent)(
  `data stores in pods that really run${absent ? ` (skipped: ${problem})` : ""}`,
  () => {
    let cluster: PodCluster;

    beforeAll(async () => {
      if (problem !== "") throw new Error(problem);
      cluster = await PodCluster.start();
    }, 120_000);
    afterAll(() => cluster?.stop());

    const pod = () => cluster.read<V1Pod>("v1", "Pod", NAMESPACE, "redis-0");
    /** Resolves when a pod other than `before` is ready. */
    const ready = async (before = "") => {
      await until(async () => {
        const { metadata, status } = await pod().catch(() => ({}) as V1Pod);
        const isReady = status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
        return metadata?.uid !== before && isReady === true;
      });
      return await pod();
    };
    const ask = async (...command: string[]) => {
      const script = `REDISCLI_AUTH="$(cat /secrets/redis-password/value)" redis-cli ${command.join(" ")}`;
      const { stdout, stderr } = await cluster.kubectl(
        "exec",
        "-n",
        NAMESPACE,
        "redis-0",
        "--",
        "sh",
        "-c",
        script,
      );
      return (stdout + stderr).trim();
    };

    test("OS-01 a Redis starts as nobody on a read-only root, and keeps what it is told over its pods", async () => {
      const folder = join(cluster.folder, "redis-volume");
      await mkdir(folder);
      // In place of fsGroup, which volumes of this kind know nothing of.
      await chmod(folder, 0o777);
      const objects = await redisObjects();
      await cluster.apply(
        ...objects.filter(({ kind }) => kind === "Namespace"),
        {
          apiVersion: "v1",
          kind: "PersistentVolume",
          metadata: { name: "redis" },
          spec: {
            capacity: { storage: "512Mi" },
            accessModes: ["ReadWriteOnce"],
            claimRef: {
              apiVersion: "v1",
              kind: "PersistentVolumeClaim",
              namespace: NAMESPACE,
              name: "data-redis-0",
            },
            hostPath: { path: folder },
          },
        },
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "redis-redis-password-v1", namespace: NAMESPACE },
          stringData: { value: PASSWORD },
        },
        ...objects,
      );
      const first = await ready();
      expect(await ask("set", "conversation", "kept")).toBe("OK");
      expect(await ask("config", "get", "maxmemory")).toBe(`maxmemory\n${48 * 2 ** 20}`);
      const listed = await cluster.kubectl(
        "exec",
        "-n",
        NAMESPACE,
        "redis-0",
        "--",
        "sh",
        "-c",
        "cat /proc/*/cmdline /proc/1/environ",
      );
      expect(listed.stdout).toContain("redis-server");
      expect(listed.stdout).not.toContain(PASSWORD);

      // Told to go, it saves; its successor has it all.
      await cluster.client.objects.delete((await pod()) as AnyObject);
      const second = await ready(first.metadata?.uid);
      expect(await ask("get", "conversation")).toBe("kept");
      expect(second.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    }, 120_000);
  },
);
