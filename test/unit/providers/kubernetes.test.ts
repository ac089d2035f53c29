import fc from "fast-check";
import { expect, test } from "vitest";
import { checkedInputs } from "../../../sandbox/models/index.ts";
import type { Properties } from "../../../sandbox/models/values.ts";
import { diffResource } from "../../../sandbox/providers/diff.ts";
import { comparablePart, driftedInputs } from "../../../sandbox/providers/live/kubernetes/drift.ts";
import { ApiError, explained } from "../../../sandbox/providers/live/kubernetes/errors.ts";
import { objectOf, outputsOf } from "../../../sandbox/providers/live/kubernetes/object.ts";
import { changed } from "../models/examples.ts";
import { goodObject } from "../models/kubernetes-examples.ts";

const deployment = "kubernetes:apps/v1:Deployment";
const urn = "urn:pulumi:dev::shop::t::api";

function diffOf(type: string, before: Properties, after: Properties, settings: Record<string, string> = {}) {
  const args = { urn, name: "api", settings };
  const old = checkedInputs(type, { ...args, inputs: before });
  const id = "default/api";
  return diffResource(
    type,
    { ...args, id },
    old,
    checkedInputs(type, { ...args, inputs: after, before: old }),
  );
}
const named = (type: string) => changed(goodObject(type), "metadata.name", "api");

test.each([
  [deployment, "spec.selector.matchLabels.app", "x"],
  ["kubernetes:apps/v1:StatefulSet", "spec.serviceName", "x"],
  ["kubernetes:apps/v1:StatefulSet", "spec.volumeClaimTemplates[0].metadata.name", "x"],
  ["kubernetes:batch/v1:Job", "spec.template.spec.containers[0].image", "x"],
  ["kubernetes:core/v1:Namespace", "metadata.name", "x"],
  ["kubernetes:core/v1:PersistentVolumeClaim", "spec.storageClassName", "x"],
  ["kubernetes:core/v1:ConfigMap", "data.x", "x"],
  ["kubernetes:core/v1:Secret", "stringData.token", "x"],
  ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "roleRef.name", "x"],
  ["kubernetes:scheduling.k8s.io/v1:PriorityClass", "value", 5],
  ["kubernetes:storage.k8s.io/v1:StorageClass", "reclaimPolicy", "Delete"],
])("%s: a change of %s replaces", (type, path, value) => {
  const { changes } = diffOf(type, named(type), changed(named(type), path, value));
  expect(changes).toEqual([expect.objectContaining({ path, replaces: true })]);
});

test.each([
  [deployment, "spec.replicas", 5],
  ["kubernetes:apps/v1:StatefulSet", "spec.template.spec.containers[0].image", "x"],
  ["kubernetes:core/v1:PersistentVolumeClaim", "spec.resources.requests.storage", "20Gi"],
  ["kubernetes:core/v1:Service", "spec.ports[0].port", 90],
])("%s: a change of %s updates", (type, path, value) => {
  const { changes } = diffOf(type, named(type), changed(named(type), path, value));
  expect(changes).toEqual([{ path, kind: "update", replaces: false }]);
});

test("data that the provider is told to change in place is updated, unless the object is immutable", () => {
  const type = "kubernetes:core/v1:ConfigMap";
  const after = changed(named(type), "data.x", "y");
  const settings = { enableConfigMapMutable: "true" };
  expect(diffOf(type, named(type), after, settings).changes[0]?.replaces).toBe(false);
  const frozen = { ...named(type), immutable: true };
  expect(diffOf(type, frozen, { ...after, immutable: true }, settings).changes[0]?.replaces).toBe(true);
});

test("a fixed name makes way before its replacement, a made-up one stands beside it", () => {
  const other = (inputs: Properties) => changed(inputs, "spec.selector.matchLabels.app", "x");
  expect(diffOf(deployment, named(deployment), other(named(deployment))).deleteBeforeReplace).toBe(true);
  const inputs = goodObject(deployment);
  expect(diffOf(deployment, inputs, other(inputs)).deleteBeforeReplace).toBe(false);
});

test("what is imported is compared in what the program says, quantities by their amount", () => {
  const inputs = named(deployment);
  const args = { urn, name: "api", id: "default/api" };
  const after = checkedInputs(deployment, { ...args, inputs });
  const live = changed(
    changed(structuredClone(after), "spec.template.spec.containers[0].resources.limits.memory", "0.5Gi"),
    "spec.template.spec.dnsPolicy",
    "ClusterFirst",
  );
  expect(diffResource(deployment, args, { ...live, __imported: true }, after).changes).toEqual([]);
  const other = changed(live, "spec.replicas", 9);
  expect(diffResource(deployment, args, { ...other, __imported: true }, after).changes).toEqual([
    { path: "spec.replicas", kind: "update", replaces: false },
  ]);
});

test("drift is what differs from what applying the inputs makes, in the entry that it belongs to", () => {
  const inputs = { spec: { memory: "1024Mi", ports: [{ name: "b", port: 2 }], args: ["x"] } };
  const applied = {
    spec: {
      memory: "1Gi",
      ports: [
        { name: "a", port: 1 },
        { name: "b", port: 2, protocol: "TCP" },
      ],
      args: ["x"],
    },
  };
  expect(driftedInputs(inputs, applied, applied)).toEqual(inputs);
  const live = structuredClone(applied);
  (live.spec.ports[1] as { port: number }).port = 3;
  expect(driftedInputs(inputs, applied, live)).toEqual({
    spec: { memory: "1024Mi", ports: [{ name: "b", port: 3 }], args: ["x"] },
  });
  expect(driftedInputs(inputs, applied, { spec: { ...applied.spec, args: ["y", "z"] } })).toEqual({
    spec: { ...inputs.spec, args: ["y", "z"] },
  });
  expect(driftedInputs(inputs, applied, { spec: { memory: "1Gi", args: ["x"] } })).toEqual({
    spec: { memory: "1024Mi", args: ["x"] },
  });
});

test("any object is without drift from itself, and comparable with itself", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (inputs, live) => {
      expect(driftedInputs(inputs as Properties, live as Properties, live as Properties)).toEqual(inputs);
      expect(comparablePart(inputs, inputs)).toEqual(inputs);
    }),
  );
});

test("what is sent has no fields of Pulumi's, a secret's texts as data, a definition's own names", () => {
  expect(
    objectOf({ kind: "Secret", data: { a: "YQ==" }, stringData: { b: "b" }, __imported: true, status: {} }),
  ).toEqual({ kind: "Secret", data: { a: "YQ==", b: "Yg==" } });
  const type = {
    group: "apiextensions.k8s.io",
    version: "v1",
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    isPatch: false,
  };
  const ours = { kind: type.kind, spec: [{ x_kubernetes_list_type: "map" }] };
  const theirs = { kind: type.kind, spec: [{ "x-kubernetes-list-type": "map" }] };
  expect(objectOf(ours)).toEqual(theirs);
  expect(outputsOf(theirs, type)).toEqual({ ...ours, apiVersion: type.apiVersion, metadata: {} });
});

test("refusals name fields, and a missing namespace says what to do", () => {
  const refused = (status: Properties) => explained(new ApiError(422, status, ""), "Service a/b").message;
  expect(
    refused({
      message: "invalid",
      details: { causes: [{ field: "spec.ports[0]", message: "Required value" }] },
    }),
  ).toBe("the API server refused Service a/b:\n  spec.ports[0]: Required value");
  expect(
    explained(
      new ApiError(404, { message: 'namespaces "a" not found', details: { kind: "namespaces" } }, ""),
      "Service a/b",
    ).message,
  ).toContain("Declare the Namespace");
});
