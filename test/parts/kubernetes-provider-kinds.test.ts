import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Properties } from "../../sandbox/models/values.ts";
import { valueAt } from "../../sandbox/models/values.ts";
import { type ResourceState, SandboxProvider } from "../../sandbox/providers/provider.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";
import { changed } from "../unit/models/examples.ts";
import { goodObject } from "../unit/models/kubernetes-examples.ts";

import { deployment, image, outputsOf, providerOn, small, TIMEOUT } from "./kubernetes-provider-support.ts";

describeWithCluster("objects of other kinds, and of others, on a cluster", (cluster) => {
  test("what exists already is imported, taken over where the provider is told so, and otherwise left alone", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check } = providerOn(cluster, namespace);
    const inputs = check(deployment, "api", small("api"));
    await cluster.apply(inputs as never);
    const refusal = `Deployment ${namespace}/api exists already, and this resource did not make it. Import it (the option \`import: "${namespace}/api"\`)`;
    await expect(provider.preview(callOf(deployment, "api", inputs), "create")).rejects.toThrow(refusal);
    await expect(provider.create(callOf(deployment, "api", inputs))).rejects.toThrow(refusal);

    const read = await provider.read(callOf(deployment, "api", {}, { id: `${namespace}/api`, outputs: {} }));
    const imported = read as ResourceState;
    const after = check(deployment, "api", small("api"), imported.inputs ?? {});
    expect(
      (await provider.diff(callOf(deployment, "api", after, imported), imported.inputs ?? {})).changes,
    ).toEqual([]);
    const other = check(deployment, "api", small("api", { image: "shop/api:2" }), imported.inputs ?? {});
    expect(
      (await provider.diff(callOf(deployment, "api", other, imported), imported.inputs ?? {})).changes,
    ).toEqual([{ path: image, kind: "update", replaces: false }]);

    const upserting = providerOn(cluster, namespace, { upsertExistingObjects: "true" });
    expect((await upserting.create(deployment, "api", small("api"))).state.id).toBe(`${namespace}/api`);
  });

  test("a custom resource needs its definition, and is waited for as its annotation says", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const kind = `Widget${namespace.slice(5)}`;
    const plural = `widget${namespace.slice(5)}s`;
    const type = `kubernetes:${namespace}.example.com/v1:${kind}`;
    const widget = {
      apiVersion: `${namespace}.example.com/v1`,
      kind,
      metadata: {
        name: "one",
        annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "1" },
      },
      spec: { size: 3 },
    };
    const inputs = check(type, "one", widget);
    // A preview can't know whether the program makes it first.
    await provider.preview(callOf(type, "one", inputs), "create");
    await expect(provider.create(callOf(type, "one", inputs))).rejects.toThrow(
      `the cluster has no kind ${kind} in ${namespace}.example.com/v1. Install its CustomResourceDefinition first`,
    );
    const definition = await create("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", plural, {
      metadata: { name: `${plural}.${namespace}.example.com` },
      spec: {
        group: `${namespace}.example.com`,
        scope: "Namespaced",
        names: { kind, plural, singular: plural.slice(0, -1) },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: { type: "object", properties: { size: { type: "integer", maximum: 5 } } },
                  status: { type: "object", x_kubernetes_preserve_unknown_fields: true },
                },
              },
            },
          },
        ],
      },
    });
    onTestFinished(() =>
      provider.delete(
        callOf(
          "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
          plural,
          definition.inputs,
          definition.state,
        ),
      ),
    );
    await expect(provider.create(callOf(type, "one", inputs))).rejects.toThrow(
      "condition=Ready does not hold",
    );
    const large = check(type, "two", { ...widget, metadata: { name: "two" }, spec: { size: 9 } });
    await expect(provider.preview(callOf(type, "two", large), "create")).rejects.toThrow(
      "spec.size: Invalid value: 9",
    );
  });

  test("a patch owns its fields, and gives them up", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, create } = providerOn(cluster, namespace);
    const type = "kubernetes:core/v1:ServiceAccountPatch";
    await until(
      () => cluster.core.listNamespacedServiceAccount({ namespace }),
      ({ items }) => items.length > 0,
    );
    const { inputs, state } = await create(type, "default", {
      metadata: { name: "default" },
      automountServiceAccountToken: false,
    });
    const read = () => cluster.core.readNamespacedServiceAccount({ name: "default", namespace });
    expect((await read()).automountServiceAccountToken).toBe(false);
    await provider.delete(callOf(type, "default", inputs, state));
    expect((await read()).automountServiceAccountToken).toBeUndefined();
  });

  test("a service waits for a pod that answers, a claim for its volume", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const type = "kubernetes:core/v1:Service";
    const service = {
      metadata: { name: "api", annotations: { "pulumi.com/timeoutSeconds": "1" } },
      spec: { selector: { app: "api" }, ports: [{ port: 80 }] },
    };
    await expect(provider.create(callOf(type, "api", check(type, "api", service)))).rejects.toThrow(
      "no pod has the labels that it selects (app=api)",
    );
    await create(deployment, "api", small("api"));
    const ready = await provider.create(callOf(type, "api", check(type, "api", service)));
    expect(valueAt(outputsOf(ready), "spec", "clusterIP")).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const claim = "kubernetes:core/v1:PersistentVolumeClaim";
    const unbound = {
      metadata: { name: "data", annotations: { "pulumi.com/timeoutSeconds": "1" } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "absent",
        resources: { requests: { storage: "1Gi" } },
      },
    };
    await expect(provider.create(callOf(claim, "data", check(claim, "data", unbound)))).rejects.toThrow(
      'there is no storage class "absent"',
    );
  });

  test("a secret's texts arrive, and stay secret in the state", { timeout: TIMEOUT }, async () => {
    const namespace = await cluster.testNamespace();
    const { create } = providerOn(cluster, namespace);
    const { state } = await create("kubernetes:core/v1:Secret", "token", {
      metadata: { name: "token" },
      stringData: { token: "open sesame" },
    });
    expect(JSON.stringify(state.outputs.data)).toContain("1b47061264138c4ac30d75fd1eb44270");
    const { data } = await cluster.core.readNamespacedSecret({ name: "token", namespace });
    expect(Buffer.from(data?.token ?? "", "base64").toString()).toBe("open sesame");
  });

  test("what the model takes the API server takes, and what it refuses is refused before, with a path", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check } = providerOn(cluster, namespace);
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const quantity = fc.constantFrom("100m", "0.5", "1", "1e1");
    const good = fc.record({
      replicas: fc.integer({ min: 0, max: 5 }),
      name,
      label: fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?$/),
      port: fc.integer({ min: 1, max: 65_535 }),
      cpu: quantity,
      surge: fc.constantFrom<string | number>(1, "25%", "100%"),
      period: fc.integer({ min: 1, max: 60 }),
    });
    const objectOf = (from: {
      replicas: number;
      name: string;
      label: string;
      port: number;
      cpu: string;
      surge: string | number;
      period: number;
    }) => ({
      metadata: { name: from.name, labels: { any: from.label } },
      spec: {
        replicas: from.replicas,
        selector: { matchLabels: { app: from.label } },
        strategy: { rollingUpdate: { maxSurge: from.surge, maxUnavailable: 0 } },
        template: {
          metadata: { labels: { app: from.label } },
          spec: {
            containers: [
              {
                name: from.name,
                image: "a",
                ports: [{ name: "http", containerPort: from.port }],
                resources: { requests: { cpu: from.cpu } },
                livenessProbe: { tcpSocket: { port: from.port }, periodSeconds: from.period },
              },
            ],
          },
        },
      },
    });
    const container = "spec.template.spec.containers[0]";
    const mutations: readonly (readonly [path: string, values: readonly unknown[]])[] = [
      ["metadata.name", ["A", "a_b", "-a", "a".repeat(254), "a.b"]],
      ["metadata.labels.any", ["a b", "-", "ü", "a".repeat(64), ""]],
      ["spec.replicas", [-1, 1.5, 3]],
      ["spec.selector.matchLabels.app", ["elsewhere"]],
      ["spec.strategy.rollingUpdate.maxSurge", [0, "0%", "-1", "a", "1.5%"]],
      ["spec.strategy.type", ["Recreate", "Rolling"]],
      [`${container}.name`, ["A", "a.b", "a".repeat(64), ""]],
      [`${container}.image`, ["", " a"]],
      [`${container}.ports[0].containerPort`, [0, 65_536, -5]],
      [`${container}.ports[0].name`, ["Http", "a".repeat(16), "1", "a--b"]],
      [`${container}.ports[0].protocol`, ["HTTP", "UDP"]],
      [`${container}.resources.requests.cpu`, ["1gb", "-1", "", "1 "]],
      [`${container}.resources.limits`, [{ cpu: "1m" }, { cpu: "20" }]],
      [`${container}.livenessProbe.periodSeconds`, [-1]],
      [`${container}.livenessProbe.successThreshold`, [2, 1]],
      [`${container}.livenessProbe.httpGet`, [{ path: "/", port: 1 }]],
      [
        `${container}.env`,
        [[{ name: "A=B", value: "c" }], [{ name: "", value: "c" }], [{ name: "A.B", value: "c" }]],
      ],
      [`${container}.volumeMounts`, [[{ name: "none", mountPath: "/a" }]]],
      [`${container}.imagePullPolicy`, ["always"]],
      ["spec.template.spec.restartPolicy", ["OnFailure"]],
      [
        "spec.template.spec.tolerations",
        [[{ key: "a", operator: "Exists", value: "b" }], [{ operator: "Equal" }]],
      ],
      [
        "spec.template.spec.topologySpreadConstraints",
        [
          [{ maxSkew: 0, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
          [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "Never" }],
        ],
      ],
      ["spec.minReadySeconds", [-1, 700]],
    ];
    const failureOf = async (given: Properties): Promise<{ model: string; server: string }> => {
      const { inputs, failures } = provider.check(callOf(deployment, "any", given), {});
      const complete = failures.length > 0 ? { apiVersion: "apps/v1", kind: "Deployment", ...given } : inputs;
      const placed = changed(complete, "metadata.namespace", namespace);
      // Past the model, to the server's own opinion.
      const server = await provider
        .preview(callOf(deployment, "any", placed), "create")
        .then(() => "")
        .catch((error: Error) => error.message);
      return { model: failures.map(({ path, reason }) => `${path}: ${reason}`).join("\n"), server };
    };
    await fc.assert(
      fc.asyncProperty(good, async (from) => {
        expect(await failureOf(objectOf(from))).toEqual({ model: "", server: "" });
      }),
      { numRuns: 40 },
    );
    const missed: string[] = [];
    for (const [path, values] of mutations)
      for (const value of values) {
        const from = { replicas: 2, name: "api", label: "api", port: 8080, cpu: "1", surge: 1, period: 5 };
        const { model, server } = await failureOf(changed(objectOf(from), path, value));
        if (server !== "" && model === "") missed.push(`${path} = ${JSON.stringify(value)}: ${server}`);
      }
    expect(missed).toEqual([]);
    expect(() => check(deployment, "any", changed(small("api"), image, ""))).toThrow(`${image}: is required`);
  });
});

test("without a cluster objects live in the state alone", async () => {
  const provider = new SandboxProvider({});
  const inputs = { metadata: { name: "api" }, ...goodObject(deployment) };
  const call = {
    token: deployment,
    urn: `urn:pulumi:dev::shop::${deployment}::api`,
    name: "api",
    id: "",
    inputs,
    outputs: {},
    settings: {},
    timeout: 0,
    signal: new AbortController().signal,
  };
  const state = await provider.create(call);
  expect(state.id).toBe("default/api");
  expect(await provider.read({ ...call, ...state })).toEqual({ id: "default/api", outputs: state.outputs });
  await provider.delete({ ...call, ...state });
});
