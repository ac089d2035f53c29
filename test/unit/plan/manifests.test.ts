import * as k8s from "@pulumi/kubernetes";
import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { deployableFiles } from "../../../automation/plan/deployable.ts";
import { run, Thing } from "./support.ts";

const metadata = (name: string, namespace = "shop") => ({ name, namespace });

/** The manifests of a program, and what the reader is told. */
async function manifests(program: () => void) {
  const { files, notes } = deployableFiles(await run(program));
  const kubernetes = new Map([...files].filter(([path]) => path.startsWith("kubernetes/")));
  return { files: kubernetes, notes, names: [...kubernetes.keys()] };
}

function content(files: ReadonlyMap<string, string>, path: string): unknown {
  const document = parseDocument(files.get(path) ?? "", { version: "1.1" });
  expect(document.errors).toEqual([]);
  return document.toJS();
}

describe("where a manifest is", () => {
  test("one file each, by namespace, kind and name; cluster-wide ones first by the alphabet", async () => {
    const { names, notes } = await manifests(() => {
      new k8s.core.v1.Namespace("ns", { metadata: { name: "shop" } });
      new k8s.scheduling.v1.PriorityClass("high", { metadata: { name: "shop-serving" }, value: 1 });
      new k8s.core.v1.ConfigMap("config", { metadata: metadata("api-1a2b") });
      new k8s.core.v1.Service("api", { metadata: metadata("api") });
      new k8s.core.v1.ConfigMap("digits", { metadata: metadata("early", "0-first") });
      new k8s.core.v1.ConfigMap("nowhere", { metadata: { name: "nowhere" } });
    });
    expect(names).toEqual([
      "kubernetes/README.md",
      "kubernetes/_cluster/namespace-shop.yaml",
      "kubernetes/_cluster/priorityclass-shop-serving.yaml",
      "kubernetes/_namespace-0-first/configmap-early.yaml",
      "kubernetes/default/configmap-nowhere.yaml",
      "kubernetes/shop/configmap-api-1a2b.yaml",
      "kubernetes/shop/service-api.yaml",
    ]);
    expect(notes).toEqual([]);
  });

  test("kinds of one name are told apart by their groups, and clusters by their providers", async () => {
    const { names } = await manifests(() => {
      const east = new k8s.Provider("east", { kubeconfig: "{}", namespace: "shop" });
      const west = new k8s.Provider("west", { kubeconfig: "{ }" });
      new k8s.core.v1.Service("one", { metadata: { name: "api" } }, { provider: east });
      new k8s.apiextensions.CustomResource(
        "two",
        { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: { name: "api" } },
        { provider: east },
      );
      new k8s.core.v1.Service("three", { metadata: metadata("api") }, { provider: west });
    });
    expect(names).toEqual([
      "kubernetes/README.md",
      "kubernetes/east/shop/service-api.yaml",
      "kubernetes/east/shop/service.serving.knative.dev-api.yaml",
      "kubernetes/west/shop/service-api.yaml",
    ]);
  });

  test("two providers of one context are one cluster", async () => {
    const { names } = await manifests(() => {
      for (const name of ["api", "web"]) {
        const provider = new k8s.Provider(`${name}-cluster`, { context: "main" });
        new k8s.core.v1.Service(name, { metadata: metadata(name) }, { provider });
      }
    });
    expect(names).toEqual([
      "kubernetes/README.md",
      "kubernetes/shop/service-api.yaml",
      "kubernetes/shop/service-web.yaml",
    ]);
  });

  test("a definition in the plan says whether its kind belongs to a namespace", async () => {
    const definition = (scope: string) => ({
      metadata: { name: "shelves.shop.dev" },
      spec: { group: "shop.dev", scope, names: { kind: "Shelf", plural: "shelves" }, versions: [] },
    });
    const shelf = { apiVersion: "shop.dev/v1", kind: "Shelf", metadata: { name: "one" } };
    for (const [scope, folder] of [
      ["Cluster", "_cluster"],
      ["Namespaced", "default"],
    ] as const) {
      const { files, names } = await manifests(() => {
        new k8s.apiextensions.v1.CustomResourceDefinition("definition", definition(scope));
        new k8s.apiextensions.CustomResource("shelf", shelf);
      });
      expect(names).toContain(`kubernetes/${folder}/shelf-one.yaml`);
      // What defines a kind has to be there before `kubectl` reads the first object of it.
      expect(files.get("kubernetes/README.md")).toContain("wait --for=condition=Established");
      expect(files.get("kubernetes/README.md")).not.toContain("shop.dev/v1 Shelf");
    }
  });

  test("no name leads out of the folder", async () => {
    const { names } = await manifests(() => {
      new k8s.core.v1.ConfigMap("a", { metadata: { name: "../../a", namespace: "../b" } });
      new k8s.rbac.v1.ClusterRole("b", { metadata: { name: "system:shop" } });
    });
    expect(names.slice(1)).toEqual([
      "kubernetes/_cluster/clusterrole-system_shop.yaml",
      "kubernetes/_namespace-__b/configmap-__.._a.yaml",
    ]);
  });
});

describe("what a manifest says", () => {
  test("the whole object, in the conventional order, its namespace stated", async () => {
    const { files } = await manifests(() => {
      new k8s.apps.v1.Deployment("api", {
        spec: {
          selector: { matchLabels: { "app.kubernetes.io/name": "api" } },
          template: {
            spec: {
              containers: [{ resources: { limits: { memory: "1Gi", cpu: "1" } }, image: "i", name: "app" }],
            },
            metadata: { labels: { "app.kubernetes.io/name": "api" } },
          },
        },
        metadata: { labels: { on: "yes" }, annotations: { "slipway.dev/peak": "50" }, name: "api" },
      });
    });
    expect(files.get("kubernetes/default/deployment-api.yaml")).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: default
  labels:
    "on": "yes"
  annotations:
    slipway.dev/peak: "50"
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: api
  template:
    metadata:
      labels:
        app.kubernetes.io/name: api
    spec:
      containers:
        - name: app
          image: i
          resources:
            limits:
              cpu: "1"
              memory: "1Gi"
`);
  });

  test("is the same to the byte for the same program, whatever the order it is written in", async () => {
    const declare = (names: readonly string[]) => () => {
      for (const name of names) {
        const data = Object.fromEntries(names.map((each) => [each, "x"]));
        new k8s.core.v1.ConfigMap(name, { metadata: metadata(name), data });
      }
    };
    const [one, other] = [
      await manifests(declare(["a", "b", "c"])),
      await manifests(declare(["c", "a", "b"])),
    ];
    expect([...one.files]).toEqual([...other.files]);
  });

  test("the README names what must be in the cluster first", async () => {
    const { files } = await manifests(() => {
      new k8s.core.v1.ConfigMap("config", { metadata: metadata("config", "others") });
      new k8s.apiextensions.CustomResource("store", {
        apiVersion: "external-secrets.io/v1",
        kind: "SecretStore",
        metadata: metadata("store", "others"),
      });
    });
    expect(files.get("kubernetes/README.md")).toMatch(/others make them:\n\n- others\n/);
    expect(files.get("kubernetes/README.md")).toMatch(
      /definitions:\n\n- external-secrets.io\/v1 SecretStore\n/,
    );
  });
});

describe("what can't be written out whole", () => {
  test("a Secret's values, whether marked as secret or not, are nowhere; kubectl passes the file by", async () => {
    const { files, notes, names } = await manifests(() => {
      new k8s.core.v1.Secret("literal", {
        metadata: metadata("password"),
        stringData: { value: "correct-horse-battery" },
      });
      new k8s.core.v1.ConfigMap("marked", { metadata: metadata("m"), data: { a: secret("staple-staple") } });
    });
    expect(names).toEqual([
      "kubernetes/INCOMPLETE.md",
      "kubernetes/README.md",
      "kubernetes/shop/configmap-m.yaml.incomplete",
      "kubernetes/shop/secret-password.yaml.incomplete",
    ]);
    expect([...files.values()].join("\n")).not.toMatch(/correct-horse|staple/);
    expect(notes).toEqual(
      [
        "kubernetes/shop/secret-password.yaml.incomplete is not whole: `stringData` is a secret, which no plan writes out",
        "kubernetes/shop/configmap-m.yaml.incomplete is not whole: `data.a` is a secret, which no plan writes out",
      ].sort(),
    );
    expect(files.get("kubernetes/INCOMPLETE.md")).toContain("ExternalSecret");
  });

  test("a value that is not known yet is named with its field and what it waits for", async () => {
    const { files, notes } = await manifests(() => {
      const cache = new Thing("cache");
      new k8s.core.v1.ConfigMap("config", { metadata: metadata("api"), data: { REDIS: cache.address } });
      new k8s.core.v1.ConfigMap("named", { metadata: metadata(cache.address as never) });
      new k8s.core.v1.ConfigMap("placed", { metadata: { name: "p", namespace: cache.address } });
    });
    expect([...files.keys()].slice(2)).toEqual([
      "kubernetes/_unknown/configmap-p.yaml.incomplete",
      "kubernetes/shop/configmap-api.yaml.incomplete",
      "kubernetes/shop/configmap-named.yaml.incomplete",
    ]);
    expect(content(files, "kubernetes/shop/configmap-api.yaml.incomplete")).toMatchObject({
      data: { REDIS: "[unknown]" },
    });
    expect(notes[0]).toBe(
      'kubernetes/shop/configmap-api.yaml.incomplete is not whole: `data.REDIS` is known only once "cache" (test:index:Thing) exists',
    );
  });

  test("a text that only looks like a placeholder is a text", async () => {
    const { names } = await manifests(() => {
      new k8s.core.v1.ConfigMap("c", { metadata: metadata("c"), data: { a: "[unknown]", b: "[secret]" } });
    });
    expect(names).toEqual(["kubernetes/README.md", "kubernetes/shop/configmap-c.yaml"]);
  });

  test("an object without a name, one declared twice, and what is no object", async () => {
    const { notes, names } = await manifests(() => {
      new k8s.core.v1.ConfigMap("nameless", { data: {} });
      new k8s.core.v1.ConfigMap("first", { metadata: metadata("same") });
      new k8s.core.v1.ConfigMap("second", { metadata: metadata("same") });
      new k8s.core.v1.ConfigMapPatch("patch", { metadata: metadata("theirs") });
      new k8s.helm.v3.Release("chart", { chart: "redis" });
    });
    expect(names).not.toContain("kubernetes/shop/configmap-theirs.yaml");
    expect(notes).toEqual([
      'kubernetes/shop/configmap-same.yaml is declared twice, the second time by "second", which is left out: give one of them another name',
      "kubernetes/default/configmap-nameless.yaml.incomplete is not whole: `metadata.name` is not given: one is made when it is deployed",
      '"patch" (kubernetes:core/v1:ConfigMapPatch) is no single object, so it has no manifest: `slipway up` deploys it',
      '"chart" (kubernetes:helm.sh/v3:Release) is no single object, so it has no manifest: `slipway up` deploys it',
    ]);
  });

  test("a plan without Kubernetes has no such folder", async () => {
    const { files } = await manifests(() => void new Thing("one"));
    expect(files.size).toBe(0);
  });
});
