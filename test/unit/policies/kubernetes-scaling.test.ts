import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { evictionPossible } from "../../../policies/reliability/scaling/eviction-possible.ts";
import { replicasLeftToAutoscaler } from "../../../policies/reliability/scaling/replicas-left-to-autoscaler.ts";
import { twoInstancesInProduction } from "../../../policies/reliability/scaling/two-instances-in-production.ts";
import { resourcesRequested } from "../../../policies/reliability/workloads/resources-requested.ts";
import { capacityCoversPeak } from "../../../policies/slo/capacity-covers-peak.ts";
import * as types from "../../../policies/types.ts";
import {
  AUTOSCALER,
  BUDGET,
  DEPLOYMENT,
  object,
  POD_SPEC,
  PODS,
  SERVICE,
  withPods,
} from "./kubernetes-support.ts";
import { changed, says } from "./support.ts";

const POD = "spec.template.spec";
const AT = `${POD}.containers[0]`;
const good = object(DEPLOYMENT);
const scaler = object(AUTOSCALER, { name: "hpa" });
const deployment = (path: string, to: unknown) => object(changed(DEPLOYMENT, path, to));
const autoscaler = (path: string, to: unknown) => object(changed(AUTOSCALER, path, to), { name: "hpa" });
const environment = (name: string) => deployment("metadata.labels", { "slipway.dev/environment": name });

const SCALED_OBJECT = {
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: { name: "api", namespace: "shop" },
  spec: { scaleTargetRef: { name: "api" }, minReplicaCount: 2, maxReplicaCount: 4 },
};
const keda = (path: string, to: unknown) => object(changed(SCALED_OBJECT, path, to), { name: "keda" });

describe("two-instances-in-production", () => {
  const at = "spec.minReplicas";
  test.each([
    [3, []],
    [2, []],
    [1, [`hpa: ${at} is 1; production needs 2 or more`]],
    [undefined, [`hpa: ${at} is not set, which means 1; production needs 2 or more`]],
    [unknownValue, [`?hpa: ${at} is not known before deployment`]],
    ["three", [`hpa: ${at} is not a number`]],
  ])("OS-01 an autoscaler's minReplicas %s", (least, expected) => {
    expect(says(twoInstancesInProduction, good, autoscaler(at, least))).toEqual(expected);
  });

  test.each([
    [2, []],
    [1, ["api: spec.replicas is 1; production needs 2 or more"]],
    [undefined, ["api: spec.replicas is not set, which means 1; production needs 2 or more"]],
    [unknownValue, ["?api: spec.replicas is not known before deployment"]],
  ])("OS-01 without an autoscaler, replicas %s", (replicas, expected) => {
    expect(says(twoInstancesInProduction, deployment("spec.replicas", replicas))).toEqual(expected);
  });

  test.each([
    ["metadata.namespace", "elsewhere"],
    ["spec.scaleTargetRef.name", "other"],
    ["spec.scaleTargetRef.kind", "StatefulSet"],
  ])("OS-01 an autoscaler of something else (%s) does not count", (path, value) => {
    expect(says(twoInstancesInProduction, good, autoscaler(path, value))).toEqual([
      "api: spec.replicas is not set, which means 1; production needs 2 or more",
    ]);
  });

  test("OS-01 an autoscaler whose target is not known may be the one, unless what its target was made from says so", () => {
    const unknown = changed(AUTOSCALER, "spec.scaleTargetRef.name", unknownValue);
    expect(says(twoInstancesInProduction, good, object(unknown, { name: "hpa" }))).toEqual([
      "?hpa: spec.scaleTargetRef.name is not known before deployment",
    ]);
    const traced = object(unknown, { name: "hpa", propertyDependencies: { spec: [good.urn] } });
    expect(says(twoInstancesInProduction, good, traced)).toEqual([]);
    const nameless = deployment("metadata.name", unknownValue);
    expect(says(twoInstancesInProduction, nameless, scaler)).toEqual([
      "?api: metadata.name is not known before deployment",
    ]);
  });

  test("OS-01 KEDA's autoscaler counts as one, and may go down to none", () => {
    expect(says(twoInstancesInProduction, good, object(SCALED_OBJECT))).toEqual([]);
    expect(says(twoInstancesInProduction, good, keda("spec.minReplicaCount", undefined))).toEqual([
      "keda: spec.minReplicaCount is not set, which means 0; production needs 2 or more",
    ]);
  });

  test("OS-01 manifests that state no environment are held to production; a label, the stack or the caller says otherwise", () => {
    const inStack = (stack: string) => object(DEPLOYMENT, { stack });
    const plain = { urn: "urn:kubernetes:manifests::a.yaml::kubernetes:apps/v1:Deployment::shop/api" };
    expect(says(twoInstancesInProduction, object(DEPLOYMENT, plain))).toHaveLength(1);
    expect(
      says(twoInstancesInProduction, object(DEPLOYMENT, { urn: plain.urn.replace("manifests", "staging") })),
    ).toEqual([]);
    expect(says(twoInstancesInProduction, inStack("staging"))).toEqual([]);
    expect(says(twoInstancesInProduction, inStack("shop-live"))).toHaveLength(1);
    const labelled = changed(DEPLOYMENT, "metadata.labels", { environment: "staging" });
    expect(says(twoInstancesInProduction, object(labelled, { stack: "shop-live" }))).toEqual([]);
    expect(says(twoInstancesInProduction, environment("staging"))).toHaveLength(1); // The stack is called production.
  });

  test("OS-01 what takes no requests may be one", () => {
    const silent = changed(DEPLOYMENT, `${AT}.ports`, undefined);
    expect(says(twoInstancesInProduction, object(silent))).toEqual([]);
    expect(says(twoInstancesInProduction, object(silent), object(SERVICE))).toHaveLength(1);
    const elsewhere = object(changed(SERVICE, "metadata.namespace", "x"));
    expect(says(twoInstancesInProduction, object(silent), elsewhere)).toEqual([]);
    const unknown = object(changed(SERVICE, "spec.selector", unknownValue), { name: "service" });
    expect(says(twoInstancesInProduction, object(silent), unknown)).toEqual([
      "?service: spec.selector is not known before deployment",
    ]);
  });
});

describe("capacity-covers-peak", () => {
  const annotation = (name: string) => `metadata.annotations["slipway.dev/${name}"]`;
  const path = (name: string) => `metadata.annotations.slipway.dev/${name}`;

  test.each([
    [4, []],
    [
      3,
      [
        "hpa: spec.maxReplicas is 3: 3 × 15 requests/s = 45 requests/s, less than the peak of 50; 4 instances would do",
      ],
    ],
    [unknownValue, ["?hpa: spec.maxReplicas is not known before deployment"]],
  ])("EA-14 an autoscaler's maxReplicas %s", (most, expected) => {
    expect(says(capacityCoversPeak, good, autoscaler("spec.maxReplicas", most))).toEqual(expected);
  });

  test("EA-14 without an autoscaler its replicas count", () => {
    expect(says(capacityCoversPeak, deployment("spec.replicas", 4))).toEqual([]);
    expect(says(capacityCoversPeak, deployment("spec.replicas", 2))).toEqual([
      "api: spec.replicas is 2: 2 × 15 requests/s = 30 requests/s, less than the peak of 50; 4 instances would do",
    ]);
  });

  test("EA-14 one statement alone is a violation, none at all can't be told, unless it is Slipway's own", () => {
    expect(says(capacityCoversPeak, deployment(annotation("peak"), undefined), scaler)).toEqual([
      `api: ${path("peak")} is not set: capacity is not stated`,
    ]);
    const silent = changed(DEPLOYMENT, "metadata.annotations", undefined);
    expect(says(capacityCoversPeak, object(silent), scaler)).toEqual([
      "?api: it states neither slipway.dev/capacity-per-instance nor slipway.dev/peak, so its capacity can't be compared with its peak",
    ]);
    expect(says(capacityCoversPeak, object(silent, { stack: "staging" }), scaler)).toEqual([]);
    const own = changed(silent, "metadata.labels", { "app.kubernetes.io/managed-by": "slipway" });
    expect(says(capacityCoversPeak, object(own), scaler)).toEqual([
      `api: ${path("capacity-per-instance")} is not set: capacity is not stated`,
      `api: ${path("peak")} is not set: capacity is not stated`,
    ]);
    expect(says(capacityCoversPeak, deployment(annotation("peak"), "many"), scaler)).toEqual([
      `api: ${path("peak")} is not a number`,
    ]);
    expect(says(capacityCoversPeak, deployment(annotation("peak"), 0), scaler)).toEqual([
      `api: ${path("peak")} is "0", not a rate above 0`,
    ]);
  });
});

describe("replicas-left-to-autoscaler", () => {
  const stated = deployment("spec.replicas", 3);
  test("OS-01 replicas beside an autoscaler are found, whoever's it is", () => {
    expect(says(replicasLeftToAutoscaler, good, scaler)).toEqual([]);
    expect(says(replicasLeftToAutoscaler, stated)).toEqual([]);
    expect(says(replicasLeftToAutoscaler, stated, scaler)).toEqual([
      'api: spec.replicas is "3", beside HorizontalPodAutoscaler api',
    ]);
    expect(says(replicasLeftToAutoscaler, stated, object(SCALED_OBJECT))).toEqual([
      'api: spec.replicas is "3", beside ScaledObject api',
    ]);
    const v1 = object({ ...AUTOSCALER, apiVersion: "autoscaling/v1" });
    expect(says(replicasLeftToAutoscaler, stated, v1)).toHaveLength(1);
    expect(says(replicasLeftToAutoscaler, deployment("spec.replicas", unknownValue), scaler)).toEqual([
      "?api: spec.replicas is not known before deployment",
    ]);
  });

  test("OS-01 what was read from a cluster has the autoscaler's own number", () => {
    const read = changed(changed(DEPLOYMENT, "spec.replicas", 7), "metadata.uid", "1-2");
    expect(says(replicasLeftToAutoscaler, object(read), scaler)).toEqual([]);
  });
});

describe("eviction-possible", () => {
  const budget = (spec: unknown) =>
    object({ ...BUDGET, spec: { selector: BUDGET.spec.selector, ...(spec as object) } }, { name: "pdb" });
  const none = (field: string, text: string) => [
    `pdb: spec.${field} is "${text}": no pod may ever be evicted`,
  ];
  test.each([
    [{ minAvailable: 2 }, []],
    [
      { minAvailable: 3 },
      ['pdb: spec.minAvailable is "3", and there may be as few as 3 pods: then none may be evicted'],
    ],
    [{ minAvailable: "66%" }, []],
    [
      { minAvailable: "67%" },
      [
        'pdb: spec.minAvailable is "67%", which is 3, and there may be as few as 3 pods: then none may be evicted',
      ],
    ],
    [{ minAvailable: "100%" }, none("minAvailable", "100%")],
    [{ minAvailable: 0 }, []],
    [{ maxUnavailable: 0 }, none("maxUnavailable", "0")],
    [{ maxUnavailable: "0%" }, none("maxUnavailable", "0%")],
    [{ maxUnavailable: "1%" }, []],
    [{ maxUnavailable: 1 }, []],
    [{}, []],
    [{ minAvailable: unknownValue }, ["?pdb: spec.minAvailable is not known before deployment"]],
    [{ minAvailable: "most" }, ["pdb: spec.minAvailable is not a number of pods or a percentage"]],
    [{ minAvailable: -1 }, ["pdb: spec.minAvailable is not a number of pods or a percentage"]],
    [{ minAvailable: [] }, ["pdb: spec.minAvailable is not a text"]],
  ])("OS-01 %j with at least 3 pods", (spec, expected) => {
    expect(says(evictionPossible, good, scaler, budget(spec))).toEqual(expected);
  });

  test("OS-01 a budget of what it can't count is not judged, unless it lets none go in any case", () => {
    const other = { matchLabels: { "app.kubernetes.io/name": "other" } };
    const untold =
      "?pdb: it selects no workload of this stack whose number of pods is stated, so whether it lets one go can't be told";
    expect(says(evictionPossible, good, budget({ minAvailable: 1, selector: other }))).toEqual([untold]);
    expect(says(evictionPossible, withPods(types.DAEMON_SET), budget({ minAvailable: 1 }))).toEqual([untold]);
    expect(says(evictionPossible, budget({ minAvailable: "100%", selector: other }))).toEqual(
      none("minAvailable", "100%"),
    );
    expect(says(evictionPossible, budget({ maxUnavailable: 0, selector: other }))).toEqual(
      none("maxUnavailable", "0"),
    );
  });

  test("OS-01 one that selects several counts them together, by expressions too; an empty selector selects all", () => {
    const second = object(changed(DEPLOYMENT, "metadata.name", "b"), { name: "b" });
    const two = (selector: unknown) =>
      says(evictionPossible, good, second, budget({ minAvailable: 2, selector }));
    const blocked = [
      'pdb: spec.minAvailable is "2", and there may be as few as 2 pods: then none may be evicted',
    ];
    const key = "app.kubernetes.io/name";
    for (const expression of [
      { key, operator: "In", values: ["api", "x"] },
      { key, operator: "NotIn", values: ["x"] },
      { key, operator: "Exists" },
      { key: "x", operator: "DoesNotExist" },
    ]) {
      expect(two({ matchExpressions: [expression] }), JSON.stringify(expression)).toEqual(blocked);
    }
    expect(two({})).toEqual(blocked);
    for (const expression of [
      { key, operator: "In", values: ["x"] },
      { key, operator: "Near", values: ["api"] },
    ]) {
      expect(two({ matchExpressions: [expression] })[0]).toContain("it selects no workload");
    }
    expect(two(undefined)[0]).toContain("it selects no workload");
    expect(says(evictionPossible, good, budget({ minAvailable: 1 }))[0]).toContain("as few as 1 pods");
  });

  test("OS-01 an unknown label or name is told, not passed over", () => {
    const labels = deployment("spec.template.metadata.labels", unknownValue);
    expect(says(evictionPossible, labels, budget({ minAvailable: 1 }))).toEqual([
      "?api: spec.template.metadata.labels is not known before deployment",
    ]);
  });
});

describe("resources-requested", () => {
  const requests = `${AT}.resources.requests`;
  const left = (name: string, more = "") =>
    `api: ${requests}.${name} is not set: it gets what others leave${more}`;
  const LIMITS = {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "limits", namespace: "shop" },
    spec: {
      limits: [
        { type: "Container", defaultRequest: { cpu: "1", memory: "1Gi" }, default: { memory: "1Gi" } },
      ],
    },
  };
  const bare = deployment(`${AT}.resources`, undefined);
  const leak = `api: ${AT}.resources.limits.memory is not set: a leak takes the node's memory`;

  test("OS-01 each container requests CPU and memory, and has a limit of memory", () => {
    for (const [type] of PODS) expect(says(resourcesRequested, withPods(type)), type).toEqual([]);
    expect(says(resourcesRequested, bare)).toEqual([left("cpu"), left("memory"), leak]);
    expect(says(resourcesRequested, deployment(`${requests}.cpu`, undefined))).toEqual([left("cpu")]);
    // A limit is a request, where none is said.
    expect(says(resourcesRequested, deployment(`${requests}.memory`, undefined))).toEqual([]);
    expect(says(resourcesRequested, deployment(`${AT}.resources`, unknownValue))).toEqual([
      `?api: ${AT}.resources is not known before deployment`,
    ]);
    expect(says(resourcesRequested, deployment(`${AT}.resources`, 3))).toEqual([
      `api: ${AT}.resources is not an object`,
    ]);
  });

  test("OS-01 an autoscaler makes it worse, and the finding says so", () => {
    const why = ", and HorizontalPodAutoscaler api can't scale it by what it uses of what it requests";
    expect(says(resourcesRequested, bare, scaler)).toEqual([left("cpu", why), left("memory", why), leak]);
  });

  test("OS-01 the namespace's defaults count, and only that namespace's", () => {
    expect(says(resourcesRequested, bare, object(LIMITS))).toEqual([]);
    expect(says(resourcesRequested, bare, object(changed(LIMITS, "metadata.namespace", "x")))).toHaveLength(
      3,
    );
    expect(
      says(resourcesRequested, bare, object(changed(LIMITS, "spec.limits[0].type", "Pod"))),
    ).toHaveLength(3);
    const unknown = object(changed(LIMITS, "spec.limits", unknownValue), { name: "limits" });
    expect(says(resourcesRequested, bare, unknown)).toEqual([
      "?limits: spec.limits is not known before deployment",
    ]);
  });

  test("OS-01 a pod's own resources count for its containers; sidecars are containers, what ends before them is none", () => {
    const whole = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } };
    const pod = { ...POD_SPEC, resources: whole, containers: [{ name: "a" }] };
    expect(says(resourcesRequested, deployment(POD, pod))).toEqual([]);
    const init = (restartPolicy?: string) =>
      deployment(`${POD}.initContainers`, [{ name: "a", restartPolicy }]);
    expect(says(resourcesRequested, init())).toEqual([]);
    expect(says(resourcesRequested, init("Always"))).toHaveLength(3);
  });
});
