import { describe, expect, test } from "vitest";
import { check } from "../../../automation/check/check.ts";
import { CommandFailure } from "../../../automation/exit.ts";
import { checked, refused, sourcesOf, yamlOf } from "./support.ts";

const config = (name: string, data: object = {}, namespace = "shop") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});
const names = async (input: Parameters<typeof checked>[0]) =>
  (await checked(input)).resources.filter(({ type }) => type !== "file").map(({ name }) => name);

const STRICTLY =
  "what states no environment was judged as production's; --environment staging (or sandbox, …) says what it is for";

describe("what is accepted", () => {
  test("any number of documents, empty ones too", async () => {
    expect(await names(`---\n# nothing\n---\n${yamlOf(config("a"), config("b"))}---\n`)).toEqual([
      "shop/a",
      "shop/b",
    ]);
  });

  test("lists, typed or not, in lists", async () => {
    const list = (items: unknown[], kind = "List") => ({ apiVersion: "v1", kind, items });
    const { apiVersion: _, kind: __, ...bare } = config("c");
    expect(
      await names(yamlOf(list([config("a"), list([config("b")])]), list([bare], "ConfigMapList"))),
    ).toEqual(["shop/a", "shop/b", "shop/c"]);
  });

  test("JSON, indented with tabs and in one line, with a list in it", async () => {
    expect(await names({ "a.json": JSON.stringify(config("a"), null, "\t") })).toEqual(["shop/a"]);
    expect(
      await names({ "a.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [config("a")] }) }),
    ).toEqual(["shop/a"]);
  });

  test("kinds that nobody here knows, objects without a namespace, and names that the API server makes", async () => {
    const result = await checked(
      yamlOf(
        { apiVersion: "example.com/v1alpha1", kind: "Widget", metadata: { name: "w" }, spec: { any: [1] } },
        { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "j-" } },
        { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "j-" } },
      ),
    );
    expect(result.resources.map(({ urn }) => urn)).toEqual([
      "urn:kubernetes:manifests::app.yaml::file::app.yaml",
      "urn:kubernetes:manifests::app.yaml::kubernetes:batch/v1:Job::j-*",
      "urn:kubernetes:manifests::app.yaml::kubernetes:batch/v1:Job::j-*#2",
      "urn:kubernetes:manifests::app.yaml::kubernetes:example.com/v1alpha1:Widget::w",
    ]);
    expect(result.counts).toEqual({ files: 1, objects: 3, stacks: 0 });
  });

  test("Windows' line ends, a byte-order mark, octal numbers, anchors and merge keys, as Kubernetes reads them", async () => {
    const text = [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: {name: a, namespace: shop}",
      "spec:",
      "  volumes:",
      "    - &base {name: v, secret: {secretName: s, defaultMode: 0644}}",
      "    - {<<: *base, name: w}",
      "  automountServiceAccountToken: no",
      "  containers: []",
      "",
    ].join("\r\n");
    const seen: unknown[] = [];
    const judge = {
      name: "spy",
      description: "",
      policies: [
        {
          id: "spy",
          title: "T.",
          severity: "low",
          level: "advisory",
          why: "W.",
          fix: "F.",
          types: ["kubernetes:core/v1:Pod"],
          check: ({ props }: { props: import("../../../policies/core/property.ts").Property }) => {
            const spec = props.at("spec");
            seen.push(spec.at("automountServiceAccountToken").flag());
            for (const volume of spec.at("volumes").items())
              seen.push(volume.at("name").text(), volume.at("secret", "defaultMode").number());
            return [];
          },
        },
      ],
    } as const;
    await checked({ "a.yaml": `\uFEFF${text}` }, { judges: [judge] });
    expect(seen).toEqual([false, "v", 420, "w", 420]);
  });

  test("an object that is there twice in the same words is judged once, and said", async () => {
    const result = await checked({
      "b.yaml": yamlOf(config("a", { x: "1" })),
      "a.yaml": yamlOf(config("b"), Object.fromEntries(Object.entries(config("a", { x: "1" })).reverse())),
    });
    expect(result.counts.objects).toBe(2);
    expect(result.notes).toEqual([
      "b.yaml:1: ConfigMap shop/a is the same as in a.yaml:8, and was judged once",
    ]);
  });

  test("what a controller made from another object of the input is judged there", async () => {
    const owner = { kind: "Deployment", name: "api", controller: true };
    const set = (ownerReferences?: object[]) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "api-1", namespace: "shop", ownerReferences },
    });
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api", namespace: "shop" },
    };
    const both = await checked(yamlOf(deployment, set([owner])));
    expect(both.counts.objects).toBe(1);
    expect(both.notes).toEqual([
      "1 objects were made by controllers from others, and were judged there",
      STRICTLY,
    ]);
    expect((await checked(yamlOf(set([owner])))).counts.objects).toBe(1);
    expect((await checked(yamlOf(deployment, set([{ ...owner, controller: false }])))).counts.objects).toBe(
      2,
    );
  });

  test("versions that are gone are judged by those that took their place", async () => {
    const old = {
      apiVersion: "policy/v1beta1",
      kind: "PodDisruptionBudget",
      metadata: { name: "a" },
      spec: { maxUnavailable: 0 },
    };
    const result = await checked(yamlOf(old));
    expect(result.notes).toEqual([
      "app.yaml:1: no cluster takes PodDisruptionBudget of policy/v1beta1 any more; it was judged as policy/v1",
      STRICTLY,
    ]);
    expect(result.policy.results.map(({ policy }) => policy)).toEqual([
      "eviction-possible",
      "disruption-budget-selects-pods",
      "broken-pod-evictable",
      "api-version-served",
    ]);
  });

  test("in a folder, files about something else are left out and named", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`values-${index}.yaml`, "replicas: 1\n"]),
    );
    const kustomization = "resources:\n  - app.yaml\n";
    const result = await checked(
      {
        "app.yaml": yamlOf(config("a")),
        "kustomization.yaml": kustomization,
        "Chart.yaml": "apiVersion: v2\nname: x\n",
        ...files,
      },
      { named: false },
    );
    expect(result.counts).toEqual({ files: 1, objects: 1, stacks: 0 });
    expect(result.notes).toEqual([
      "kustomization.yaml: says what to build, and is not built here: `kustomize build` its folder `| slipway check -`",
      "left out, since there is no object of Kubernetes in them: Chart.yaml, values-0.yaml, values-1.yaml, values-2.yaml, values-3.yaml and 3 more",
    ]);
  });

  test.each([
    ["skaffold/v4beta11", "Config", ""],
    ["kind.x-k8s.io/v1alpha4", "Cluster", "nodes: []\n"],
    ["kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", ""],
    ["install.istio.io/v1alpha1", "IstioOperator", "metadata: { namespace: istio-system }\n"],
  ])("settings of a tool, which are like objects but have no name: %s %s", async (apiVersion, kind, rest) => {
    const settings = `apiVersion: ${apiVersion}\nkind: ${kind}\n${rest}`;
    const result = await checked({ "app.yaml": yamlOf(config("a")), "tool.yaml": settings });
    expect(result.counts).toEqual({ files: 1, objects: 1, stacks: 0 });
    expect(result.notes).toEqual([
      `tool.yaml:1: ${kind} of ${apiVersion} has no name, as a tool's settings; it was not judged`,
    ]);
  });
});

test("where something stops it, it is said that production's rules were asked", async () => {
  const bad = yamlOf({ ...config("a"), data: { PASSWORD: "hunter2" } });
  expect((await checked(bad)).notes).toEqual([STRICTLY]);
  expect((await checked(bad, { environment: "staging" })).notes).toEqual([]);
  expect((await checked(yamlOf(config("a")))).notes).toEqual([]);
});

describe("what is refused", () => {
  const NEITHER =
    "is neither an object of Kubernetes, which has apiVersion and kind, nor the output of `pulumi stack export`";
  const TEMPLATE = "it looks like a template: render it first, as by `helm template CHART | slipway check -`";

  test.each([
    ["a: b: c\n", "app.yaml:1:4: is no YAML: Nested mappings are not allowed in compact mappings"],
    ["a:\n\t- b\n", "app.yaml:2:1: is no YAML: Tabs are not allowed as indentation"],
    ["a: 1\n---\nb: [1\n", `app.yaml:1:1: ${NEITHER}`],
    ["a: *b\n", "app.yaml:1:4: is no YAML: an alias has no anchor before it"],
    ["a: 1\nb: 2\na: 3\n", "app.yaml:3:1: a key is there twice: one of the values would be lost"],
    ["? [a]\n: 1\n", "app.yaml:1:3: a key is a collection, and must be a text"],
    ["a: &x [*x]\n", "app.yaml:1:1: is nested too deeply to be read"],
    ["replicas: 1\n", `app.yaml:1:1: ${NEITHER}`],
    ["only words\n", `app.yaml:1:1: ${NEITHER}`],
    ["- a\n- b\n", `app.yaml:1:1: ${NEITHER}`],
    ['{"a": 1}', `app.yaml:1:1: ${NEITHER}`],
    [
      "apiVersion: v1\nmetadata: {name: a}\n",
      "app.yaml:1:1: has no `kind`, and a Kubernetes object has both apiVersion and kind",
    ],
    [
      "kind: Pod\nmetadata: {name: a}\n",
      "app.yaml:1:1: has no `apiVersion`, and a Kubernetes object has both apiVersion and kind",
    ],
    ["apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n", "app.yaml:3:1: metadata.name is missing"],
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 123\n",
      "app.yaml:4:3: metadata.name is no text: put it in quotes",
    ],
    [
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: 1\n",
      "app.yaml:5:3: metadata.namespace is no text: put it in quotes",
    ],
    [
      "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n  - 3\n",
      "app.yaml:4:5: metadata.name is missing\napp.yaml:6:5: is no object",
    ],
    ["name: {{ .Values.name }}\n", `app.yaml:1:8: a key is a collection, and must be a text; ${TEMPLATE}`],
    [
      "{{- if .Values.x }}\na: 1\n{{- end }}\n",
      `app.yaml:1:3: is no YAML: Block collections are not allowed within flow collections; ${TEMPLATE}`,
    ],
  ])("%j", async (text, message) => {
    expect((await refused(text)).split("\n").slice(0, message.split("\n").length).join("\n")).toBe(message);
  });

  test("what is nested so deeply that reading it would end the program", async () => {
    const deep = (count: number) => `{"apiVersion":"v1","a":${"[".repeat(count)}${"]".repeat(count)}}`;
    for (const text of ["[".repeat(30_000), deep(30_000), deep(600), `# yaml\n${deep(600)}`]) {
      expect((await refused(text)).replace(/^app.yaml(:\d+)*: /, "")).toMatch(
        /^is nested too deeply to be read$/,
      );
    }
    expect(await refused(deep(400))).toContain("is neither an object");
  });

  test("a line bomb of aliases", async () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level++)
      lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);
    expect(await refused(`${lines.join("\n")}\n`)).toBe(
      "app.yaml:1:1: repeats so much by aliases that it can't be meant",
    );
  });

  test("nothing at all, with what else there was", async () => {
    const ways =
      "give it manifests (.yaml, .yml, .json), or pipe what a tool renders: `kustomize build . | slipway check -`";
    expect(await refused("")).toBe(`app.yaml: there is no object in it to check; ${ways}`);
    expect(await refused("---\n# a comment\n")).toBe(`app.yaml: there is no object in it to check; ${ways}`);
    expect(await refused({ "a.yaml": "", "b.yaml": "" })).toBe(
      `2 files: there is no object in it to check; ${ways}`,
    );
    expect(await refused({ "kustomization.yaml": "resources: [a]\n" })).toContain("is not built here");
  });

  test("the same object in different words, wherever it is", async () => {
    expect(
      await refused({ "b.yaml": yamlOf(config("a", { x: "2" })), "a.yaml": yamlOf(config("a", { x: "1" })) }),
    ).toBe(
      "b.yaml:1:1: ConfigMap shop/a is also in a.yaml:1, and differs: applied together, the later would undo the earlier. Check one environment at a time, or take one out",
    );
    // A namespace that is not said is `default`; another version of the kind is the same object.
    const other = { ...config("a"), metadata: { name: "a" } };
    expect(await refused(yamlOf(other, config("a", { x: "1" }, "default")))).toContain(
      "is also in app.yaml:1",
    );
  });

  test("everything is told at once, and ends the command with 1", async () => {
    const failure = await check({ sources: sourcesOf({ "a.yaml": "a: b: c\n", "b.yaml": "x\n" }) }).catch(
      (error) => error,
    );
    expect(failure).toBeInstanceOf(CommandFailure);
    expect(failure.code).toBe(1);
    expect(failure.message.split("\n")).toHaveLength(2);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}.yaml`, "a: b: c\n"]));
    expect((await refused(many)).split("\n").at(-1)).toBe("… and 10 more");
  });

  test("no message quotes the file", async () => {
    const secret = "correct-horse";
    for (const text of [
      `a: |${secret}\n`,
      `a: *${secret}\n`,
      `a: "\\q${secret}"\n`,
      `a: "x" ${secret}\n`,
      `${secret}: 1\n${secret}: 2\n`,
      `[a]: ${secret}\n`,
      `a: {${secret}\n`,
      `a: !!${secret} x\n`,
      `{"a": ${secret} 3}`,
      `a: 'x' '${secret}'\n`,
      `%${secret}\n---\na: b: c\n`,
    ]) {
      expect(await refused(text), text).not.toContain(secret);
    }
  });
});
