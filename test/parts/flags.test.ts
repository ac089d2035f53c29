import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClusterStore } from "../../automation/flags/cluster-store.ts";
import { flagStates, readFlagSet } from "../../automation/flags/flag-set.ts";
import { HISTORY_ANNOTATION, readHistory } from "../../automation/flags/history.ts";
import { flip } from "../../automation/flags/store.ts";
import { writeConnection } from "../../sandbox/kubernetes/connection.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { type Checkout, copyCheckout } from "../support/checkout.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";
import { ADA, declaredObject, FLAGS } from "../unit/flags/support.ts";

describeWithCluster("flags in a cluster", (cluster) => {
  let checkout: Checkout;
  let core: CoreV1Api;
  let config: KubeConfig;

  beforeAll(async () => {
    config = cluster.client.config;
    core = cluster.core;
    checkout = await copyCheckout();
    const sandbox = sandboxPaths(checkout.root).kubernetes;
    await mkdir(sandbox, { recursive: true });
    writeConnection(sandbox, cluster.connection);
  });

  afterAll(async () => {
    // Not the cluster's: it is named in the checkout, and belongs to the whole run.
    writeConnection(sandboxPaths(checkout.root).kubernetes, undefined);
    await checkout.remove();
  });

  /** What a deployment does: it applies what is declared, and nothing else. */
  async function deploy(object: V1ConfigMap): Promise<void> {
    const { name = "", namespace = "" } = object.metadata ?? {};
    await core.patchNamespacedConfigMap(
      { name, namespace, body: object, fieldManager: "pulumi" },
      setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
    );
  }

  const overrides = (namespace: string) =>
    core.readNamespacedConfigMap({ namespace, name: "shop-flags-overrides" });

  test("OS-08 one command turns the pipeline off and the store to mongo; no deployment undoes it; it is recorded", async () => {
    const namespace = await cluster.testNamespace();
    await deploy(declaredObject("shop", namespace));
    const flags = async (...args: string[]) => {
      const ended = await checkout.slipway("flags", ...args, "--stack", "sandbox", "-n", namespace, "--json");
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return JSON.parse(ended.stdout);
    };
    const set = await flags("set", "USE_UNIFIED_PIPELINE=0", "CONV_STORE_PRIMARY=mongo", "--reason", "drill");
    expect(set).toMatchObject({
      stack: "sandbox",
      context: cluster.connection.context,
      namespace,
      account: "admin",
      reason: "drill",
      changes: [
        { name: "USE_UNIFIED_PIPELINE", from: "1", to: "0" },
        { name: "CONV_STORE_PRIMARY", from: "redis", to: "mongo" },
      ],
    });
    const switched = { ...FLAGS.USE_UNIFIED_PIPELINE, why: "said differently" };
    await deploy(declaredObject("shop", namespace, { flags: { ...FLAGS, USE_UNIFIED_PIPELINE: switched } }));
    const { sets } = await flags();
    expect(sets[0].flags.find(({ name }: { name: string }) => name === "USE_UNIFIED_PIPELINE")).toMatchObject(
      {
        declared: "1",
        override: "0",
        effective: "0",
        reason: "drill",
        why: "said differently",
      },
    );
    expect((await overrides(namespace)).data).toEqual({
      USE_UNIFIED_PIPELINE: "0",
      CONV_STORE_PRIMARY: "mongo",
    });
    await flags("clear", "--all", "--reason", "over");
    expect((await overrides(namespace)).data ?? {}).toEqual({});
    const { sets: past } = await flags("history");
    expect(past[0].history.map(({ reason }: { reason: string }) => reason)).toEqual(["drill", "over"]);
  }, 60_000);

  test("of commands at the same time none is lost", async () => {
    const namespace = await cluster.testNamespace();
    const names = Array.from({ length: 12 }, (_, index) => `FLAG_${index}`);
    const flags = Object.fromEntries(names.map((name) => [name, FLAGS.USE_UNIFIED_PIPELINE]));
    const object = declaredObject("shop", namespace, { flags, settings: {} });
    await deploy(object);
    const set = readFlagSet(object);
    const one = async (name: string) =>
      await flip(await ClusterStore.open(config), set, { [name]: "0" }, { ...ADA, by: name });
    await Promise.all(names.map(one));
    const stored = await overrides(namespace);
    expect(
      flagStates(set, stored).map(({ effective, by, name }) => effective === "0" && by === name),
    ).toEqual(names.map(() => true));
    expect(readHistory(stored.metadata?.annotations?.[HISTORY_ANNOTATION])).toHaveLength(12);
  }, 60_000);

  test("what someone set by hand is seen, and cleared", async () => {
    const namespace = await cluster.testNamespace();
    await deploy(declaredObject("shop", namespace));
    await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: "shop-flags-overrides" }, data: { CONV_MAX_TURNS: "8" } },
      fieldManager: "kubectl-edit",
    });
    const set = readFlagSet(declaredObject("shop", namespace));
    const store = await ClusterStore.open(config);
    await flip(store, set, { USE_UNIFIED_PIPELINE: "0" }, ADA);
    expect((await overrides(namespace)).data).toEqual({ CONV_MAX_TURNS: "8", USE_UNIFIED_PIPELINE: "0" });
    await flip(store, set, { CONV_MAX_TURNS: null }, ADA);
    expect((await overrides(namespace)).data).toEqual({ USE_UNIFIED_PIPELINE: "0" });
  });

  test("pods that mount the flags are told to look, and no others; none is replaced", async () => {
    const namespace = await cluster.testNamespace();
    await deploy(declaredObject("shop", namespace));
    const pod = (name: string, configMap: string) =>
      core.createNamespacedPod({
        namespace,
        body: {
          metadata: { name },
          spec: {
            automountServiceAccountToken: false,
            containers: [{ name: "app", image: "shop/api:1.0.0" }],
            volumes: [{ name: "flags", projected: { sources: [{ configMap: { name: configMap } }] } }],
          },
        },
      });
    // The account that every pod has comes a moment after its namespace.
    await expect
      .poll(() => pod("api", "shop-flags").then(() => "made", String), { timeout: 30_000 })
      .toBe("made");
    await pod("other", "bank-flags");
    const before = await until(
      () => core.readNamespacedPod({ namespace, name: "api" }),
      ({ status }) => status?.phase === "Running",
    );
    const annotations = { ...before.metadata?.annotations, "slipway.dev/flags-changed": ADA.at };
    const store = await ClusterStore.open(config);
    expect(await store.refresh(namespace, "shop-flags", ADA.at)).toEqual({ told: 1, pods: 1 });
    const after = await core.readNamespacedPod({ namespace, name: "api" });
    expect(after.metadata?.annotations).toEqual(annotations);
    expect([after.metadata?.uid, after.spec]).toEqual([before.metadata?.uid, before.spec]);
    const other = await core.readNamespacedPod({ namespace, name: "other" });
    expect(other.metadata?.annotations ?? {}).not.toHaveProperty("slipway.dev/flags-changed");
  }, 60_000);

  test("what is wrong is said before anything is written", async () => {
    const namespace = await cluster.testNamespace();
    await deploy(declaredObject("shop", namespace));
    const flags = (...args: string[]) => checkout.slipway("flags", ...args, "-n", namespace);
    const set = ["set", "CONV_STOR_PRIMARY=mongo", "CONV_MAX_TURNS=0", "--reason", "drill"];
    expect(await flags(...set, "--stack", "sandbox")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        '"shop" has no flag CONV_STOR_PRIMARY; did you mean CONV_STORE_PRIMARY?\nCONV_MAX_TURNS: "0" must be a whole number from 1 to 100\n',
    });
    await expect(overrides(namespace)).rejects.toMatchObject({ code: 404 });
    // The same cluster, as one that is not the sandbox's.
    const file = cluster.connection.kubeconfig;
    const outside = ["--kubeconfig", file, "--context", cluster.connection.context, "--stack", "production"];
    expect(await flags(...set, ...outside)).toEqual({
      code: 2,
      stdout: "",
      stderr: 'nobody can be asked here: add --yes to change flags of the stack "production".\n',
    });
    expect((await flags("list", ...outside)).stderr).toContain(
      `the namespace "${namespace}" of the cluster "slipway-sandbox", environment production, has no flags: `,
    );
    expect(await flags("list", "--stack", "sandbox", "--context", cluster.connection.context)).toMatchObject({
      code: 2,
    });
    expect(await flags("list", ...outside, "--context", "slipway-sandbx")).toMatchObject({
      code: 2,
      stderr: `the kubeconfig ${file} has no context "slipway-sandbx"; did you mean "slipway-sandbox"?\n`,
    });
  }, 60_000);

  test("a cluster that can't be reached, or refuses, is said", async () => {
    const file = join(checkout.root, "elsewhere");
    const text = JSON.stringify({
      clusters: [
        { name: "gone", cluster: { server: "https://127.0.0.1:1" } },
        {
          name: "here",
          cluster: { server: config.getCurrentCluster()?.server, "insecure-skip-tls-verify": true },
        },
      ],
      users: [{ name: "nobody", user: {} }],
      contexts: ["gone", "here"].map((name) => ({ name, context: { cluster: name, user: "nobody" } })),
    });
    await writeFile(file, text);
    const list = (context: string) =>
      checkout.slipway("flags", "--stack", "staging", "--kubeconfig", file, "--context", context);
    expect(await list("gone")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^the cluster of the context "gone" \(https:\/\/127\.0\.0\.1:1\) could not be asked to list ConfigMaps.*: .*(ECONNREFUSED|bad port)/,
      ),
    });
    expect(await list("here")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /could not be asked to list ConfigMaps.*: 40[13] .*(forbidden|Unauthorized)/,
      ),
    });
  }, 60_000);
});
