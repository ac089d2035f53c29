import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  autoscalerFree,
  autoscalerHasRoom,
} from "../../../../policies/reliability/scaling/autoscaler-bounds.ts";
import { autoscalerTarget } from "../../../../policies/reliability/scaling/autoscaler-target.ts";
import {
  autoscalerMeasuresContainer,
  oneAutoscaler,
  verticalBesideHorizontal,
} from "../../../../policies/reliability/scaling/one-autoscaler.ts";
import { podsSpread } from "../../../../policies/reliability/scaling/pods-spread.ts";
import { CLOUD_RUN_SERVICE } from "../../../../policies/types.ts";
import { AUTOSCALER, DEPLOYMENT, object } from "../kubernetes-support.ts";
import { resource, SERVICE, says } from "../support.ts";
import { changedAll, saysWith } from "./support.ts";

const scaler = (changes: Record<string, unknown>) => object(changedAll(AUTOSCALER, changes));
const service = (changes: Record<string, unknown>) =>
  resource(CLOUD_RUN_SERVICE, "api", changedAll(SERVICE, changes));
const scaled = (spec: unknown) =>
  object({
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name: "queue", namespace: "shop" },
    spec,
  });

test.each([
  [scaler({}), []],
  [scaler({ "spec.maxReplicas": 2 }), ["api: spec.maxReplicas is 2, less than the fewest, 3"]],
  [
    scaler({ "spec.maxReplicas": 3 }),
    ["~api: spec.maxReplicas is 3, which is the fewest too: nothing is ever scaled"],
  ],
  [scaler({ "spec.maxReplicas": 4 }), []],
  [scaler({ "spec.maxReplicas": unknownValue }), ["?api: spec.maxReplicas is not known before deployment"]],
  [
    scaled({ minReplicaCount: 5, maxReplicaCount: 4 }),
    ["api: spec.maxReplicaCount is 4, less than the fewest, 5"],
  ],
  [scaled({}), []],
  [service({}), []],
  [
    service({ "template.scaling.maxInstanceCount": 2 }),
    ["api: template.scaling.maxInstanceCount is 2, less than the fewest, 3"],
  ],
  [service({ scaling: { scalingMode: "MANUAL", manualInstanceCount: 2 } }), []],
])("EA-01 OS-01 an autoscaler has room %#", (given, expected) => {
  expect(says(autoscalerHasRoom, given)).toEqual(expected);
});

test.each([
  [
    { scaleUp: { selectPolicy: "Disabled" } },
    ['api: spec.behavior.scaleUp.selectPolicy is "Disabled": no pod is ever added'],
  ],
  [
    { scaleDown: { stabilizationWindowSeconds: 59 } },
    ['~api: spec.behavior.scaleDown.stabilizationWindowSeconds is "59": pods go at the first quiet moment'],
  ],
  [{ scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: "Disabled" } }, []],
  [unknownValue, ["?api: spec.behavior is not known before deployment"]],
])("an autoscaler is let to work: %j", (behavior, expected) => {
  expect(says(autoscalerFree, scaler({ "spec.behavior": behavior }))).toEqual(expected);
});

describe("autoscaler-target", () => {
  const at = "spec.metrics[0].resource.target.averageUtilization";
  test.each([
    [30, []],
    [29, [`~api: ${at} is 29 %, below 30 %: most of what is paid for lies idle`]],
    [90, []],
    [91, [`~api: ${at} is 91 %, above 90 %: what is there is full before there is more`]],
    [unknownValue, [`?api: ${at} is not known before deployment`]],
    ["half", [`~api: ${at} is not a number`]],
  ])("EA-01 %s %%", (percent, expected) => {
    expect(says(autoscalerTarget, scaler({ [at]: percent }))).toEqual(expected);
  });

  test("EA-01 Cloud Run says it as a share, and 0 turns it off", () => {
    const share = (value: unknown) =>
      says(autoscalerTarget, service({ "template.scaling.cpuUtilization": value }));
    expect(share(0.6)).toEqual([]);
    expect(share(0)).toEqual([]);
    expect(share(0.95)).toEqual([
      "~api: template.scaling.cpuUtilization is 95 %, above 90 %: what is there is full before there is more",
    ]);
    expect(
      saysWith(
        autoscalerTarget,
        { settings: { mostPercent: 95 } },
        service({ "template.scaling.cpuUtilization": 0.95 }),
      ),
    ).toEqual([]);
  });
});

test("a workload has one autoscaler", () => {
  const keda = scaled({ scaleTargetRef: { name: "api" } });
  expect(says(oneAutoscaler, object(DEPLOYMENT), scaler({}))).toEqual([]);
  expect(says(oneAutoscaler, object(DEPLOYMENT), scaler({}), keda)).toEqual([
    'api: spec.scaleTargetRef is what HorizontalPodAutoscaler "api" scales too',
  ]);
  const other = scaled({ scaleTargetRef: { name: "worker" } });
  expect(says(oneAutoscaler, object(DEPLOYMENT), scaler({}), other)).toEqual([]);
});

describe("vertical-beside-horizontal", () => {
  const vertical = (spec: object) =>
    object({
      apiVersion: "autoscaling.k8s.io/v1",
      kind: "VerticalPodAutoscaler",
      metadata: { name: "api", namespace: "shop" },
      spec: { targetRef: { kind: "Deployment", name: "api" }, ...spec },
    });
  const controlled = (...names: readonly string[]) => ({
    resourcePolicy: { containerPolicies: [{ containerName: "*", controlledResources: names }] },
  });
  test.each([
    [
      {},
      [
        'api: spec.targetRef has requests of cpu changed, by whose use HorizontalPodAutoscaler "api" scales it',
      ],
    ],
    [{ updatePolicy: { updateMode: "Off" } }, []],
    [controlled("memory"), []],
    [
      controlled("cpu"),
      [
        'api: spec.targetRef has requests of cpu changed, by whose use HorizontalPodAutoscaler "api" scales it',
      ],
    ],
    [{ targetRef: { kind: "Deployment", name: "other" } }, []],
    [{ targetRef: unknownValue }, ["?api: spec.targetRef is not known before deployment"]],
  ])("%j", (spec, expected) => {
    expect(says(verticalBesideHorizontal, vertical(spec), scaler({}))).toEqual(expected);
  });
});

test("a container that is measured is there", () => {
  const measuring = (container: string) =>
    scaler({
      "spec.metrics": [{ type: "ContainerResource", containerResource: { name: "cpu", container } }],
    });
  expect(says(autoscalerMeasuresContainer, object(DEPLOYMENT), measuring("api"))).toEqual([]);
  expect(says(autoscalerMeasuresContainer, object(DEPLOYMENT), measuring("app"))).toEqual([
    'api: spec.metrics[0].containerResource.container is "app", and the pods have no container of that name',
  ]);
});

describe("pods-spread", () => {
  const at = "spec.template.spec.topologySpreadConstraints";
  const spread = (constraints: unknown, affinity: unknown = undefined, stack = "production") => {
    const changes = { [at]: constraints, "spec.template.spec.affinity": affinity };
    return says(podsSpread, object(changedAll(DEPLOYMENT, changes), { stack }), scaler({}));
  };
  const term = (topologyKey: string) => ({ topologyKey });
  test("OS-01 pods that serve lie apart", () => {
    expect(spread([term("topology.kubernetes.io/zone")])).toEqual([]);
    expect(spread([])).toEqual([
      `api: ${at} is not set, nor podAntiAffinity: all 3 pods may lie on one machine`,
    ]);
    expect(spread([], undefined, "staging")).toEqual([
      `~api: ${at} is not set, nor podAntiAffinity: all 3 pods may lie on one machine`,
    ]);
    expect(spread([term("rack")])).toEqual([
      `api: ${at} spreads over neither zones nor machines, and podAntiAffinity doesn't, either`,
    ]);
    const away = [{ weight: 1, podAffinityTerm: term("kubernetes.io/hostname") }];
    expect(
      spread([], { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: away } }),
    ).toEqual([]);
    expect(spread(unknownValue)).toEqual([`?api: ${at} is not known before deployment`]);
  });
  test("one pod alone can't be spread", () => {
    expect(says(podsSpread, object(changedAll(DEPLOYMENT, { [at]: [], "spec.replicas": 1 })))).toEqual([]);
  });
});
