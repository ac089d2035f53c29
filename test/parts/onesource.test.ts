import type {
  V1Deployment,
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { named, notReady } from "../support/ready.ts";
import { until } from "../support/until.ts";
import {
  ConnectedCheckout,
  changedByServer,
  declaredIn,
  evictAll,
  objectsOf,
  podsOf,
  valuesIn,
} from "./system-support.ts";

vi.setConfig({ testTimeout: 180_000 });

const NAMESPACE = "onesource";

/** What is declared for the cluster in every environment: kinds, and how many of each. */
const DECLARED = {
  Certificate: 1,
  ConfigMap: 6,
  Deployment: 2,
  ExternalSecret: 6,
  GCPBackendPolicy: 2,
  GCPGatewayPolicy: 1,
  Gateway: 1,
  HTTPRoute: 3,
  HealthCheckPolicy: 2,
  HorizontalPodAutoscaler: 2,
  LimitRange: 1,
  Namespace: 1,
  NetworkPolicy: 11,
  PodDisruptionBudget: 4,
  PodMonitor: 2,
  PriorityClass: 2,
  PrometheusRule: 3,
  ResourceQuota: 1,
  SecretStore: 3,
  Service: 4,
  ServiceAccount: 4,
  StatefulSet: 2,
};

const reader = (cluster: TestCluster) => ({
  deployment: (name: string) => cluster.read<V1Deployment>("apps/v1", "Deployment", NAMESPACE, name),
  autoscaler: (name: string) =>
    cluster.read<V2HorizontalPodAutoscaler>("autoscaling/v2", "HorizontalPodAutoscaler", NAMESPACE, name),
  budget: (name: string) =>
    cluster.read<V1PodDisruptionBudget>("policy/v1", "PodDisruptionBudget", NAMESPACE, name),
  quota: (name: string) => cluster.read<V1ResourceQuota>("v1", "ResourceQuota", NAMESPACE, name),
});

/** Waits until a workload has that many pods, all of which work and are watched over by its budget. */
async function untilRunning(cluster: TestCluster, workload: string, pods: number): Promise<void> {
  const { deployment, budget } = reader(cluster);
  await until(
    () => deployment(workload),
    ({ status }) => status?.replicas === pods && status.availableReplicas === pods,
  );
  await until(
    () => budget(workload),
    ({ status }) => status?.expectedPods === pods && status.currentHealthy === pods,
  );
}

/** What comes of evictions of all pods of the backend at once, twice; nothing takes a pod's place in between. */
async function evictions(cluster: TestCluster, pods: number): Promise<number[][]> {
  const { budget, quota } = reader(cluster);
  const full = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "full", namespace: NAMESPACE },
    spec: { hard: { pods: "0" } },
  };
  const rounds: number[][] = [];
  for (const _ of [1, 2]) {
    await untilRunning(cluster, "backend", pods);
    await cluster.apply(full);
    await until(
      () => quota("full"),
      ({ status }) => status?.hard?.pods === "0",
    );
    rounds.push(await evictAll(cluster, NAMESPACE, "backend"));
    const { status } = await budget("backend");
    expect(status?.disruptionsAllowed).toBe(0);
    await cluster.client.objects.delete(full);
  }
  await untilRunning(cluster, "backend", pods);
  return rounds;
}

describeWithCluster("ONESource on a real API server", (cluster) => {
  let checkout: ConnectedCheckout;
  beforeAll(async () => {
    checkout = await ConnectedCheckout.make(cluster, "onesource");
  });
  afterAll(async () => {
    cluster.figures(NAMESPACE, {});
    await checkout.remove();
  });

  const removed = async () => {
    await until(
      async () => named(await objectsOf(cluster, NAMESPACE)),
      (left) => left.length === 0,
    );
  };

  describe("in the sandbox", () => {
    test("OS-01 up makes everything that is declared, and all of it becomes Ready, bound, accepted or programmed", async () => {
      const summary = await checkout.slipway("up");
      expect(summary.policies.findings.filter(({ notEvaluated }) => !notEvaluated)).toEqual([]);
      expect(summary.warnings).toEqual([]);
      const declared = declaredIn(summary);
      const counts = Object.groupBy(declared, (name) => name.split("/")[0] ?? "");
      expect(Object.fromEntries(Object.entries(counts).map(([kind, all]) => [kind, all?.length]))).toEqual(
        DECLARED,
      );
      const found = await objectsOf(cluster, NAMESPACE);
      expect(named(found)).toEqual(expect.arrayContaining(declared));
      expect(changedByServer(summary, found)).toEqual([]);
      // A route is looked at when what it leads to has changed, which is not waited for.
      await expect
        .poll(async () => notReady(await objectsOf(cluster, NAMESPACE)), { timeout: 30_000 })
        .toEqual([]);
    });

    test("no object of the cluster has the value of a secret: they come by reference", async () => {
      const values = await checkout.secretValues();
      // Three passwords of the stores, and the model's key.
      expect(values).toHaveLength(4);
      expect(values.filter((value) => value.length < 24)).toEqual([]);
      expect(valuesIn(await objectsOf(cluster, NAMESPACE), values)).toEqual([]);
    });

    test("OS-01 the autoscalers read the figures and go to their most, for which the namespace has room", async () => {
      const { autoscaler, quota } = reader(cluster);
      const seen = await until(
        () => autoscaler("backend"),
        ({ status }) => status?.currentMetrics?.length === 2,
      );
      expect(seen.status?.currentMetrics).toMatchObject([
        { resource: { name: "cpu", current: { averageUtilization: 1, averageValue: "5m" } } },
        { resource: { name: "memory", current: { averageUtilization: 3 } } },
      ]);
      cluster.figures(NAMESPACE, { cpu: "400m" });
      await untilRunning(cluster, "backend", 2);
      await untilRunning(cluster, "frontend", 2);
      expect((await autoscaler("backend")).status).toMatchObject({ currentReplicas: 2, desiredReplicas: 2 });
      const { status } = await until(
        () => quota("quota"),
        ({ status }) => status?.used?.pods === "6",
      );
      // Four pods of services and two of stores, and one more of each service while it is rolled over.
      expect(status).toMatchObject({
        hard: {
          pods: "8",
          "requests.cpu": "2750m",
          "requests.memory": "4480Mi",
          "requests.storage": "1536Mi",
        },
        used: { pods: "6", "requests.cpu": "2", "requests.memory": "3200Mi", "requests.storage": "1536Mi" },
      });
    });

    test("OS-01 of two pods one may be evicted at a time", async () => {
      expect(await evictions(cluster, 2)).toEqual([
        [201, 429],
        [201, 429],
      ]);
    });

    test("a second up previews and changes nothing", async () => {
      const before = await podsOf(cluster, NAMESPACE);
      expect(await checkout.slipway("up")).toMatchObject({ changed: "nothing to change", steps: [] });
      expect(await podsOf(cluster, NAMESPACE)).toEqual(before);
    });

    test("OS-03 a flag that the program changes is changed in its ConfigMap alone, and replaces no pod", async () => {
      const before = await podsOf(cluster, NAMESPACE);
      expect(before).toHaveLength(6);
      await checkout.edit(
        "systems/onesource/flags.ts",
        'default: true,\n    why: "Answers come with suggested actions."',
        'default: false,\n    why: "Answers come with suggested actions."',
      );
      const { steps } = await checkout.slipway("up");
      expect(steps.map(({ urn, operation }) => [urn.split("::").at(-1), operation])).toEqual([
        ["onesource-flags", "update"],
      ]);
      const { data } = await cluster.core.readNamespacedConfigMap({
        name: "onesource-flags",
        namespace: NAMESPACE,
      });
      expect(data?.FEATURE_SUGGESTED_ACTIONS).toBe("0");
      expect(await podsOf(cluster, NAMESPACE)).toEqual(before);
    });

    test("destroy leaves nothing in the cluster, nor outside of the namespace", async () => {
      await checkout.slipway("destroy");
      await removed();
    });
  });

  describe("production in the sandbox", () => {
    const production = ["--stack", "production", "--sandbox", "--yes"];

    test("OS-01 three of the backend by its autoscaler, two of the frontend; each budget lets one go at a time", async () => {
      cluster.figures(NAMESPACE, {});
      await checkout.slipway("up", ...production);
      await expect
        .poll(async () => notReady(await objectsOf(cluster, NAMESPACE)), { timeout: 30_000 })
        .toEqual([]);
      const { autoscaler, budget } = reader(cluster);
      for (const [name, pods] of [
        ["backend", 3],
        ["frontend", 2],
      ] as const) {
        await untilRunning(cluster, name, pods);
        expect((await autoscaler(name)).status).toMatchObject({
          currentReplicas: pods,
          desiredReplicas: pods,
        });
      }
      for (const name of ["backend", "frontend", "redis", "mongo"]) {
        const { status } = await until(
          () => budget(name),
          ({ status }) => status?.currentHealthy === status?.expectedPods,
        );
        expect(status?.disruptionsAllowed, name).toBe(1);
      }
      expect(await evictions(cluster, 3)).toEqual([
        [201, 429, 429],
        [201, 429, 429],
      ]);
    });
  });
});
