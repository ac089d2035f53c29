import { expect, test } from "vitest";
import { valueAt } from "../../sandbox/models/values.ts";
import { InitializationError } from "../../sandbox/providers/provider.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { changed } from "../unit/models/examples.ts";
import { kubernetesObjects } from "../unit/models/kubernetes-examples.ts";

import { deployment, image, outputsOf, providerOn, small, TIMEOUT } from "./kubernetes-provider-support.ts";

describeWithCluster("the Kubernetes provider on a cluster", (cluster) => {
  test("every good object is taken by the API server", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check } = providerOn(cluster, namespace);
    for (const [type, given] of Object.entries(kubernetesObjects)) {
      const inputs = check(type, `any-${namespace}`, given);
      await expect(
        provider.preview(callOf(type, `any-${namespace}`, inputs), "create"),
        type,
      ).resolves.toBeDefined();
    }
  });

  test("made, waited for, unchanged, updated, deleted", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    // The API server writes these quantities in another way.
    const given = small("api", { requests: { cpu: "0.1", memory: "1024Mi" } });
    const { inputs, state } = await create(deployment, "api", given);
    expect(state.id).toBe(`${namespace}/api`);
    expect(outputsOf(state)).toMatchObject({ status: { availableReplicas: 1 }, metadata: { generation: 1 } });

    const again = check(deployment, "api", given, inputs);
    expect((await provider.diff(callOf(deployment, "api", again, state), inputs)).changes).toEqual([]);
    const read = await provider.read(callOf(deployment, "api", inputs, state));
    expect(read?.inputs).toBeUndefined();

    const next = check(deployment, "api", changed(given, image, "shop/api:2"), inputs);
    expect((await provider.diff(callOf(deployment, "api", next, state), inputs)).changes).toEqual([
      { path: image, kind: "update", replaces: false },
    ]);
    const updated = await provider.update(callOf(deployment, "api", next, state));
    expect(outputsOf(updated)).toMatchObject({ status: { updatedReplicas: 1, observedGeneration: 2 } });

    await provider.delete(callOf(deployment, "api", next, updated));
    expect(await provider.read(callOf(deployment, "api", next, updated))).toBeUndefined();
    await provider.delete(callOf(deployment, "api", next, updated));
  });

  test("what someone deleted, or another cluster never had, is made again", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, create } = providerOn(cluster, namespace);
    const { inputs, state } = await create(deployment, "api", small("api"));
    const call = callOf(deployment, "api", inputs, state);
    await cluster.client.objects.delete({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace },
    });
    expect((await provider.diff(call, inputs)).changes).toEqual([
      { path: "metadata", kind: "update", replaces: false },
    ]);
    const again = await provider.update(call);
    expect(outputsOf(again)).toMatchObject({ status: { availableReplicas: 1 } });
    expect((await provider.diff(call, inputs)).changes).toEqual([]);
  });

  test("an immutable selector replaces, and the preview of an update in place is refused with its path", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const { inputs, state } = await create(deployment, "api", small("api"));
    const other = check(deployment, "api", small("api", { app: "other" }), inputs);
    expect(await provider.diff(callOf(deployment, "api", other, state), inputs)).toMatchObject({
      deleteBeforeReplace: true,
      changes: [{ path: "spec.selector.matchLabels.app", replaces: true }, { replaces: false }],
    });
    await expect(provider.preview(callOf(deployment, "api", other, state), "update")).rejects.toThrow(
      `the API server refused Deployment ${namespace}/api:\n  spec.selector: Invalid value`,
    );
  });

  test("fields that another manages are a conflict with the ways out, and force takes them", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const { inputs, state } = await create(deployment, "api", small("api"));
    // The sandbox applies as a manager of its own, and by force.
    const theirs = check(deployment, "api", small("api", { image: "shop/api:hotfix" }));
    await cluster.apply(theirs as never);
    const drifted = await provider.read(callOf(deployment, "api", inputs, state));
    expect(valueAt(drifted?.inputs, "spec", "template", "spec", "containers", 0)).toEqual({
      name: "api",
      image: "shop/api:hotfix",
      resources: { requests: { cpu: "100m", memory: "1Gi" } },
    });
    expect(
      (await provider.diff(callOf(deployment, "api", inputs, state), drifted?.inputs ?? {})).changes,
    ).toEqual([{ path: image, kind: "update", replaces: false }]);

    const message = `Deployment ${namespace}/api has fields that something else manages, with other values:
  spec.template.spec.containers[name="api"].image: managed by "slipway-sandbox"
Leave these fields out`;
    await expect(provider.preview(callOf(deployment, "api", inputs, state), "update")).rejects.toThrow(
      message,
    );
    await expect(provider.update(callOf(deployment, "api", inputs, state))).rejects.toThrow(message);
    const forced = check(
      deployment,
      "api",
      small("api", { annotations: { "pulumi.com/patchForce": "true" } }),
    );
    const taken = await provider.update(callOf(deployment, "api", forced, state));
    expect(valueAt(outputsOf(taken), "spec", "template", "spec", "containers", 0, "image")).toBe(
      "shop/api:1",
    );
  });

  test("what others add is no drift; what they take away is", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, create } = providerOn(cluster, namespace, { enableConfigMapMutable: "true" });
    const type = "kubernetes:core/v1:ConfigMap";
    const { inputs, state } = await create(type, "flags", {
      metadata: { name: "flags" },
      data: { a: "1", b: "2" },
    });
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "flags", namespace } };
    await cluster.apply({ ...map, data: { theirs: "3" } });
    expect((await provider.read(callOf(type, "flags", inputs, state)))?.inputs).toBeUndefined();
    await cluster.core.patchNamespacedConfigMap({
      name: "flags",
      namespace,
      body: [{ op: "remove", path: "/data/b" }],
    });
    expect((await provider.read(callOf(type, "flags", inputs, state)))?.inputs).toMatchObject({
      data: { a: "1" },
    });
    expect((await provider.read(callOf(type, "flags", inputs, state)))?.inputs?.data).toEqual({ a: "1" });
  });

  test("a rollout that fails says why, and what it left stays in the state", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check } = providerOn(cluster, namespace);
    const stuck = small("api", {
      pod: { nodeSelector: { disk: "fast" } },
      annotations: { "pulumi.com/timeoutSeconds": "2" },
    });
    const failure = await provider
      .create(callOf(deployment, "api", check(deployment, "api", stuck)))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InitializationError);
    const { message, state } = failure as InitializationError;
    expect(message).toContain(`Deployment ${namespace}/api is there, and not ready:\n  not ready within 2 s`);
    expect(message).toMatch(/pod api-\w+-\w+: not scheduled: 0\/\d+ nodes are available/);
    expect(state.id).toBe(`${namespace}/api`);
    const short = changed(stuck, "spec.progressDeadlineSeconds", 1);
    const deadline = await provider
      .update(
        callOf(
          deployment,
          "api",
          check(deployment, "api", changed(short, "metadata.annotations", {})),
          state,
        ),
      )
      .catch((error: unknown) => error);
    expect((deadline as Error).message).toContain("has timed out progressing");
  });

  test("a pod that admission refuses is named with admission's reason", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace({ "pod-security.kubernetes.io/enforce": "restricted" });
    const { provider, callOf, check } = providerOn(cluster, namespace);
    const bare = small("api", { annotations: { "pulumi.com/timeoutSeconds": "3" } });
    const failure = await provider
      .create(callOf(deployment, "api", check(deployment, "api", bare)))
      .catch((error: unknown) => error);
    expect((failure as Error).message).toContain('violates PodSecurity "restricted:latest"');
  });
});
