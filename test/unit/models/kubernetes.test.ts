import { expect, test } from "vitest";
import {
  checkedInputs,
  checkInputs,
  invoke,
  modelFor,
  plannedOutputs,
  UNKNOWN,
} from "../../../sandbox/models/index.ts";
import { checkKubernetesConfig } from "../../../sandbox/models/kubernetes/provider.ts";
import { parseQuantity } from "../../../sandbox/models/kubernetes/quantity.ts";
import { markSecret, type Properties } from "../../../sandbox/models/values.ts";
import { changed } from "./examples.ts";
import { goodObject, kubernetesObjects } from "./kubernetes-examples.ts";
import { kubernetesViolations } from "./kubernetes-violations.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const argsOf = (inputs: Properties) => ({ urn: "urn:pulumi:dev::shop::t::api", name: "api", inputs });
const checked = (type: string, inputs: Properties, more: object = {}) =>
  checkedInputs(type, { ...argsOf(inputs), ...more }) as { metadata: Properties } & Properties;

test("every kind has an example, and every example one that breaks it", () => {
  expect([...new Set(kubernetesViolations.map(([type]) => type))].sort()).toEqual(
    Object.keys(kubernetesObjects).sort(),
  );
  expect(Object.keys(kubernetesObjects).length).toBeGreaterThanOrEqual(25);
});

test.each(Object.entries(kubernetesObjects))("%s: a good object passes", (type, inputs) => {
  expect(checkInputs(type, inputs)).toEqual([]);
});

test.each(Object.entries(kubernetesObjects))("%s: an unknown anywhere is accepted", (type, inputs) => {
  for (const field of Object.keys(inputs))
    expect(checkInputs(type, { ...inputs, [field]: UNKNOWN })).toEqual([]);
  expect(checkInputs(type, { ...inputs, metadata: { name: UNKNOWN, labels: UNKNOWN } })).toEqual([]);
});

test.each(kubernetesViolations)("%s: %s = %j is refused at its path", (type, at, value, path, reason) => {
  expect(checkInputs(type, changed(goodObject(type), at, value))).toEqual([{ path, reason }]);
});

test("what can't be is refused by name, with what to do", () => {
  const reasonOf = (type: string) => checkInputs(type, {}).map(({ reason }) => reason);
  expect(reasonOf("kubernetes:apps/v1:Deploymnt")).toEqual([
    "there is no kind Deploymnt in apps/v1; did you mean Deployment?",
  ]);
  expect(reasonOf("kubernetes:apps/v9:Deployment")).toEqual(["Kubernetes has no API version apps/v9"]);
  expect(reasonOf("kubernetes:helm.sh/v3:Release")).toEqual([
    "kubernetes:helm.sh/v3:Release is not supported: the sandbox has no Helm: render it to YAML first, and declare what comes out (`helm template`)",
  ]);
  expect(reasonOf("kubernetes:core/v1:ConfigMapList")[0]).toContain("declare each object by itself");
  // A group that only sounds like one of Kubernetes' own.
  expect(
    checkInputs("kubernetes:networking.example.com/v1:NetworkPolicy", {
      apiVersion: "networking.example.com/v1",
      kind: "NetworkPolicy",
      spec: { anything: true },
    }),
  ).toEqual([]);
});

test("an object of a definition must say what it is", () => {
  const type = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
  expect(checkInputs(type, { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" })).toEqual([
    { path: "kind", reason: 'must be one of HTTPRoute; got "Gateway"' },
  ]);
});

test.each(["v1:PrometheusRule", "v1:PodMonitor", "v1:ServiceMonitor", "v1alpha1:AlertmanagerConfig"])(
  "the Prometheus operator's %s is taken as its definition's own, in a namespace",
  (name) => {
    const [version, kind = ""] = name.split(":");
    const type = `kubernetes:monitoring.coreos.com/${name}`;
    const inputs = { apiVersion: `monitoring.coreos.com/${version}`, kind, spec: { anything: [1] } };
    expect(checkInputs(type, inputs)).toEqual([]);
    expect(checked(type, { ...inputs, metadata: { name: "api" } }).metadata.namespace).toBe("default");
    expect(plannedOutputs(type, argsOf({ ...inputs, metadata: { name: "api" } })).id).toBe("default/api");
    expect(checkInputs(type, { ...inputs, kind: "Probe" })).toEqual([
      { path: "kind", reason: `must be one of ${kind}; got "Probe"` },
    ]);
  },
);

test("the provider names the object, and puts it into a namespace", () => {
  const { metadata, apiVersion, kind } = checked(deployment, goodObject(deployment));
  expect(metadata).toEqual({
    name: expect.stringMatching(/^api-[0-9a-f]{8}$/),
    namespace: "default",
    annotations: { "pulumi.com/autonamed": "true" },
  });
  expect([apiVersion, kind]).toEqual(["apps/v1", "Deployment"]);
  expect(
    checked(deployment, goodObject(deployment), { settings: { namespace: "shop" } }).metadata.namespace,
  ).toBe("shop");
  expect(checked("kubernetes:core/v1:Namespace", { metadata: { name: "shop" } }).metadata).toEqual({
    name: "shop",
  });
});

test("a name that was made up stays, and a given one wins", () => {
  const before = { metadata: { name: "api-00000000", annotations: { "pulumi.com/autonamed": "true" } } };
  expect(checked(deployment, goodObject(deployment), { before }).metadata.name).toBe("api-00000000");
  const given = { metadata: { name: "api-00000000" } };
  expect(checked(deployment, goodObject(deployment), { before: given }).metadata.name).not.toBe(
    "api-00000000",
  );
  const moved = changed(goodObject(deployment), "spec.selector.matchLabels.app", "other");
  expect(checked(deployment, moved).metadata.name).not.toBe(
    checked(deployment, goodObject(deployment)).metadata.name,
  );
});

test("a plan knows the id, and leaves open what only the API server tells", () => {
  const { id, outputs } = plannedOutputs(
    deployment,
    argsOf({ metadata: { name: "api" }, ...goodObject(deployment) }),
  );
  expect(id).toBe("default/api");
  expect(outputs).toMatchObject({
    metadata: { name: "api", namespace: "default", uid: UNKNOWN, resourceVersion: UNKNOWN },
    status: UNKNOWN,
  });
  const role = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
  expect(plannedOutputs(role, argsOf({ metadata: { name: "reader" }, ...goodObject(role) })).id).toBe(
    "reader",
  );
});

test("a secret's values are secret outputs, and no message quotes one", () => {
  const type = "kubernetes:core/v1:Secret";
  const inputs = { metadata: { name: "token" }, data: markSecret({ token: "not base64!" }) };
  expect(checkInputs(type, inputs)).toEqual([{ path: "data.token", reason: "must be base64" }]);
  const { outputs } = plannedOutputs(
    type,
    argsOf({ metadata: { name: "token" }, stringData: { token: "x" } }),
  );
  expect(outputs.stringData).toEqual(markSecret({ token: "x" }));
});

test("a patch needs a name", () => {
  expect(
    checkInputs("kubernetes:core/v1:ServiceAccountPatch", { automountServiceAccountToken: false }),
  ).toEqual([{ path: "metadata.name", reason: "is required" }]);
  expect(checked("kubernetes:core/v1:ServiceAccountPatch", { metadata: { name: "default" } })).toEqual({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "default" },
  });
});

test("quantities are read as Kubernetes reads them", () => {
  expect(["500m", "1Gi", "1e3", "2", "1.5k", "1gb", "", "1 Gi", "0x1"].map(parseQuantity)).toEqual([
    0.5,
    1_073_741_824,
    1000,
    2,
    1500,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a provider's configuration is checked", () => {
  expect(
    checkKubernetesConfig({ kubeconfig: UNKNOWN, namespace: "shop", enableServerSideApply: "true" }),
  ).toEqual([]);
  expect(
    checkKubernetesConfig({ namespace: "A", enablePatchForce: "yes", renderYamlToDirectory: "out" }).map(
      ({ path }) => path,
    ),
  ).toEqual(["namespace", "enablePatchForce", "renderYamlToDirectory"]);
});

test("the functions of the package: YAML is decoded, what needs Helm is refused", () => {
  expect(
    invoke("kubernetes:yaml:decode", { text: "kind: A\n---\nkind: B\n", defaultNamespace: "shop" }),
  ).toEqual({
    result: [
      { kind: "A", metadata: { namespace: "shop" } },
      { kind: "B", metadata: { namespace: "shop" } },
    ],
  });
  expect(() => invoke("kubernetes:yaml:decode", { text: "a: [" })).toThrow("the YAML can't be read");
  expect(() => invoke("kubernetes:helm:template", { jsonOpts: "{}" })).toThrow("helm template");
});

test("any kind of the SDK has a model without a line of its own", () => {
  const type = "kubernetes:storage.k8s.io/v1:CSIDriver";
  expect(modelFor(type)?.token).toBe(type);
  expect(checkInputs(type, { spec: { attachRequird: true } })).toEqual([
    { path: "spec.attachRequird", reason: "unknown field; did you mean `attachRequired`?" },
  ]);
});
