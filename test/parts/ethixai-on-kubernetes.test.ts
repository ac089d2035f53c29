import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWithCluster } from "../support/cluster.ts";
import { named, notReady } from "../support/ready.ts";
import { until } from "../support/until.ts";
import { ConnectedCheckout, declaredIn, objectsOf, podsOf, valuesIn } from "./system-support.ts";

vi.setConfig({ testTimeout: 180_000 });

const NAMESPACE = "ethixai";

describeWithCluster("EthixAI on Kubernetes, by one word of its stack file", (cluster) => {
  let checkout: ConnectedCheckout;
  beforeAll(async () => {
    checkout = await ConnectedCheckout.make(cluster, "ethixai", { runtime: "kubernetes" });
  });
  afterAll(async () => {
    await checkout.remove();
  });

  test("EA-01 up makes everything that is declared, and all of it becomes Ready, bound, accepted or programmed", async () => {
    const summary = await checkout.slipway("up");
    expect(summary.policies.findings.filter(({ mandatory }) => mandatory)).toEqual([]);
    expect(summary.warnings).toEqual([]);
    const declared = declaredIn(summary);
    expect(declared).toEqual(
      expect.arrayContaining([
        "Deployment/ai-core",
        "Deployment/backend",
        "Gateway/edge",
        "Namespace/ethixai",
      ]),
    );
    expect(named(await objectsOf(cluster, NAMESPACE))).toEqual(expect.arrayContaining(declared));
    await expect
      .poll(async () => notReady(await objectsOf(cluster, NAMESPACE)), { timeout: 30_000 })
      .toEqual([]);
    expect(await podsOf(cluster, NAMESPACE, "backend")).toHaveLength(1);
    expect(await podsOf(cluster, NAMESPACE, "ai-core")).toHaveLength(1);
  });

  test("EA-06 no object of the cluster has the value of a secret: they come by reference", async () => {
    const values = await checkout.secretValues();
    expect(values).toHaveLength(10);
    expect(valuesIn(await objectsOf(cluster, NAMESPACE), values)).toEqual([]);
  });

  test("destroy leaves nothing in the cluster, nor outside of the namespace", async () => {
    await checkout.slipway("destroy");
    await until(
      async () => named(await objectsOf(cluster, NAMESPACE)),
      (left) => left.length === 0,
    );
  });
});
